// validate_event() and event_errors().
#include "event/registry.hpp"
#include "event/verdict.hpp"
#include "server/cached_table.hpp"
#include "server/function.hpp"
#include "server/memory.hpp"
#include "validation/match.hpp"

namespace tenancy::event {
namespace {

// What a call site remembers for as long as its plan lives, which in PL/pgSQL is a transaction.
struct Site {
  Lookup lookup;
  TimestampTz statement = 0;  // of the client's, in which changes were last accepted
};

const validation::CompiledSchema& require_schema(Lookup& lookup, std::string_view type,
                                                 Version version) {
  const EventSchema& schema = lookup.find(type, version);
  if (schema.compiled) return *schema.compiled;
  const Missing missing = describe_missing(type, version, schema.is_retired);
  throw Error(ERRCODE_UNDEFINED_OBJECT, missing.message).hint(missing.hint);
}

}  // namespace

// Called once a row.
TENANCY_FUNCTION(tenancy_validate_event) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) PG_RETURN_NULL();
  varlena* const payload = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
  const text* const type = PG_GETARG_TEXT_PP(0);
  auto* site = static_cast<Site*>(fcinfo->flinfo->fn_extra);
  if (!site) fcinfo->flinfo->fn_extra = site = make_in<Site>(fcinfo->flinfo->fn_mcxt);
  // No C++ object is alive here, so the server may be called directly.
  if (site->statement != GetCurrentStatementStartTimestamp()) {
    accept_changes();
    site->statement = GetCurrentStatementStartTimestamp();
  }
  site->lookup.refresh();
  Version const version = PG_ARGISNULL(2) ? std::nullopt : Version(PG_GETARG_INT32(2));
  const validation::CompiledSchema& schema =
      require_schema(site->lookup, {VARDATA_ANY(type), VARSIZE_ANY_EXHDR(type)}, version);
  bool const result = validation::matches(schema, validation::bytes_of(payload));
  PG_FREE_IF_COPY(payload, 1);
  PG_RETURN_BOOL(result);
}

TENANCY_FUNCTION(tenancy_event_errors) {
  Arguments const arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1))
    return validation::return_violations(fcinfo, {});
  Datum const value = fcinfo->args[1].value;
  const varlena* const payload = server([&] {
    accept_changes();
    return PG_DETOAST_DATUM_PACKED(value);
  });
  Version const version = arguments.is_null(2) ? std::nullopt : Version(arguments.integer(2));
  Lookup lookup;
  const validation::CompiledSchema& schema = require_schema(lookup, arguments.text(0), version);
  return validation::return_violations(
      fcinfo, validation::violations(schema, validation::bytes_of(payload)));
}

}  // namespace tenancy::event
