// Bytes at fixed places, each within one of some ranges: what most patterns are made of, such as
// `[0-9a-f]{8}-[0-9a-f]{4}`. Many of them are compared at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "jsonschema/value/bytes.hpp"

namespace tenancy::jsonschema {

// Vectors of bytes: a comparison makes each lane all ones or zero.
using Sixteen = unsigned char __attribute__((vector_size(16)));
using Eight = unsigned char __attribute__((vector_size(8)));

// Whether each of as many bytes as the vector has lies within one of its ranges; `first`: the
// ranges' first bytes for these positions, of `count` positions in all.
template <typename Vector>
[[gnu::always_inline]] inline bool within_ranges(const unsigned char* text,
                                                 const unsigned char* first, std::size_t count,
                                                 std::uint32_t ranges) noexcept {
  const auto bytes = load_word<Vector>(text);
  auto found = bytes != bytes;
  for (; ranges > 0; --ranges, first += 2 * count) {
    found |= (bytes >= load_word<Vector>(first)) & (bytes <= load_word<Vector>(first + count));
  }
  std::array<std::uint64_t, sizeof(Vector) / 8> words;
  std::memcpy(words.data(), &found, sizeof found);
  return (words.front() & words.back()) == ~std::uint64_t{0};
}

// The bytes at `text`, as many as `count`, against what Step::fixed has. The last vector overlaps
// the one before it.
inline bool is_fixed(const unsigned char* text, const unsigned char* first, std::size_t count,
                     std::uint32_t ranges) noexcept {
  std::size_t at = 0;
  if (count >= sizeof(Sixteen)) {
    for (; at + sizeof(Sixteen) < count; at += sizeof(Sixteen)) {
      if (!within_ranges<Sixteen>(text + at, first + at, count, ranges)) return false;
    }
    at = count - sizeof(Sixteen);
    return within_ranges<Sixteen>(text + at, first + at, count, ranges);
  }
  if (count >= sizeof(Eight)) {
    at = count - sizeof(Eight);
    return within_ranges<Eight>(text, first, count, ranges) &&
           within_ranges<Eight>(text + at, first + at, count, ranges);
  }
  for (; at < count; ++at) {
    bool found = false;
    for (std::uint32_t range = 0; range < ranges; ++range) {
      const unsigned char* const limits = first + 2 * range * count + at;
      found = found || (text[at] >= limits[0] && text[at] <= limits[count]);
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace tenancy::jsonschema
