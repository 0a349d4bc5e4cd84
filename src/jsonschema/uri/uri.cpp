#include "jsonschema/uri/uri.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "jsonschema/value/ascii.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// Sets of characters, a bit each.
using Set = std::uint8_t;
constexpr Set plain = 1;  // unreserved / sub-delims
constexpr Set colon = 2;
constexpr Set at = 4;
constexpr Set slash = 8;
constexpr Set question = 16;
constexpr Set iprivate = 32;  // of IRIs only
constexpr Set path_set = plain | colon | at | slash;

constexpr std::size_t longest_ipv6 =
    std::string_view("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255").size();

constexpr std::array<Set, 128> sets = [] {
  std::array<Set, 128> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char c = static_cast<char>(i);
    if (is_letter(c) || is_digit(c)) table[i] = plain;
  }
  for (const char c : std::string_view("-._~!$&'()*+,;="))
    table[static_cast<std::size_t>(c)] = plain;
  table[':'] = colon;
  table['@'] = at;
  table['/'] = slash;
  table['?'] = question;
  return table;
}();

// Which grammar: RFC 3986's, or RFC 3987's, where what is not ASCII counts among the unreserved.
enum class Kind : std::uint8_t { uri, iri };

// How a text is read.
struct Reading {
  Kind kind;
  Interruption* interruption;
};

// Takes one character of `allowed`, or a percent-encoded one.
bool take_one(std::string_view& text, Set allowed, Kind kind) noexcept {
  const char c = text.front();
  if (!is_ascii(c)) {
    if (kind == Kind::uri) return false;
    const std::uint32_t code_point = take_code_point(text);
    return is_ucschar(code_point) || ((allowed & iprivate) != 0 && is_iprivate(code_point));
  }
  if (c == '%') {
    if (text.size() < 3 || !is_hex(text[1]) || !is_hex(text[2])) return false;
    text.remove_prefix(3);
    return true;
  }
  text.remove_prefix(1);
  return (sets[static_cast<std::size_t>(c)] & allowed) != 0;
}

// Only such characters. `text` is UTF-8.
bool only(std::string_view text, Set allowed, Reading reading) noexcept {
  while (!text.empty()) {
    const std::size_t stop =
        text.size() > Interruption::slice ? text.size() - Interruption::slice : 0;
    while (text.size() > stop) {
      if (!take_one(text, allowed, reading.kind)) return false;
    }
    if (stop != 0 && reading.interruption != nullptr && reading.interruption->stops()) return false;
  }
  return true;
}

// "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
bool is_ip_future(std::string_view text, Reading reading) noexcept {
  if (text.empty() || (text.front() != 'v' && text.front() != 'V')) return false;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
  if (count_leading(text.substr(1, dot - 1), is_hex, reading.interruption) != dot - 1) return false;
  const std::string_view address = text.substr(dot + 1);
  return address.find('%') == std::string_view::npos &&
         only(address, plain | colon, {Kind::uri, reading.interruption});
}

bool is_authority(std::string_view text, Reading reading) noexcept {
  const std::size_t user_end = text.find('@');
  if (user_end != std::string_view::npos) {
    if (!only(text.substr(0, user_end), plain | colon, reading)) return false;
    text.remove_prefix(user_end + 1);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view literal = text.substr(1, close - 1);
    if (!is_ipv6(literal) && !is_ip_future(literal, reading)) return false;
    port = text.substr(close + 1);
  } else {
    const std::size_t name_end = text.find(':');
    if (!only(text.substr(0, name_end), plain, reading)) return false;
    if (name_end != std::string_view::npos) port = text.substr(name_end);
  }
  if (port.empty()) return true;
  if (port.front() != ':') return false;
  port.remove_prefix(1);
  return count_leading(port, is_digit, reading.interruption) == port.size();
}

// What follows the scheme: authority and path, query, fragment.
bool is_scheme_specific(std::string_view text, Reading reading) noexcept {
  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos) {
    if (!only(text.substr(hash + 1), path_set | question, reading)) return false;
    text = text.substr(0, hash);
  }
  const std::size_t mark = text.find('?');
  if (mark != std::string_view::npos) {
    if (!only(text.substr(mark + 1), path_set | question | iprivate, reading)) return false;
    text = text.substr(0, mark);
  }
  if (text.starts_with("//")) {
    const std::size_t path = text.find('/', 2);
    if (!is_authority(text.substr(2, path == std::string_view::npos ? path : path - 2), reading)) {
      return false;
    }
    text = path == std::string_view::npos ? std::string_view{} : text.substr(path);
  }
  return only(text, path_set, reading);
}

