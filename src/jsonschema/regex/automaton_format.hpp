// The bytes that an automaton consists of: written by automaton_compiler.cpp, read by
// automaton.cpp.
//
//   ascii      the class of each ASCII character, 128 bytes
//   start      the state to begin with
//   accepting  the first of the states that match if the text ends there
//   classes    their number: characters of one class are not told apart
//   ranges     the number of ranges of characters beyond ASCII
//   beyond     for each range: its class, and its first code point in three bytes, the lowest
//              first; it ends where the next one begins. The first begins at 0x80.
//   next       the next state, by state and class, from state `first_row` on
#pragma once

#include <cstddef>
#include <cstdint>

namespace tenancy::jsonschema::automaton {

// States that no character leads out of: the text does not match, or it does.
inline constexpr std::uint8_t dead = 0;
inline constexpr std::uint8_t matched = 1;
inline constexpr std::uint8_t first_row = 2;

inline constexpr std::size_t ascii_at = 0;
inline constexpr std::size_t start_at = 128;
inline constexpr std::size_t accepting_at = 129;
inline constexpr std::size_t classes_at = 130;
inline constexpr std::size_t ranges_at = 131;
inline constexpr std::size_t beyond_at = 132;
inline constexpr std::size_t range_size = 4;

}  // namespace tenancy::jsonschema::automaton
