// What refers to a registered resource: event schemas, and other resources. A resource in use is
// neither dropped nor changed into one with which they are no schemas any more; what they say
// follows its changes.
#include <algorithm>

#include "event/registry.hpp"
#include "server/sql.hpp"
#include "validation/registered.hpp"
#include "validation/schema_text.hpp"

namespace tenancy::event {
namespace {

constexpr std::size_t users_shown = 5;

struct Row {
  std::string uri;
  std::string schema;
};

// A row of tenancy.schema_resource. Server zone.
struct Columns {
  Datum uri;
  Datum schema;
};
Columns columns_of(const TriggerData* trigger, HeapTuple row) {
  TupleDesc const descriptor = RelationGetDescr(trigger->tg_relation);
  bool is_null;
  return {heap_getattr(row, SPI_fnumber(descriptor, "uri"), descriptor, &is_null),
          heap_getattr(row, SPI_fnumber(descriptor, "schema"), descriptor, &is_null)};
}

Row read_row(const TriggerData* trigger, HeapTuple row) {
  Columns const columns = server([&] { return columns_of(trigger, row); });
  return {to_string(columns.uri), validation::jsonb_text(columns.schema)};
}

std::string name_of(const Dependant& user) {
  return "version " + std::to_string(user.version) + " of event type \"" + user.event_type + "\"";
}

std::vector<Row> other_resources(const std::string& uri) {
  Sql sql;
  const auto rows = sql.query(
      "SELECT uri, schema FROM tenancy.schema_resource "
      "WHERE uri OPERATOR(pg_catalog.<>) $1 ORDER BY uri",
      {uri});
  std::vector<Row> resources;
  for (const Sql::Row& row : rows) resources.push_back({*row[0], *row[1]});
  return resources;
}

// Whether a resource can be bundled, and has the former one of that URI within.
bool uses(const Row& resource, const Row& former) {
  try {
    const validation::Bundle bundle =
        validation::bundle(resource.schema, {}, validation::Replacement{former.uri, former.schema});
    return std::binary_search(bundle.uris.begin(), bundle.uris.end(), former.uri);
  } catch (const Error&) {
    return false;
  }
}

[[noreturn]] void refuse(const std::string& what, const std::vector<std::string>& reasons) {
  std::string detail;
  for (std::size_t i = 0; i < reasons.size() && i < users_shown; ++i)
    detail += (i > 0 ? "\n" : "") + reasons[i];
  if (reasons.size() > users_shown)
    detail += "\nAnd " + std::to_string(reasons.size() - users_shown) + " more.";
  throw Error(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST, what + " in use")
      .detail(detail)
      .hint("Change what refers to it first.");
}

void require_unused(const Row& former) {
  std::vector<std::string> reasons;
  for (const Dependant& user : read_dependants(former.uri))
    reasons.push_back("It is referred to by " + name_of(user) + ".");
  for (const Row& resource : other_resources(former.uri))
    if (uses(resource, former))
      reasons.push_back("It is referred to by schema resource \"" + resource.uri + "\".");
  if (!reasons.empty()) refuse("schema resource \"" + former.uri + "\" is", reasons);
}

// Puts the resource as it is now in the place of the former one.
void replace(const Row& former) {
  std::vector<std::string> reasons;
  for (const Dependant& user : read_dependants(former.uri)) {
    try {
      const validation::Bundle bundle = validation::bundle(user.source);
      validation::find_schema(bundle.schema, user.assert_format);
      Sql().execute(
          "UPDATE tenancy.event_schema SET schema = $3::tenancy.jsonschema, "
          "  resources = $4::pg_catalog.text[] "
          "WHERE event_type OPERATOR(pg_catalog.=) $1 "
          "AND version OPERATOR(pg_catalog.=) $2::pg_catalog.int4",
          {user.event_type, std::to_string(user.version), bundle.schema,
           array_literal(bundle.uris)});
    } catch (const Error& error) {
      reasons.push_back("With this, " + name_of(user) + " is no schema: " + error.what() + ".");
    }
  }
  for (const Row& resource : other_resources(former.uri)) {
    if (!uses(resource, former)) continue;
    try {
      validation::find_schema(validation::bundle(resource.schema).schema, false);
    } catch (const Error& error) {
      reasons.push_back("With this, schema resource \"" + resource.uri +
                        "\" is no schema: " + error.what() + ".");
    }
  }
  if (!reasons.empty()) refuse("schema resource \"" + former.uri + "\" is", reasons);
}

}  // namespace

// A trigger of tenancy.schema_resource, for every way of changing it.
TENANCY_FUNCTION(tenancy_schema_resource_changed) {
  require_trigger_call(fcinfo);
  const auto* const trigger = reinterpret_cast<const TriggerData*>(fcinfo->context);
  // Registrations of event schemas take the same lock.
  server([] { LockRelationOid(registry_table(), ShareRowExclusiveLock); });
  if (TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event)) {
    std::vector<std::string> reasons;
    for (const Dependant& user : read_dependants(std::nullopt))
      reasons.push_back("One is referred to by " + name_of(user) + ".");
    if (!reasons.empty()) refuse("schema resources are", reasons);
    return PointerGetDatum(nullptr);
  }
  const Row former = read_row(trigger, trigger->tg_trigtuple);
  if (TRIGGER_FIRED_BY_DELETE(trigger->tg_event)) {
    require_unused(former);
  } else {
    const Row present = read_row(trigger, trigger->tg_newtuple);
    if (present.uri != former.uri)
      require_unused(former);
    else if (present.schema != former.schema)
      replace(former);
  }
  return PointerGetDatum(nullptr);
}

}  // namespace tenancy::event
