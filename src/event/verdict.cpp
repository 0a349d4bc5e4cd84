#include "event/verdict.hpp"

#include "validation/match.hpp"

namespace tenancy::event {

void Lookup::find_anew(std::string_view type, Version version) {
  has_last_ = false;
  last_ = edition_->find(type, version);
  // Of many types, each one's program has left the processor's caches since its last event.
  if (last_.compiled) last_.compiled->program->prefetch();
  last_type_ = type;
  last_version_ = version;
  has_last_ = true;
}

Verdict judge(const Event& event, Lookup& lookup, bool allow_unknown, bool allow_retired) {
  if (!event.type) return Verdict::no_type;
  const EventSchema& schema = lookup.find(event.type_name(), event.wanted());
  if (!schema.compiled)
    return allow_unknown && !event.has_version && !schema.is_retired ? Verdict::accepted
                                                                     : Verdict::unknown_type;
  if (schema.is_retired && !allow_retired) return Verdict::retired;
  if (!event.payload) return Verdict::no_payload;
  try {
    return validation::matches(*schema.compiled, validation::bytes_of(event.payload))
               ? Verdict::accepted
               : Verdict::mismatch;
  } catch (const Error& error) {
    if (error.sqlstate() == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
        error.sqlstate() == ERRCODE_STATEMENT_TOO_COMPLEX)
      return Verdict::undecided;
    throw;
  }
}

void raise_undecided(const Event& event, Lookup& lookup) {
  const EventSchema schema = lookup.find(event.type_name(), event.wanted());
  if (schema.compiled) validation::matches(*schema.compiled, validation::bytes_of(event.payload));
  throw Error(
      ERRCODE_PROGRAM_LIMIT_EXCEEDED,
      "payload of event type \"" + std::string(event.type_name()) + "\" takes too long to check");
}

Objection explain(Verdict verdict, const Event& event, Lookup& lookup) {
  if (verdict == Verdict::no_type)
    return {
        "event has no type", "Set the type to one that tenancy.register_event_schema() knows.", {}};
  const EventSchema& schema = lookup.find(event.type_name(), event.wanted());
  const std::string named = "payload of event type \"" + std::string(event.type_name()) + "\"";
  switch (verdict) {
    case Verdict::unknown_type:
    case Verdict::retired: {
      Missing missing = describe_missing(event.type_name(), event.wanted(), schema.is_retired);
      return {std::move(missing.message), missing.hint, {}};
    }
    case Verdict::no_payload:
      return {named + " is null", "", {}};
    case Verdict::mismatch:
      return {named + " does not match its schema (version " + std::to_string(schema.version) + ")",
              "tenancy.event_errors() lists all that is wrong with a payload.",
              validation::violations(*schema.compiled, validation::bytes_of(event.payload))};
    case Verdict::undecided:
      try {
        raise_undecided(event, lookup);
      } catch (const Error& error) {
        return {error.what(), "", {}};
      }
    case Verdict::no_type:
    case Verdict::accepted:
      break;
  }
  return {};
}

}  // namespace tenancy::event
