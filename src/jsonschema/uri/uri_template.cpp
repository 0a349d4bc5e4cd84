#include "jsonschema/uri/uri_template.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "jsonschema/uri/uri.hpp"
#include "jsonschema/value/ascii.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t longest_prefix = 4;  // digits of a prefix modifier

bool is_percent_encoded(std::string_view text) noexcept {
  return text.size() >= 3 && text[0] == '%' && is_hex(text[1]) && is_hex(text[2]);
}

// varname = varchar *( ["."] varchar )
bool is_variable_name(std::string_view text, Interruption* interruption) noexcept {
  bool after_dot = true;
  int hexadecimal = 0;  // so many digits are missing after a `%`
  const auto goes_on = [&](char c) noexcept {
    if (hexadecimal > 0) {
      --hexadecimal;
      return is_hex(c);
    }
    if (c == '.') return !std::exchange(after_dot, true);
    after_dot = false;
    if (c == '%') hexadecimal = 2;
    return c == '%' || is_letter(c) || is_digit(c) || c == '_';
  };
  return count_leading(text, goes_on, interruption) == text.size() && hexadecimal == 0 &&
         !after_dot;
}

// varspec = varname [ ":" max-length / "*" ]
bool is_variable(std::string_view text, Interruption* interruption) noexcept {
  if (text.ends_with('*')) {
    text.remove_suffix(1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view length = text.substr(colon + 1);
    if (length.empty() || length.size() > longest_prefix || length.front() == '0') return false;
    for (const char c : length) {
      if (!is_digit(c)) return false;
    }
    text = text.substr(0, colon);
  }
  return is_variable_name(text, interruption);
}

// Without its braces: [ operator ] varspec *( "," varspec )
bool is_expression(std::string_view text, Interruption* interruption) noexcept {
  if (text.empty()) return false;
  if (std::string_view("+#./;?&=,!@|").find(text.front()) != std::string_view::npos) {
    text.remove_prefix(1);
  }
  std::size_t next_poll = text.size() > Interruption::slice ? text.size() - Interruption::slice : 0;
  while (true) {
    const std::size_t comma = text.find(',');
    if (!is_variable(text.substr(0, comma), interruption)) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
    if (text.size() >= next_poll) continue;
    if (interruption != nullptr && interruption->stops()) return false;
    next_poll = text.size() > Interruption::slice ? text.size() - Interruption::slice : 0;
  }
}

// Those of ASCII.
constexpr std::array<bool, 128> literals = [] {
  std::array<bool, 128> table{};
  for (std::size_t c = 0x21; c < 0x7F; ++c) {
    table[c] =
        std::string_view("\"'%<>\\^`{|}").find(static_cast<char>(c)) == std::string_view::npos;
  }
  return table;
}();

// Takes a literal or an expression.
bool take_part(std::string_view& text, Interruption* interruption) noexcept {
  if (text.front() == '{') {
    const std::size_t close = text.find('}');
    if (close == std::string_view::npos ||
        !is_expression(text.substr(1, close - 1), interruption)) {
      return false;
    }
    text.remove_prefix(close + 1);
    return true;
  }
  if (is_percent_encoded(text)) {
    text.remove_prefix(3);
    return true;
  }
  const std::uint32_t code_point = take_code_point(text);
  if (code_point >= 0x80) return is_ucschar(code_point) || is_iprivate(code_point);
  return literals[code_point];
}

}  // namespace

bool is_uri_template(std::string_view text, Interruption* interruption) noexcept {
  while (!text.empty()) {
    const std::size_t stop =
        text.size() > Interruption::slice ? text.size() - Interruption::slice : 0;
    while (text.size() > stop) {
      if (!take_part(text, interruption)) return false;
    }
    if (!text.empty() && interruption != nullptr && interruption->stops()) return false;
  }
  return true;
}

}  // namespace tenancy::jsonschema
