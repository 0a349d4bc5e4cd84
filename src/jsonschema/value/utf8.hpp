// UTF-8: whether a text is it, and its code points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

constexpr bool is_continuation(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// UTF-8 has none of these.
constexpr bool is_surrogate(std::uint32_t code_point) noexcept {
  return code_point >= 0xD800 && code_point < 0xE000;
}

// Is `text` UTF-8? Match::yes, malformed or interrupted. Nearly free for short ASCII.
Match check_utf8(std::string_view text, Interruption& interruption) noexcept;

// Takes the first code point off a text that is UTF-8 (jsonb::is_utf8) and not empty. Off other
// bytes it takes one to four, and what it returns is some number.
inline std::uint32_t take_code_point(std::string_view& text) noexcept {
  const auto byte = [&](std::size_t i) noexcept -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0x80U;
  };
  const std::uint32_t lead = byte(0);
  std::uint32_t code_point = lead;
  std::size_t size = 1;
  if (lead >= 0xF0) {
    code_point =
        (lead & 7U) << 18U | (byte(1) & 63U) << 12U | (byte(2) & 63U) << 6U | (byte(3) & 63U);
    size = 4;
  } else if (lead >= 0xE0) {
    code_point = (lead & 15U) << 12U | (byte(1) & 63U) << 6U | (byte(2) & 63U);
    size = 3;
  } else if (lead >= 0x80) {
    code_point = (lead & 31U) << 6U | (byte(1) & 63U);
    size = 2;
  }
  text.remove_prefix(size < text.size() ? size : text.size());
  return code_point;
}

// Appends a code point that is no surrogate.
inline void append_utf8(std::uint32_t code_point, std::string& out) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0U | code_point >> 6U);
    put(0x80U | (code_point & 63U));
  } else if (code_point < 0x10000) {
    put(0xE0U | code_point >> 12U);
    put(0x80U | (code_point >> 6U & 63U));
    put(0x80U | (code_point & 63U));
  } else {
    put(0xF0U | code_point >> 18U);
    put(0x80U | (code_point >> 12U & 63U));
    put(0x80U | (code_point >> 6U & 63U));
    put(0x80U | (code_point & 63U));
  }
}

}  // namespace tenancy::jsonschema
