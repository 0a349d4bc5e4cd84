#include "jsonschema/value/decimal.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "jsonschema/value/ascii.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::uint32_t base = 10'000;
constexpr int digits_per_digit = 4;  // decimal digits in one base-10000 digit

std::uint32_t load16(const std::byte* at) noexcept {
  std::uint16_t half = 0;
  std::memcpy(&half, at, sizeof half);
  return half;
}

int compare_magnitudes(const Decimal& left, const Decimal& right) noexcept {
  if (left.weight != right.weight) return left.weight < right.weight ? -1 : 1;
  const std::uint32_t shared = left.count < right.count ? left.count : right.count;
  for (std::uint32_t i = 0; i < shared; ++i) {
    const std::uint32_t l = left.digit(i);
    const std::uint32_t r = right.digit(i);
    if (l != r) return l < r ? -1 : 1;
  }
  if (left.count == right.count) return 0;
  return left.count < right.count ? -1 : 1;
}

}  // namespace

void make_canonical(Decimal& number) noexcept {
  while (number.count > 0 && number.digit(0) == 0) {
    number.digits += sizeof(std::uint16_t);
    --number.count;
    --number.weight;
  }
  while (number.count > 0 && number.digit(number.count - 1) == 0) --number.count;
  if (number.count == 0) {
    number.weight = 0;
    number.negative = false;
  }
}

std::uint32_t numeric_scale(const std::byte* data) noexcept {
  const std::uint32_t header = load16(data + sizeof(std::uint32_t));
  return (header & 0xC000U) == 0x8000U ? (header & 0x1F80U) >> 7U : header & 0x3FFFU;
}

int compare(const Decimal& left, const Decimal& right) noexcept {
  if (left.is_zero() || right.is_zero()) {
    if (left.is_zero() && right.is_zero()) return 0;
    return left.is_zero() ? (right.negative ? 1 : -1) : (left.negative ? -1 : 1);
  }
  if (left.negative != right.negative) return left.negative ? -1 : 1;
  const int order = compare_magnitudes(left, right);
  return left.negative ? -order : order;
}

std::optional<DecimalNumber> parse_decimal(std::string_view text) {
  DecimalNumber number;
  std::size_t at = 0;
  if (at < text.size() && text[at] == '-') {
    number.negative = true;
    ++at;
  }

  // All digits without leading zeros, and the power of ten of the last one.
  std::string digits;
  std::int64_t exponent = 0;
  bool fraction = false;
  for (; at < text.size() && (is_digit(text[at]) || text[at] == '.'); ++at) {
    if (text[at] == '.') {
      fraction = true;
      continue;
    }
    if (fraction) --exponent;
    if (text[at] != '0' || !digits.empty()) digits.push_back(text[at]);
  }
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  if (digits.empty()) return DecimalNumber{};

  if (at < text.size()) {  // 'e' or 'E', a sign, digits
    ++at;
    const bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && !is_digit(text[at])) ++at;
    std::int64_t written = 0;
    for (; at < text.size(); ++at) {
      written = written * 10 + (text[at] - '0');
      if (written > max_exponent) return std::nullopt;
    }
    exponent += negative ? -written : written;
  }

  // Fill up to a whole base-10000 digit on the right, then cut from the right.
  const auto excess =
      static_cast<int>(((exponent % digits_per_digit) + digits_per_digit) % digits_per_digit);
  digits.append(static_cast<std::size_t>(excess), '0');
  exponent -= excess;
  const std::size_t count = (digits.size() + digits_per_digit - 1) / digits_per_digit;
  digits.insert(0, count * digits_per_digit - digits.size(), '0');
  number.digits.reserve(count);
  for (std::size_t i = 0; i < digits.size(); i += digits_per_digit) {
    number.digits.push_back(
        static_cast<std::uint16_t>((digits[i] - '0') * 1000 + (digits[i + 1] - '0') * 100 +
                                   (digits[i + 2] - '0') * 10 + (digits[i + 3] - '0')));
  }
  number.weight =
      static_cast<std::int32_t>(static_cast<std::int64_t>(count) - 1 + exponent / digits_per_digit);
  return number;
}

std::string to_text(const Decimal& number) {
  if (number.is_zero()) return "0";
  constexpr int longest_plain = 40;

  std::string digits;  // decimal, without leading and trailing zeros
  for (std::uint32_t i = 0; i < number.count && digits.size() <= longest_plain; ++i) {
    const std::uint32_t digit = number.digit(i) % base;
    for (std::uint32_t unit = base / 10; unit > 0; unit /= 10) {
      digits.push_back(static_cast<char>('0' + digit / unit % 10));
    }
  }
  const bool cut = digits.size() > longest_plain;
  const std::size_t leading = std::min(digits.find_first_not_of('0'), digits.size());
  digits.erase(0, leading);
  // The power of ten of the first digit.
  const std::int64_t magnitude = static_cast<std::int64_t>(number.weight) * digits_per_digit +
                                 digits_per_digit - 1 - static_cast<std::int64_t>(leading);
  while (!digits.empty() && digits.back() == '0') digits.pop_back();

  std::string text = number.negative ? "-" : "";
  if (cut || magnitude >= longest_plain || magnitude < -longest_plain / 2) {
    const std::string shown = digits.substr(0, longest_plain / 2);
    text += shown.substr(0, 1);
    if (shown.size() > 1) text.append(1, '.').append(shown, 1);
    if (cut || shown.size() < digits.size()) text += "...";
    return concat({text, "e", std::to_string(magnitude)});
  }
  if (magnitude < 0) {
    text.append("0.").append(static_cast<std::size_t>(-magnitude - 1), '0');
    return text + digits;
  }
  const auto whole = static_cast<std::size_t>(magnitude) + 1;
  if (digits.size() <= whole) return text + digits + std::string(whole - digits.size(), '0');
  return text.append(digits, 0, whole).append(1, '.').append(digits, whole);
}

