// The views of the cache of compiled schemas.
#include "server/function.hpp"
#include "validation/schema_cache.hpp"

namespace tenancy::validation {
namespace {

std::string_view name_of(Purpose purpose) {
  return purpose == Purpose::verdict ? "verdict" : "report";
}

std::string boolean_text(bool value) {
  return value ? "t" : "f";
}

}  // namespace

// A backend compiles schemas on behalf of roles that may not read them, such as those that
// events are checked against.
TENANCY_FUNCTION(tenancy_schema_cache_entries) {
  bool const may_read =
      server([] { return has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS); });
  ResultRows rows(fcinfo);
  int recency = 0;
  for (const auto& [schema, bytes, hits] : cached_schemas())
    rows.add({std::to_string(++recency), may_read ? OptionalText(schema->text) : std::nullopt,
              boolean_text(schema->assert_format), std::string(name_of(schema->purpose)),
              std::to_string(bytes), std::to_string(hits), std::to_string(schema->compile_time)});
  return Datum{0};
}

TENANCY_FUNCTION(tenancy_schema_cache_state) {
  CacheTotals const totals = cache_totals();
  ResultRows(fcinfo).add({std::to_string(totals.entries), std::to_string(totals.bytes),
                          std::to_string(cache_limit()), std::to_string(totals.hits),
                          std::to_string(totals.misses), std::to_string(totals.compilations),
                          std::to_string(totals.evictions), std::to_string(totals.compile_time)});
  return Datum{0};
}

}  // namespace tenancy::validation
