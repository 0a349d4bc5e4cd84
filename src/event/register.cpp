// register_event_schema(), and the trigger that tells every backend of a change.
#include "event/registry.hpp"
#include "jsonschema/schema/document.hpp"
#include "server/cached_table.hpp"
#include "server/function.hpp"
#include "server/sql.hpp"
#include "validation/registered.hpp"
#include "validation/schema_text.hpp"

namespace tenancy::event {

// A trigger of tenancy.event_schema, for every way of changing it.
TENANCY_FUNCTION(tenancy_event_schema_changed) {
  return tell_of_change(fcinfo);
}

namespace {

int register_schema(const std::string& type, const std::string& schema, bool assert_format) {
  if (type.empty()) throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "event type must not be empty");

  // One registration at a time, so that versions have no gap and no duplicate, and resources do not
  // change meanwhile; who may not insert may not wait here either, since that would make others
  // wait.
  server([&] {
    Oid const table = registry_table();
    AclResult const allowed = pg_class_aclcheck(table, GetUserId(), ACL_INSERT);
    if (allowed != ACLCHECK_OK) aclcheck_error(allowed, OBJECT_TABLE, "event_schema");
    LockRelationOid(table, ShareRowExclusiveLock);
  });
  const validation::Bundle bundle = validation::bundle(schema);
  validation::find_schema(bundle.schema, assert_format);
  Registration const newest = read_newest(type);
  if (newest.version != 0 && newest.assert_format == assert_format &&
      (newest.schema == schema || jsonschema::same_document(newest.schema, schema))) {
    notice("event type \"" + type + "\" already has this schema, as version " +
           std::to_string(newest.version));
    return newest.version;
  }
  int const version = newest.last_version + 1;
  const auto stored = Sql().query(
      "INSERT INTO tenancy.event_schema "
      "  (event_type, version, schema, assert_format, source, resources) "
      "VALUES ($1, $2::pg_catalog.int4, $3::tenancy.jsonschema, $4::pg_catalog.bool, "
      "  $5::pg_catalog.json, $6::pg_catalog.text[]) RETURNING version",
      {type, std::to_string(version), bundle.schema, assert_format ? "t" : "f",
       bundle.uris.empty() ? std::nullopt : OptionalText(schema), array_literal(bundle.uris)});
  // A rule or a trigger of the table's owner may have had it otherwise.
  if (stored.size() != 1 || stored[0][0] != std::to_string(version))
    throw Error(
        ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        "version " + std::to_string(version) + " of event type \"" + type + "\" was not stored");
  return version;
}

}  // namespace

// Of text, json and jsonschema, which are stored alike.
TENANCY_FUNCTION(tenancy_register_event_schema) {
  Arguments const arguments(fcinfo);
  PG_RETURN_INT32(register_schema(arguments.text(0), arguments.text(1), arguments.boolean(2)));
}

TENANCY_FUNCTION(tenancy_register_event_schema_jsonb) {
  Arguments const arguments(fcinfo);
  PG_RETURN_INT32(register_schema(arguments.text(0), validation::jsonb_text(arguments.datum(1)),
                                  arguments.boolean(2)));
}

}  // namespace tenancy::event
