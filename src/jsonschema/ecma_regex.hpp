// Translation of ECMA-262 regular expressions (with the `u` flag) into what PCRE2 understands.
//
// Where the two differ: `.` and `\s` (Unicode line ends and spaces), `\u` and `\c` escapes, long
// names in `\p{...}`, `[` inside a class, `$` (the very end). What ECMA-262 does not have is
// refused: verbs such as (*COMMIT), recursion, conditions, inline options, atomic groups,
// possessive quantifiers, POSIX classes, and escapes of letters without a meaning. Escapes of
// other characters, such as `\-`, are taken although the `u` flag forbids some of them.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace tenancy::jsonschema {

// The text is not a regular expression; what() says why.
class PatternError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// `pattern` is UTF-8. Throws PatternError.
std::string translate_ecma_regex(std::string_view pattern);

}  // namespace tenancy::jsonschema