// Where the scheme ends: at a colon in the first segment, which a relative path cannot have there.
std::size_t scheme_end(std::string_view text, Interruption* interruption) noexcept {
  const auto in_segment = [](char c) noexcept {
    return c != ':' && c != '/' && c != '?' && c != '#';
  };
  const std::size_t end = count_leading(text, in_segment, interruption);
  return end < text.size() && text[end] == ':' ? end : std::string_view::npos;
}

bool is_absolute(std::string_view text, Reading reading) noexcept {
  const std::size_t end = scheme_end(text, reading.interruption);
  return end != std::string_view::npos &&
         is_uri_scheme(text.substr(0, end), reading.interruption) &&
         is_scheme_specific(text.substr(end + 1), reading);
}

bool is_reference(std::string_view text, Reading reading) noexcept {
  return scheme_end(text, reading.interruption) == std::string_view::npos
             ? is_scheme_specific(text, reading)
             : is_absolute(text, reading);
}

}  // namespace

bool is_uri(std::string_view text, Interruption* interruption) noexcept {
  return is_absolute(text, {Kind::uri, interruption});
}

bool is_uri_reference(std::string_view text, Interruption* interruption) noexcept {
  return is_reference(text, {Kind::uri, interruption});
}

bool is_iri(std::string_view text, Interruption* interruption) noexcept {
  return is_absolute(text, {Kind::iri, interruption});
}

bool is_iri_reference(std::string_view text, Interruption* interruption) noexcept {
  return is_reference(text, {Kind::iri, interruption});
}

bool is_uri_scheme(std::string_view text, Interruption* interruption) noexcept {
  if (text.empty() || !is_letter(text.front())) return false;
  const auto in_scheme = [](char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  };
  return count_leading(text, in_scheme, interruption) == text.size();
}

bool is_ucschar(std::uint32_t code_point) noexcept {
  if (code_point < 0x10000) {
    return (code_point >= 0xA0 && code_point <= 0xD7FF) ||
           (code_point >= 0xF900 && code_point <= 0xFDCF) ||
           (code_point >= 0xFDF0 && code_point <= 0xFFEF);
  }
  // Planes 1 to 14, but for their last two code points and the tags that begin plane 14.
  return (code_point & 0xFFFFU) < 0xFFFE && code_point < 0xF0000 &&
         (code_point < 0xE0000 || code_point >= 0xE1000);
}

bool is_iprivate(std::uint32_t code_point) noexcept {
  return (code_point >= 0xE000 && code_point <= 0xF8FF) ||
         (code_point >= 0xF0000 && (code_point & 0xFFFFU) < 0xFFFE);
}

bool is_ipv4(std::string_view text) noexcept {
  for (int part = 0; part < 4; ++part) {
    std::size_t digits = 0;
    int value = 0;
    for (; digits < text.size() && digits < 4 && is_digit(text[digits]); ++digits) {
      value = value * 10 + (text[digits] - '0');
    }
    if (digits == 0 || value > 255 || (digits > 1 && text.front() == '0')) return false;
    text.remove_prefix(digits);
    if (part == 3) return text.empty();
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
  }
  return false;
}

bool is_ipv6(std::string_view text) noexcept {
  if (text.size() > longest_ipv6) return false;
  int groups = 0;
  bool compressed = false;
  if (text.starts_with("::")) {
    compressed = true;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    if (text.find(':') == std::string_view::npos && text.find('.') != std::string_view::npos) {
      return is_ipv4(text) && (compressed ? groups + 2 < 8 : groups + 2 == 8);
    }
    std::size_t digits = 0;
    while (digits < text.size() && digits < 5 && is_hex(text[digits])) ++digits;
    if (digits == 0 || digits > 4) return false;
    text.remove_prefix(digits);
    ++groups;
    if (text.empty()) break;
    if (text.starts_with("::")) {
      if (compressed) return false;
      compressed = true;
      text.remove_prefix(2);
    } else if (text.size() > 1 && text.front() == ':') {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  return compressed ? groups < 8 : groups == 8;
}

}  // namespace tenancy::jsonschema
