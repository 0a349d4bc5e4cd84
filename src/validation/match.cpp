#include "validation/match.hpp"

namespace tenancy::validation {
namespace {

using jsonschema::Verdict;

bool is_stack_exhausted() noexcept {
  return stack_is_too_deep();
}

constexpr jsonschema::Host backend{is_interrupted, is_stack_exhausted};
constexpr jsonschema::Host uninterruptible{nullptr, is_stack_exhausted};

std::span<const std::byte> bytes_of(const Jsonb* instance) {
  return {reinterpret_cast<const std::byte*>(&instance->root), VARSIZE(instance) - VARHDRSZ};
}

[[noreturn]] void raise_verdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::too_deep:
      throw Error(ERRCODE_STATEMENT_TOO_COMPLEX, "JSON value is nested too deeply to be validated")
          .hint("Limit the depth in the schema, or raise \"max_stack_depth\".");
    case Verdict::corrupt:
      throw Error(ERRCODE_DATA_CORRUPTED, "jsonb value is corrupt");
    default:
      throw Error(ERRCODE_INTERNAL_ERROR, "unexpected verdict of the JSON Schema engine");
  }
}

[[noreturn]] void raise_pattern_limit(const std::vector<jsonschema::Violation>& met) {
  Error error(ERRCODE_PROGRAM_LIMIT_EXCEEDED,
              "a pattern of the JSON Schema takes too long to match a string");
  if (met.empty()) throw error;
  throw std::move(error)
      .detail(describe(met.front()))
      .hint("Rewrite the pattern so that it does not backtrack, or limit maxLength.");
}

// Runs `pass` under the server's interrupts. Should CHECK_FOR_INTERRUPTS() return after all, the
// pass is begun anew and runs to its end.
template <typename Pass>
bool run(const jsonschema::Program& program, const Jsonb* instance, Pass pass) {
  Verdict verdict = pass(backend);
  if (verdict == Verdict::interrupted) [[unlikely]] {
    server([] { CHECK_FOR_INTERRUPTS(); });
    verdict = pass(uninterruptible);
  }
  if (verdict == Verdict::valid) return true;
  if (verdict == Verdict::invalid) return false;
  if (verdict == Verdict::pattern_limit) {
    std::vector<jsonschema::Violation> met;
    report(program, bytes_of(instance), uninterruptible, met, 1);
    raise_pattern_limit(met);
  }
  raise_verdict(verdict);
}

}  // namespace

// Of all that may be pending, only what ends the statement is worth stopping for.
bool is_interrupted() noexcept {
  return InterruptPending && (QueryCancelPending || ProcDiePending) && InterruptHoldoffCount == 0 &&
         QueryCancelHoldoffCount == 0 && CritSectionCount == 0;
}

bool matches(const jsonschema::Program& program, const Jsonb* instance) {
  return run(program, instance, [&](const jsonschema::Host& host) {
    return evaluate(program, bytes_of(instance), host);
  });
}

std::vector<jsonschema::Violation> violations(const jsonschema::Program& program,
                                              const Jsonb* instance) {
  std::vector<jsonschema::Violation> found;
  run(program, instance, [&](const jsonschema::Host& host) {
    found.clear();
    return report(program, bytes_of(instance), host, found);
  });
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
