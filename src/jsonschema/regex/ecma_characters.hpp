// The sets of characters that ECMA-262 gives names to, for all that match patterns: those of `\d`,
// `\w` and `\s`, and those that `.` does not match.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace tenancy::jsonschema {

inline constexpr std::uint32_t last_code_point = 0x10FFFF;

// Code points from the first to the last. Those of a set stand in order, with others between them.
struct CodePoints {
  std::uint32_t first;
  std::uint32_t last;
  bool operator==(const CodePoints&) const = default;
};

inline constexpr std::array digits{CodePoints{'0', '9'}};
inline constexpr std::array words{CodePoints{'0', '9'}, CodePoints{'A', 'Z'}, CodePoints{'_', '_'},
                                  CodePoints{'a', 'z'}};
// WhiteSpace and LineTerminator.
inline constexpr std::array spaces{CodePoints{'\t', '\r'},     CodePoints{' ', ' '},
                                   CodePoints{0xA0, 0xA0},     CodePoints{0x1680, 0x1680},
                                   CodePoints{0x2000, 0x200A}, CodePoints{0x2028, 0x2029},
                                   CodePoints{0x202F, 0x202F}, CodePoints{0x205F, 0x205F},
                                   CodePoints{0x3000, 0x3000}, CodePoints{0xFEFF, 0xFEFF}};
inline constexpr std::array line_ends{CodePoints{'\n', '\n'}, CodePoints{'\r', '\r'},
                                      CodePoints{0x2028, 0x2029}};

constexpr bool contains(std::span<const CodePoints> set, std::uint32_t code_point) noexcept {
  return std::any_of(set.begin(), set.end(), [&](const CodePoints& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

// All others.
inline std::vector<CodePoints> complement(std::span<const CodePoints> set) {
  std::vector<CodePoints> others;
  std::uint32_t next = 0;
  for (const CodePoints& range : set) {
    if (range.first > next) others.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= last_code_point) others.push_back({next, last_code_point});
  return others;
}

}  // namespace tenancy::jsonschema
