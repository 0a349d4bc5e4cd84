// Compiled schemas against stored values, inside the server: its cancels, its stack, its errors.
#pragma once

#include "jsonschema/evaluate.hpp"
#include "jsonschema/report.hpp"
#include "server/function.hpp"
#include "validation/schema_cache.hpp"

namespace tenancy::validation {

// Whether the statement should end: what the engine polls.
bool is_interrupted() noexcept;

// Whether the stack is used up: what it asks before it goes deeper.
bool is_stack_exhausted() noexcept;

// The root container of a jsonb.
using JsonbBytes = std::span<const std::byte>;

// Of a jsonb that is neither compressed nor out of line. One with a short header will do, which the
// server itself would copy, to align it, before it reads it.
inline JsonbBytes bytes_of(const varlena* instance) noexcept {
  return {reinterpret_cast<const std::byte*>(VARDATA_ANY(instance)), VARSIZE_ANY_EXHDR(instance)};
}

// Whether `instance` satisfies the schema, which was compiled for a verdict. Allocates nothing.
// Throws where there is neither a yes nor a no: a cancel or timeout (57014), 54001 nested too
// deeply, 54000 a pattern that takes too long or a regular expression too long for its
// format, 53200 out of memory, XX001 corrupt storage.
bool matches(const CompiledSchema& schema, JsonbBytes instance);

// The violations of that schema, in document order, at most `limit`; none where there is none. It
// is compiled for reports only if there is one. Throws as matches() and find_schema().
std::vector<jsonschema::Violation> violations(const CompiledSchema& schema, JsonbBytes instance,
                                              std::size_t limit = 1000);

// A violation as a line of an error's DETAIL.
std::string describe(const jsonschema::Violation& violation);

// The rows of a function that RETURNS TABLE(instance_location, keyword_location, message).
Datum return_violations(FunctionCallInfo fcinfo,
                        const std::vector<jsonschema::Violation>& violations);

}  // namespace tenancy::validation
