#include "validation/match.hpp"

namespace tenancy::validation {
namespace {

using jsonschema::Verdict;

constexpr jsonschema::Host backend{is_interrupted, is_stack_exhausted};
constexpr jsonschema::Host uninterruptible{nullptr, is_stack_exhausted};

[[noreturn]] void raise_verdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::too_deep:
      throw Error(ERRCODE_STATEMENT_TOO_COMPLEX, "JSON value is nested too deeply to be validated")
          .hint("Limit the depth in the schema, or raise \"max_stack_depth\".");
    case Verdict::corrupt:
      throw Error(ERRCODE_DATA_CORRUPTED, "jsonb value is corrupt");
    case Verdict::out_of_memory:
      throw std::bad_alloc();
    case Verdict::too_long:
      throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED,
                  "a string is too long to be checked against its format")
          .hint("Limit its length by maxLength.");
    default:
      throw Error(ERRCODE_INTERNAL_ERROR, "unexpected verdict of the JSON Schema engine");
  }
}

// Runs `pass` under the server's interrupts. Should CHECK_FOR_INTERRUPTS() return after all, the
// pass is begun anew and runs to its end.
template <typename Pass>
Verdict run(Pass pass) {
  Verdict const verdict = pass(backend);
  if (verdict != Verdict::interrupted) [[likely]]
    return verdict;
  server([] { CHECK_FOR_INTERRUPTS(); });
  return pass(uninterruptible);
}

SchemaPointer for_report(const CompiledSchema& schema) {
  return find_schema(schema.text, schema.assert_format, Purpose::report);
}

[[noreturn]] void raise_pattern_limit(const CompiledSchema& schema, JsonbBytes instance) {
  SchemaPointer const reporting = for_report(schema);
  std::vector<jsonschema::Violation> met;
  run([&](const jsonschema::Host& host) {
    met.clear();
    return report(*reporting->program, instance, host, met, 1);
  });
  Error error(ERRCODE_PROGRAM_LIMIT_EXCEEDED,
              "a pattern of the JSON Schema takes too long to match a string");
  if (met.empty()) throw error;
  throw std::move(error)
      .detail(describe(met.front()))
      .hint("Rewrite the pattern so that it does not backtrack, or limit maxLength.");
}

}  // namespace

// Of all that may be pending, only what ends the statement is worth stopping for.
bool is_interrupted() noexcept {
  return InterruptPending && (QueryCancelPending || ProcDiePending) && InterruptHoldoffCount == 0 &&
         QueryCancelHoldoffCount == 0 && CritSectionCount == 0;
}

bool is_stack_exhausted() noexcept {
  return stack_is_too_deep();
}

bool matches(const CompiledSchema& schema, JsonbBytes instance) {
  Verdict const verdict =
      run([&](const jsonschema::Host& host) { return evaluate(*schema.program, instance, host); });
  if (verdict == Verdict::valid) return true;
  if (verdict == Verdict::invalid) return false;
  if (verdict == Verdict::pattern_limit) raise_pattern_limit(schema, instance);
  raise_verdict(verdict);
}

std::vector<jsonschema::Violation> violations(const CompiledSchema& schema, JsonbBytes instance,
                                              std::size_t limit) {
  std::vector<jsonschema::Violation> found;
  if (matches(schema, instance)) return found;
  SchemaPointer const reporting = for_report(schema);
  Verdict const verdict = run([&](const jsonschema::Host& host) {
    found.clear();
    return report(*reporting->program, instance, host, found, limit);
  });
  if (verdict == Verdict::pattern_limit) raise_pattern_limit(schema, instance);
  if (verdict != Verdict::valid && verdict != Verdict::invalid) raise_verdict(verdict);
  return found;
}

std::string describe(const jsonschema::Violation& violation) {
  return "At \"" + violation.instance_location + "\": " + violation.message + " (schema: \"" +
         violation.keyword_location + "\").";
}

Datum return_violations(FunctionCallInfo fcinfo,
                        const std::vector<jsonschema::Violation>& violations) {
  ResultRows rows(fcinfo);
  for (const jsonschema::Violation& violation : violations)
    rows.add({violation.instance_location, violation.keyword_location, violation.message});
  return Datum{0};
}

}  // namespace tenancy::validation
