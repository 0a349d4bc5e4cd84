// register_event_schema(), and the trigger that tells every backend of a change.
#include "event/registry.hpp"
#include "jsonschema/document.hpp"
#include "server/cached_table.hpp"
#include "server/function.hpp"
#include "server/sql.hpp"

namespace tenancy::event {

// A trigger of tenancy.event_schema, for every way of changing it.
TENANCY_FUNCTION(tenancy_event_schema_changed) {
  return tell_of_change(fcinfo);
}

TENANCY_FUNCTION(tenancy_register_event_schema) {
  Arguments const arguments(fcinfo);
  std::string const type = arguments.text(0);
  std::string const schema = arguments.text(1);
  bool const assert_format = arguments.boolean(2);
  if (type.empty()) throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "event type must not be empty");
  validation::find_schema(schema, assert_format);

  // One registration at a time, so that versions have no gap and no duplicate; who may not insert
  // may not wait here either, since that would make others wait.
  server([&] {
    Oid const table = registry_table();
    AclResult const allowed = pg_class_aclcheck(table, GetUserId(), ACL_INSERT);
    if (allowed != ACLCHECK_OK) aclcheck_error(allowed, OBJECT_TABLE, "event_schema");
    LockRelationOid(table, ShareRowExclusiveLock);
  });
  Registration const newest = read_newest(type);
  if (newest.version != 0 && newest.assert_format == assert_format &&
      (newest.schema == schema || jsonschema::same_document(newest.schema, schema))) {
    notice("event type \"" + type + "\" already has this schema, as version " +
           std::to_string(newest.version));
    PG_RETURN_INT32(newest.version);
  }
  int const version = newest.version + 1;
  const auto stored = Sql().query(
      "INSERT INTO tenancy.event_schema (event_type, version, schema, assert_format) "
      "VALUES ($1, $2::pg_catalog.int4, $3::tenancy.jsonschema, $4::pg_catalog.bool) "
      "RETURNING version",
      {type, std::to_string(version), schema, assert_format ? "t" : "f"});
  // A rule or a trigger of the table's owner may have had it otherwise.
  if (stored.size() != 1 || stored[0][0] != std::to_string(version))
    throw Error(
        ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        "version " + std::to_string(version) + " of event type \"" + type + "\" was not stored");
  PG_RETURN_INT32(version);
}

}  // namespace tenancy::event
