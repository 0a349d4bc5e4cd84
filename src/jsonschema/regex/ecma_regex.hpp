// Translation of ECMA-262 regular expressions (with the `u` flag) into what PCRE2 understands, and
// means the same by.
//
// Only whether some part of a text matches is kept, not what its groups capture. So a group
// captures in the translation only where a back reference needs it, and a lookbehind may be written
// out as alternatives of a fixed length each, which is all that PCRE2 can do (before 10.43).
//
// Refused, with a reason, although ECMA-262 allows it:
// - lookbehinds of unlimited length, or of very many lengths, or with back references in them;
// - back references to a group that lies in a repetition, where what it captured before may differ:
//   ECMA-262 forgets that at each turn, PCRE2 keeps it. `(?:(a)|b)*\1` is one, `(?:(a)b)*\1` is
//   not;
// - numbers of repetitions above 65535, groups in each other 250 deep;
// - lone surrogates, which match no text in PostgreSQL, and properties that PCRE2 does not know.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "jsonschema/regex/ecma_syntax.hpp"
#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

// Bytes of a pattern, and of a text with the format `regex`: parsing some takes 30 times the
// memory, and cannot be interrupted.
inline constexpr std::size_t longest_regex = 1'000'000;

struct TranslatedRegex {
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  std::string text;  // for PCRE2
  // Bytes that one try to match at one place may look at, before it and behind; an upper bound.
  std::size_t reach = 0;
};

// With callouts PCRE2 calls back at the start of each try, of each turn of a repetition and of
// whatever may read much in one step. So no more than one reading of the text, and the steps that
// PCRE2 counts, lie between two calls.
enum class Callouts : bool { no, yes };

// Throws PatternError, or std::bad_alloc.
TranslatedRegex translate_ecma_regex(const EcmaRegex& regex, Callouts callouts = Callouts::no);

// The format `regex`: is `text`, UTF-8, a regular expression (ecma_syntax.hpp)? Match::too_long
// where it is longer than longest_regex, Match::limit where there is no memory to tell.
Match match_ecma_regex(std::string_view text) noexcept;

}  // namespace tenancy::jsonschema
