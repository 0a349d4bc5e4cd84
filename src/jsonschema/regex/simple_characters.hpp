// What simple patterns say of one character: the class that it is of, or the byte that it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "jsonschema/regex/ecma_characters.hpp"
#include "jsonschema/regex/ecma_syntax.hpp"
#include "jsonschema/regex/simple_program.hpp"

namespace tenancy::jsonschema::simple {

// A set of characters. Beyond ASCII it may be taken for larger than it is, where sets are united.
struct Set {
  std::array<std::uint64_t, 2> ascii{};
  Beyond beyond = Beyond::none;
  bool anything = false;  // also the end of the text: what follows does not matter

  void add(std::uint32_t c) noexcept { ascii[c >> 6U] |= std::uint64_t{1} << (c & 63U); }
  // What is ASCII of them.
  void add(std::span<const CodePoints> ranges) noexcept {
    for (const CodePoints& range : ranges) {
      for (std::uint32_t c = range.first; c <= range.last && c < 0x80; ++c) add(c);
    }
  }
  bool has(std::uint32_t c) const noexcept { return (ascii[c >> 6U] >> (c & 63U) & 1U) != 0; }
  void unite(const Set& other) noexcept {
    ascii[0] |= other.ascii[0];
    ascii[1] |= other.ascii[1];
    anything = anything || other.anything;
    if (beyond == Beyond::none) {
      beyond = other.beyond;
    } else if (other.beyond != Beyond::none && other.beyond != beyond) {
      beyond = Beyond::all;
    }
  }
  bool overlaps(const Set& other) const noexcept {
    return anything || other.anything || (ascii[0] & other.ascii[0]) != 0 ||
           (ascii[1] & other.ascii[1]) != 0 ||
           (beyond != Beyond::none && other.beyond != Beyond::none);
  }
  void complement() noexcept;
  bool operator==(const Set&) const = default;
};

// None: not to be said exactly by a Set.
std::optional<Set> set_of(const ClassMember& member) noexcept;

// One byte: what it may be. A range that is not needed has nothing in it.
struct Fixed {
  std::size_t count = 0;
  std::array<unsigned char, max_ranges> first{0xFF, 0xFF, 0xFF};
  std::array<unsigned char, max_ranges> last{};

  static Fixed one(char c) noexcept {
    Fixed fixed;
    fixed.count = 1;
    fixed.first[0] = fixed.last[0] = static_cast<unsigned char>(c);
    return fixed;
  }

  // Nothing when the set has more ranges, or characters that take more than a byte.
  static std::optional<Fixed> of(const Set& set) noexcept;
};

}  // namespace tenancy::jsonschema::simple
