// Patterns as deterministic finite automata: one step a character, whatever the pattern, so that
// the time to match is in proportion to the text. For patterns that simple_pattern.hpp does not
// take, and that have no back reference, no look-around, no word boundary and no Unicode property.
//
// An automaton is a string of bytes: 128 for the classes of ASCII characters that it tells apart,
// 4 for each range of others, and a table of states by classes. `^[^@\s]+@[^@\s]+\.[a-z]+$` takes
// some 250 bytes, most of them to know white space.
#pragma once

#include <string>
#include <string_view>

#include "jsonschema/regex/ecma_syntax.hpp"
#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

// Empty when the pattern is none of these, or would take more than some 100 microseconds (for very
// large classes, a millisecond) or 4 kB. Throws std::bad_alloc.
std::string compile_automaton(const EcmaRegex& regex);

// Does some part of `text`, UTF-8, match? `automaton` is what compile_automaton() returned.
Match match_automaton(std::string_view automaton, std::string_view text,
                      InterruptPoll interrupted) noexcept;

}  // namespace tenancy::jsonschema
