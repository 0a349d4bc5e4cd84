#include "jsonschema/value/jsonb.hpp"
#include "jsonschema/value/bytes.hpp"

#include <algorithm>
#include <limits>

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema::jsonb {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

// The length of the UTF-8 sequence that `lead` begins, 0 for none, and the range that the byte
// after it may have; the bytes after that one range from 80 to BF. Source: RFC 3629, section 4.
struct Sequence {
  std::uint8_t length;
  std::uint8_t low;
  std::uint8_t high;
};

Sequence sequence_of(std::uint8_t lead) noexcept {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

bool root(std::span<const std::byte> bytes, Value& value) noexcept {
  if (bytes.size() < sizeof(std::uint32_t) ||
      bytes.size() > std::numeric_limits<std::int32_t>::max()) {
    return false;
  }
  value = {bytes.data(), static_cast<std::uint32_t>(bytes.size()), Kind::array};
  switch (load32(bytes.data()) & ~count_mask) {
    case object_flag:
      value.kind = Kind::object;
      return true;
    case array_flag:
      return true;
    case array_flag | scalar_flag: {
      Container pseudo_array;
      if (!pseudo_array.open(value) || pseudo_array.count() != 1) return false;
      Entries entries = pseudo_array.begin();
      return entries.step() && entries.value(value) && value.kind < Kind::array;
    }
    default:
      return false;
  }
}

bool Container::find(std::string_view key, std::uint32_t& index) const noexcept {
  std::uint32_t low = 0;
  std::uint32_t high = count_;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    Entries entries;
    std::string_view stored;
    if (!entries_from(middle, entries) || !entries.step() || !entries.key(stored)) return false;
    const int order = compare_keys(stored, key);
    if (order == 0) {
      index = middle;
      return true;
    }
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  index = count_;
  return true;
}

// Counts the bytes that do not continue a sequence, eight at a time: each byte of `sums` counts
// those in its place, for as many words as it can hold. So written, the compiler finds vectors in
// it.
std::uint32_t count_code_points(std::string_view text) noexcept {
  const char* at = text.data();
  std::size_t left = text.size();
  std::size_t continuations = 0;
  constexpr std::size_t width = sizeof(std::uint64_t);
  while (left >= width) {
    const std::size_t words = std::min<std::size_t>(left / width, 255);
    std::uint64_t sums = 0;
    for (std::size_t i = 0; i < words; ++i) {
      const std::uint64_t word = load_word<std::uint64_t>(at + i * width);
      sums += (word & ~(word << 1) & high_bits) >> 7;
    }
    for (std::size_t i = 0; i < width; ++i) continuations += sums >> (8 * i) & 0xFFU;
    at += words * width;
    left -= words * width;
  }
  for (; left > 0; ++at, --left) {
    continuations += (static_cast<unsigned char>(*at) & 0xC0U) == 0x80U ? 1 : 0;
  }
  return static_cast<std::uint32_t>(text.size() - continuations);
}

bool is_utf8(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    if (end - at >= 8 && (load_word<std::uint64_t>(at) & high_bits) == 0) {
      at += 8;
      continue;
    }
    const Sequence sequence = sequence_of(static_cast<std::uint8_t>(*at));
    if (sequence.length == 0 || end - at < sequence.length) return false;
    for (std::uint8_t i = 1; i < sequence.length; ++i) {
      const auto byte = static_cast<std::uint8_t>(at[i]);
      const bool second = i == 1;
      if (byte < (second ? sequence.low : 0x80) || byte > (second ? sequence.high : 0xBF)) {
        return false;
      }
    }
    at += sequence.length;
  }
  return true;
}

}  // namespace tenancy::jsonschema::jsonb
