// Reporting: every reason why a stored JSONB value does not satisfy a Program.
//
// The second pass, run only after evaluate() said no, or pattern_limit. May allocate. Needs a
// program of its own, compiled with CompileOptions::for_report: what the first pass runs has
// forgotten the schema's form.
//
// Reported is every assertion that failed. A failed anyOf or oneOf is one violation itself, and so
// are the failures inside of its branches; a failed `not` is one. Long values are cut short.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "jsonschema/evaluate.hpp"
#include "jsonschema/program.hpp"

namespace tenancy::jsonschema {

// One failed assertion, located as in the `basic` output of the JSON Schema specification.
struct Violation {
  std::string instance_location;  // JSON Pointer into the instance, "" for its root
  std::string keyword_location;   // JSON Pointer along the schema, through every $ref taken
  std::string message;            // for a person: "missing required property 'email'"
};

// Bytes of text after which a report takes no further violation: names as long as an instance can
// have would be said again in each.
inline constexpr std::size_t max_report_size = 16 * 1024 * 1024;

// Appends the violations of `instance`, at most `limit` of them, in document order: by the place in
// the instance as it is stored, a container before its contents. When there are more than `limit`,
// or than max_report_size allows, those found first are taken. The verdict is that of evaluate() on
// the same arguments, or one that ends the longer walk: interrupted, too_deep, corrupt. When it is
// invalid and `limit` is not zero, there is at least one violation. Verdict::pattern_limit: the
// violations say which pattern met its limit, and where. Throws std::bad_alloc, and
// std::invalid_argument for a program that is not for reports.
Verdict report(const Program& program, std::span<const std::byte> instance, const Host& host,
               std::vector<Violation>& violations, std::size_t limit = 1000);

}  // namespace tenancy::jsonschema