namespace {

__extension__ typedef unsigned __int128 Wide;

// A residue: as many words as the divisor, and one more while it is being reduced.
constexpr std::size_t max_words = 14;  // 2^896 > 10^(max_digits + 3)
using Residue = std::array<std::uint64_t, max_words + 1>;

// words = words * factor + addend. The result must fit.
void multiply_add(std::uint64_t* words, std::size_t count, std::uint64_t factor,
                  std::uint64_t addend) noexcept {
  Wide carry = addend;
  for (std::size_t i = 0; i < count; ++i) {
    carry += static_cast<Wide>(words[i]) * factor;
    words[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64U;
  }
}

bool less(const std::uint64_t* left, const std::uint64_t* right, std::size_t count) noexcept {
  for (std::size_t i = count; i-- > 0;) {
    if (left[i] != right[i]) return left[i] < right[i];
  }
  return false;
}

// residue -= factor * divisor, over count + 1 words. The result must not be negative.
void subtract_multiple(std::uint64_t* residue, const std::vector<std::uint64_t>& divisor,
                       std::uint64_t factor) noexcept {
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < divisor.size(); ++i) {
    const Wide taken = static_cast<Wide>(divisor[i]) * factor + borrow;
    const auto low = static_cast<std::uint64_t>(taken);
    borrow = static_cast<std::uint64_t>(taken >> 64U) + (residue[i] < low ? 1 : 0);
    residue[i] -= low;
  }
  residue[divisor.size()] -= borrow;
}

// residue = residue * 10000 + addend, reduced. The quotient is estimated from the top words: the
// divisor's has its highest bit set and the quotient is under 2^14, so an estimate that is never
// too great is at most two too small.
void step_residue(Residue& residue, const std::vector<std::uint64_t>& divisor,
                  const Residue& addend) noexcept {
  const std::size_t count = divisor.size();
  multiply_add(residue.data(), count + 1, base, 0);
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i <= count; ++i) {
    const Wide sum = static_cast<Wide>(residue[i]) + addend[i] + carry;
    residue[i] = static_cast<std::uint64_t>(sum);
    carry = static_cast<std::uint64_t>(sum >> 64U);
  }
  const Wide top = static_cast<Wide>(residue[count]) << 64U | residue[count - 1];
  const auto estimate =
      static_cast<std::uint64_t>(top / (static_cast<Wide>(divisor[count - 1]) + 1));
  subtract_multiple(residue.data(), divisor, estimate);
  while (residue[count] != 0 || !less(residue.data(), divisor.data(), count)) {
    subtract_multiple(residue.data(), divisor, 1);
  }
}

}  // namespace

std::optional<Divisor> Divisor::make(const Decimal& number) {
  if (number.count > max_digits / digits_per_digit + 1) return std::nullopt;
  Residue words{};
  for (std::uint32_t i = 0; i < number.count; ++i) {
    multiply_add(words.data(), words.size(), base, number.digit(i));
  }
  std::size_t count = words.size();
  while (count > 1 && words[count - 1] == 0) --count;
  if (count > max_words) return std::nullopt;

  Divisor divisor;
  divisor.exponent_ = static_cast<std::int64_t>(number.weight) - number.count + 1;
  if (count > 1) {
    divisor.left_shift_ = static_cast<std::uint32_t>(std::countl_zero(words[count - 1]));
    multiply_add(words.data(), count, std::uint64_t{1} << divisor.left_shift_, 0);
  }
  divisor.words_.assign(words.data(), words.data() + count);
  return divisor;
}

bool Divisor::divides(const Decimal& number) const noexcept {
  if (number.is_zero()) return true;
  const std::int64_t shift =
      static_cast<std::int64_t>(number.weight) - number.count + 1 - exponent_;
  if (shift < 0) return false;
  return words_.size() == 1 ? divides_narrow(number, shift) : divides_wide(number, shift);
}

bool Divisor::divides_narrow(const Decimal& number, std::int64_t shift) const noexcept {
  const std::uint64_t divisor = words_[0];
  std::uint64_t residue = 0;
  if (divisor <= UINT64_MAX / (2 * base)) {
    for (std::uint32_t i = 0; i < number.count; ++i) {
      residue = (residue * base + number.digit(i)) % divisor;
    }
  } else {
    for (std::uint32_t i = 0; i < number.count; ++i) {
      residue = static_cast<std::uint64_t>((static_cast<Wide>(residue) * base + number.digit(i)) %
                                           divisor);
    }
  }
  // Times 10000^shift, by repeated squaring.
  Wide power = base % divisor;
  for (; shift > 0 && residue != 0; shift >>= 1) {
    if ((shift & 1) != 0) residue = static_cast<std::uint64_t>(residue * power % divisor);
    power = power * power % divisor;
  }
  return residue == 0;
}

bool Divisor::divides_wide(const Decimal& number, std::int64_t shift) const noexcept {
  Residue residue{};
  Residue addend{};
  for (std::uint32_t i = 0; i < number.count; ++i) {
    const Wide digit = static_cast<Wide>(number.digit(i)) << left_shift_;
    addend[0] = static_cast<std::uint64_t>(digit);
    addend[1] = static_cast<std::uint64_t>(digit >> 64U);
    step_residue(residue, words_, addend);
  }
  const Residue zero{};
  for (; shift > 0 && residue != zero; --shift) step_residue(residue, words_, zero);
  return residue == zero;
}

}  // namespace tenancy::jsonschema
