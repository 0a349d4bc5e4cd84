// Programs against stored values, inside the server: its cancels, its stack, its errors.
#pragma once

#include "jsonschema/evaluate.hpp"
#include "jsonschema/report.hpp"
#include "server/function.hpp"

namespace tenancy::validation {

// Whether the statement should end: what the engine polls.
bool is_interrupted() noexcept;

// Whether `instance`, detoasted, satisfies the program. Allocates nothing. Throws where there is
// neither a yes nor a no: a cancel or timeout (57014), 54001 nested too deeply, 54000 a pattern
// that takes too long, XX001 corrupt storage.
bool matches(const jsonschema::Program& program, const Jsonb* instance);

// Every violation, in document order, at most 1,000; empty where there is none. Throws as
// matches().
std::vector<jsonschema::Violation> violations(const jsonschema::Program& program,
                                              const Jsonb* instance);

// A violation as a line of an error's DETAIL.
std::string describe(const jsonschema::Violation& violation);

// The rows of a function that RETURNS TABLE(instance_location, keyword_location, message).
Datum return_violations(FunctionCallInfo fcinfo,
                        const std::vector<jsonschema::Violation>& violations);

}  // namespace tenancy::validation
