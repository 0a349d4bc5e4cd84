// validate_event(), event_errors() and event_objection(): what is to be said of an event that is in
// no table.
#include "event/call_site.hpp"
#include "event/enforcement.hpp"
#include "event/quarantine.hpp"
#include "validation/match.hpp"

namespace tenancy::event {
namespace {

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
  Lookup& lookup = call_site(fcinfo).lookup;
  Event const event = event_argument(fcinfo, 0);
  const validation::CompiledSchema& schema =
      require_schema(lookup, event.type_name(), event.wanted());
  PG_RETURN_BOOL(validation::matches(schema, validation::bytes_of(event.payload)));
}

TENANCY_FUNCTION(tenancy_event_errors) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) return validation::return_violations(fcinfo, {});
  accept_changes();
  Event const event = event_argument(fcinfo, 0);
  Lookup lookup;
  const validation::CompiledSchema& schema =
      require_schema(lookup, event.type_name(), event.wanted());
  return validation::return_violations(
      fcinfo, validation::violations(schema, validation::bytes_of(event.payload)));
}

TENANCY_FUNCTION(tenancy_event_objection) {
  CallSite& site = call_site(fcinfo);
  Event const event = event_argument(fcinfo, 0);
  bool const allow_unknown = allows_unknown(Arguments(fcinfo).text(3));
  Verdict const verdict = judge(event, site.lookup, allow_unknown, false);
  const Objection objection = explain(verdict, event, site.lookup);
  return server([&] {
    TupleDesc descriptor;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
      elog(ERROR, "return type must be a row type");
    bool const is_accepted = verdict == Verdict::accepted;
    bool nulls[] = {is_accepted, is_accepted};
    Datum values[2] = {};
    if (!is_accepted) {
      values[0] = CStringGetTextDatum(objection.message.c_str());
      values[1] = errors_as_jsonb(objection);
    }
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
  });
}

}  // namespace tenancy::event
