// The bytes that a simple pattern consists of: written by simple_pattern_compiler.cpp, read by
// simple_pattern.cpp.
//
//   whole     Whole, in one byte, then
//   always    nothing
//   contains, prefix, suffix, equal    the literal
//   some      a class
//   fixed     what Step::fixed has
//   from_begin, from_begin_to_end      the number of classes in one byte, the classes, the steps
//
// A class is two words of 64 bits, a bit for each ASCII character, and one byte, a Beyond. Steps
// follow each other, each with its operands. Numbers of two bytes have the lower one first.
//
// Fixed bytes are what most patterns are made of, many of nothing else: so many bytes, each within
// one of some ranges. For each range, the first bytes of all positions stand together, and then the
// last bytes, so that many positions are compared at once.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tenancy::jsonschema {

// What the pattern as a whole demands.
enum class Whole : std::uint8_t {
  always,             // matches every text
  contains,           // of the literal: the text contains it
  prefix,             // begins with it
  suffix,             // ends with it
  equal,              // is it
  some,               // some character is in the class
  fixed,              // consists of the fixed bytes
  from_begin,         // the steps lead from the beginning of the text to anywhere
  from_begin_to_end,  // or to its end
};

enum class Step : std::uint8_t {
  accept,   // the end of the steps
  literal,  // its size (1), its bytes
  fixed,    // number (1), ranges (1), for each of these: first bytes, last bytes (number of each)
  one,      // class (1): one character of it
  run,      // class (1), least (2), most (2): as many characters of it as there are
  choice,   // number (1), then of each its size (1) and bytes: the first literal that fits
  branch,   // class (1), to (2): goes there unless the next character is in the class
  jump,     // to (2)
};

// The characters of a class that are not ASCII.
enum class Beyond : std::uint8_t {
  none,
  all,
  spaces,             // those of \s
  all_but_spaces,     // those of \S
  all_but_line_ends,  // those of `.`
};

inline constexpr std::size_t max_ranges = 3;
inline constexpr std::size_t class_size = 17;
inline constexpr std::uint32_t no_limit = 0xFFFF;  // of a run

}  // namespace tenancy::jsonschema
