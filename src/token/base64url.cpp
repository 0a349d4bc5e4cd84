#include "token/base64url.hpp"

#include <array>
#include <cstdint>

#include "jsonschema/pure.hpp"

namespace tenancy::token {
namespace {

constexpr std::uint8_t not_a_digit = 0xFF;

constexpr auto digits = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(not_a_digit);
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

}  // namespace

bool decode_base64url(std::string_view text, std::string& bytes) {
  bytes.clear();
  if (text.size() % 4 == 1) return false;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t buffer = 0;
  int bits = 0;  // of `buffer` that have not been written yet
  for (const char c : text) {
    const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
    if (digit == not_a_digit) return false;
    buffer = (buffer << 6 | digit) & 0xFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(buffer >> bits & 0xFF));
  }
  return (buffer & ((1U << bits) - 1)) == 0;
}

}  // namespace tenancy::token
