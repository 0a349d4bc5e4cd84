// retire_event_schema(): versions that new events are no longer written in.
#include "event/registry.hpp"
#include "server/sql.hpp"

namespace tenancy::event {

TENANCY_FUNCTION(tenancy_retire_event_schema) {
  Arguments const arguments(fcinfo);
  std::string const type = arguments.text(0);
  Version const version = arguments.is_null(1) ? std::nullopt : Version(arguments.integer(1));
  const auto retired = Sql().query(
      "WITH retired AS ("
      "  UPDATE tenancy.event_schema SET retired_at = pg_catalog.now() "
      "  WHERE event_type OPERATOR(pg_catalog.=) $1 AND retired_at IS NULL "
      "  AND ($2 IS NULL OR version OPERATOR(pg_catalog.=) $2::pg_catalog.int4) RETURNING 1) "
      "SELECT (SELECT pg_catalog.count(*) FROM retired), EXISTS ("
      "  SELECT FROM tenancy.event_schema WHERE event_type OPERATOR(pg_catalog.=) $1 "
      "  AND ($2 IS NULL OR version OPERATOR(pg_catalog.=) $2::pg_catalog.int4))",
      {type, version ? OptionalText(std::to_string(*version)) : std::nullopt});
  if (retired[0][1] != "t")
    throw Error(ERRCODE_UNDEFINED_OBJECT, describe_missing(type, version, false).message);
  if (retired[0][0] == "0") notice(describe_missing(type, version, true).message + " already");
  PG_RETURN_INT32(std::stoi(*retired[0][0]));
}

}  // namespace tenancy::event
