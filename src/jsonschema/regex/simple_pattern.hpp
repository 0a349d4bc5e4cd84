// Patterns that need no engine: those that can be matched from left to right, looking one character
// ahead and never back. `^[A-Z]{3}$`, `^ord_[0-9]+$`, `^(a|b|c)$`, `^[a-z]+(-[a-z]+)*$`,
// `^https?://`, `foo` and `.*` are simple, `^.*x$` is not.
//
// A simple pattern is a string of bytes, of about the size of the pattern's text, plus 17 for each
// class in it, or 2 to 6 for each byte of the text that a class decides at a fixed place. Matching
// takes time in proportion to the text, and no memory.
#pragma once

#include <string>
#include <string_view>

#include "jsonschema/regex/ecma_syntax.hpp"
#include "jsonschema/regex/simple_program.hpp"
#include "jsonschema/value/fixed_bytes.hpp"
#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

// Empty when the pattern is not simple, or to find out would take time that is out of proportion to
// its length. Throws std::bad_alloc.
std::string compile_simple_pattern(const EcmaRegex& regex);

// For match_simple_pattern(): what is not Whole::fixed.
Match match_other_pattern(std::string_view program, std::string_view text,
                          InterruptPoll interrupted) noexcept;

// Does some part of `text`, UTF-8, match? `program` is what compile_simple_pattern() returned. What
// most patterns are, fixed bytes and no more, is matched without a call.
inline Match match_simple_pattern(std::string_view program, std::string_view text,
                                  InterruptPoll interrupted) noexcept {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(program.data());
  if (static_cast<Whole>(bytes[0]) != Whole::fixed) {
    return match_other_pattern(program, text, interrupted);
  }
  const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
  const bool matches = text.size() == bytes[1] && is_fixed(begin, bytes + 3, bytes[1], bytes[2]);
  return matches ? Match::yes : Match::no;
}

}  // namespace tenancy::jsonschema
