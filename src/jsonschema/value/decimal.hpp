// Exact decimal numbers in the form in which PostgreSQL stores them: no double anywhere.
//
// A number is sign, weight and base-10000 digits:
//     value = (-1)^negative * sum(digit[i] * 10000^(weight - i))
// in canonical form: the first and the last digit are not zero, and zero has no digits. So equal
// numbers have equal parts, and a number is an integer when it has no digit below weight 0.
//
// Stored form (source: PostgreSQL's utils/adt/numeric.c): a varlena header of 4 bytes; a uint16
// header, short (bits 15..14 are 10; sign, display scale and a 7-bit weight in one) or long (sign
// and display scale, then an int16 weight); then int16 digits.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenancy::jsonschema {

// A view of a number; the digits belong to someone else and need no alignment.
struct Decimal {
  const std::byte* digits = nullptr;
  std::uint32_t count = 0;
  std::int32_t weight = 0;
  bool negative = false;

  std::uint32_t digit(std::uint32_t index) const noexcept {
    std::uint16_t digit = 0;
    std::memcpy(&digit, digits + index * sizeof digit, sizeof digit);
    return digit;
  }
  bool is_zero() const noexcept { return count == 0; }
  bool is_integer() const noexcept { return static_cast<std::int64_t>(count) <= weight + 1LL; }

  // Its value, if it is an integer of at most 16 digits. False: it is not.
  bool to_small_integer(std::int64_t& value) const noexcept {
    constexpr std::int32_t greatest_weight = 3;
    if (weight > greatest_weight || !is_integer()) return false;
    std::int64_t sum = 0;
    for (std::int32_t i = 0; i <= weight; ++i) {
      const auto index = static_cast<std::uint32_t>(i);
      sum = sum * 10'000 + (index < count ? digit(index) : 0);
    }
    value = negative ? -sum : sum;
    return true;
  }
};

// A number that owns its digits.
struct DecimalNumber {
  std::vector<std::uint16_t> digits;
  std::int32_t weight = 0;
  bool negative = false;

  Decimal view() const noexcept {
    return {reinterpret_cast<const std::byte*>(digits.data()),
            static_cast<std::uint32_t>(digits.size()), weight, negative};
  }
};

// Takes zero digits off both ends. Stored numbers have none; corrupt ones may.
void make_canonical(Decimal& number) noexcept;

// Reads a stored numeric of `size` bytes. False: it is not a finite number ("corrupt").
inline bool read_numeric(const std::byte* data, std::uint32_t size, Decimal& number) noexcept {
  constexpr std::uint32_t varlena_header = sizeof(std::uint32_t);
  constexpr std::uint32_t half = sizeof(std::uint16_t);
  if (size < varlena_header + half) return false;
  // The length in an uncompressed 4-byte varlena header.
  std::uint32_t stored = 0;
  std::memcpy(&stored, data, sizeof stored);
  if constexpr (std::endian::native == std::endian::little) {
    if ((stored & 3U) != 0) return false;
    stored >>= 2U;
  }
  if (stored < varlena_header + half || stored > size) return false;

  std::uint16_t header = 0;
  std::memcpy(&header, data + varlena_header, sizeof header);
  std::uint32_t digits_at = varlena_header + half;
  if ((header & 0xC000U) == 0x8000U) {  // short
    number.negative = (header & 0x2000U) != 0;
    number.weight = static_cast<std::int32_t>(header & 0x3FU) - ((header & 0x40U) != 0 ? 64 : 0);
  } else {  // long, or NaN or Infinity
    if ((header & 0xC000U) == 0xC000U || stored < digits_at + half) return false;
    std::int16_t weight = 0;
    std::memcpy(&weight, data + digits_at, sizeof weight);
    number.negative = (header & 0x4000U) != 0;
    number.weight = weight;
    digits_at += half;
  }
  number.digits = data + digits_at;
  number.count = (stored - digits_at) / half;
  if (number.count == 0 || number.digit(0) == 0 || number.digit(number.count - 1) == 0)
      [[unlikely]] {
    make_canonical(number);
  }
  return true;
}

// The greatest integer that is not above a stored numeric with at most 16 digits before the point,
// and whether it has some behind it. False: it is another number, or not seen at once.
[[gnu::always_inline]] inline bool read_small(const std::byte* data, std::uint32_t size,
                                              std::int64_t& floor, bool& has_fraction) noexcept {
  constexpr std::uint32_t headers = sizeof(std::uint32_t) + sizeof(std::uint16_t);
  if (size < headers) return false;
  std::uint32_t stored = 0;
  std::uint16_t header = 0;
  std::memcpy(&stored, data, sizeof stored);
  std::memcpy(&header, data + sizeof stored, sizeof header);
  const std::uint32_t length = std::endian::native == std::endian::little ? size << 2U : size;
  // Short, and its weight from 0 to 3.
  if (stored != length || (header & 0xC07CU) != 0x8000U) return false;
  const std::uint32_t weight = header & 3U;
  const std::uint32_t count = (size - headers) / sizeof(std::uint16_t);
  const auto digit_at = [&](std::uint32_t index) noexcept -> std::int64_t {
    std::uint16_t digit = 0;
    if (index < count) std::memcpy(&digit, data + headers + index * sizeof digit, sizeof digit);
    return digit;
  };
  std::int64_t sum = digit_at(0);
  for (std::uint32_t i = 1; i <= weight; ++i) sum = sum * 10'000 + digit_at(i);
  has_fraction = count > weight + 1;
  floor = (header & 0x2000U) != 0 ? -sum - (has_fraction ? 1 : 0) : sum;
  return true;
}

// Digits behind the decimal point with which a stored numeric was written: 1 for 1.0, 0 for 1e2.
// For one that read_numeric() could read.
std::uint32_t numeric_scale(const std::byte* data) noexcept;

// Negative, zero or positive, as `left` is less than, equal to or greater than `right`.
int compare(const Decimal& left, const Decimal& right) noexcept;

// Greatest absolute exponent that parse_decimal() takes; a stored numeric ends near 131,072.
inline constexpr std::int64_t max_exponent = 1'000'000;

// The value of a JSON number (RFC 8259, section 6). Nothing when its exponent is out of range.
std::optional<DecimalNumber> parse_decimal(std::string_view text);

// For a person: plain decimals, or with an exponent where that would be very long.
std::string to_text(const Decimal& number);

// A divisor made ready, for `multipleOf`.
//
// With x = X * 10000^q and d = D * 10000^p, X and D integers whose last digit is not zero, x is a
// multiple of d exactly when q >= p and D divides X * 10000^(q - p): residues of D, digit by digit.
class Divisor {
 public:
  static constexpr std::size_t max_digits = 250;  // decimal digits that a divisor may have

  // `number` is greater than zero. Nothing when it has more digits than max_digits.
  static std::optional<Divisor> make(const Decimal& number);

  // Exact. Time: digits of `number`, times the 64-bit words of the divisor.
  bool divides(const Decimal& number) const noexcept;

  std::size_t memory() const noexcept { return words_.capacity() * sizeof(std::uint64_t); }

 private:
  bool divides_narrow(const Decimal& number, std::int64_t shift) const noexcept;
  bool divides_wide(const Decimal& number, std::int64_t shift) const noexcept;

  std::vector<std::uint64_t> words_;  // D, least significant first; shifted left, see below
  std::uint32_t left_shift_ = 0;      // more than one word: the top bit of D is made the word's
  std::int64_t exponent_ = 0;         // p
};

}  // namespace tenancy::jsonschema
