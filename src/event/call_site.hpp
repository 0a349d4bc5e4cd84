// What an SQL function remembers of the registry between its rows.
#pragma once

#include "event/verdict.hpp"
#include "server/cached_table.hpp"
#include "server/memory.hpp"

namespace tenancy::event {

// For as long as its plan lives, which in PL/pgSQL is a transaction.
struct CallSite {
  Lookup lookup;
  TimestampTz statement = 0;  // of the client's, in which changes were last accepted
};

// That of a call, with all that this backend has learned of. No C++ object may be alive: the server
// is called directly.
inline CallSite& call_site(FunctionCallInfo fcinfo) {
  auto* site = static_cast<CallSite*>(fcinfo->flinfo->fn_extra);
  if (!site) fcinfo->flinfo->fn_extra = site = make_in<CallSite>(fcinfo->flinfo->fn_mcxt);
  if (site->statement != GetCurrentStatementStartTimestamp()) {
    accept_changes();
    site->statement = GetCurrentStatementStartTimestamp();
  }
  site->lookup.refresh();
  return *site;
}

// The event of the arguments event_type, payload and version, which stand from `first` on. Server
// zone.
inline Event event_argument(FunctionCallInfo fcinfo, int first) {
  const NullableDatum* const arguments = fcinfo->args + first;
  Event event{};
  if (!arguments[0].isnull) event.type = DatumGetTextPP(arguments[0].value);
  if (!arguments[1].isnull) event.payload = PG_DETOAST_DATUM_PACKED(arguments[1].value);
  event.has_version = !arguments[2].isnull;
  if (event.has_version) event.version = DatumGetInt32(arguments[2].value);
  return event;
}

}  // namespace tenancy::event
