// What changed from one schema to another, told by places in the instance. Pure C++.
//
// Compared are, for each place that both schemas speak of: types; `enum` and `const`; `required`;
// properties that come and go, and whether others are allowed; the elements of arrays by position
// and beyond; limits, `multipleOf`, `uniqueItems`; patterns and formats, by their text. `$ref` and
// its kin, and `allOf`, are followed: what is compared is what they say together. The branches of
// `anyOf` and `oneOf`, and `not`, `if`, `contains` and their like are compared pair by pair, but
// what their differences do to the whole is left open. Annotations and the keywords of contents are
// not compared, and of a property nobody asks which `patternProperties` match its name.
//
// So this is no proof that one schema allows less than another: what is said to break may be made
// good elsewhere. But where every difference is said to break nothing, the latter schema allows all
// that the former does (contents, and dynamic references that depend on their scope, aside).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenancy::jsonschema {

struct Difference {
  std::string change;    // "required property added", "minLength tightened"
  std::string location;  // a JSON Pointer into the instance; "*": any element, any other property
  std::optional<std::string> before, after;
  // Whether an instance that satisfied the former schema can fail the other because of it; nothing
  // where that was not found out.
  std::optional<bool> is_breaking;
};

struct DifferenceOptions {
  bool before_asserts_format = false;
  bool after_asserts_format = false;
  std::size_t limit = 1000;                  // rows; one more says that there are others
  bool (*interrupted)() noexcept = nullptr;  // see CompileOptions
  bool (*stack_exhausted)() noexcept = nullptr;
};

// In the order of places. Both are texts of self-contained schemas. Throws as compile(). The time
// is bounded by the size of the schemas and a constant; where it ends before everything has been
// compared, a last row, "not compared further", says so.
std::vector<Difference> differences(std::string_view before, std::string_view after,
                                    const DifferenceOptions& options);

}  // namespace tenancy::jsonschema
