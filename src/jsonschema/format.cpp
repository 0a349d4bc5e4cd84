#include "format.hpp"

#include <array>
#include <cstddef>

#include "uri.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

struct Entry {
  std::string_view name;
  FormatSupport support;
  Format format;
};

constexpr std::array<Entry, 19> formats{{
    {"date-time", FormatSupport::implemented, Format::date_time},
    {"date", FormatSupport::implemented, Format::date},
    {"time", FormatSupport::implemented, Format::time},
    {"duration", FormatSupport::implemented, Format::duration},
    {"email", FormatSupport::implemented, Format::email},
    {"hostname", FormatSupport::implemented, Format::hostname},
    {"ipv4", FormatSupport::implemented, Format::ipv4},
    {"ipv6", FormatSupport::implemented, Format::ipv6},
    {"uuid", FormatSupport::implemented, Format::uuid},
    {"uri", FormatSupport::implemented, Format::uri},
    {"uri-reference", FormatSupport::implemented, Format::uri_reference},
    {"json-pointer", FormatSupport::implemented, Format::json_pointer},
    {"relative-json-pointer", FormatSupport::implemented, Format::relative_json_pointer},
    {"idn-email", FormatSupport::missing, {}},
    {"idn-hostname", FormatSupport::missing, {}},
    {"iri", FormatSupport::missing, {}},
    {"iri-reference", FormatSupport::missing, {}},
    {"uri-template", FormatSupport::missing, {}},
    {"regex", FormatSupport::missing, {}},
}};

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// A position in a text. What is not there is not consumed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : rest_(text) {}

  bool at_end() const noexcept { return rest_.empty(); }
  char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
  char next() noexcept {
    const char c = peek();
    if (!rest_.empty()) rest_.remove_prefix(1);
    return c;
  }
  bool take(char c) noexcept {
    if (peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits, at most 9; -1 when they are not there.
  int number(std::size_t count) noexcept {
    if (rest_.size() < count) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(rest_[i])) return -1;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  // One digit or more.
  bool digits() noexcept {
    if (!is_digit(peek())) return false;
    while (is_digit(peek())) rest_.remove_prefix(1);
    return true;
  }

 private:
  std::string_view rest_;
};

// --- dates and times (RFC 3339) --------------------------------------------------------------

int days_in(int year, int month) noexcept {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

bool full_date(Scanner& scanner) noexcept {
  const int year = scanner.number(4);
  if (year < 0 || !scanner.take('-')) return false;
  const int month = scanner.number(2);
  if (month < 1 || month > 12 || !scanner.take('-')) return false;
  const int day = scanner.number(2);
  return day >= 1 && day <= days_in(year, month);
}

// A second of 60 is a leap second: it stands at 23:59 in universal time only.
bool full_time(Scanner& scanner) noexcept {
  const int hour = scanner.number(2);
  if (hour < 0 || hour > 23 || !scanner.take(':')) return false;
  const int minute = scanner.number(2);
  if (minute < 0 || minute > 59 || !scanner.take(':')) return false;
  const int second = scanner.number(2);
  if (second < 0 || second > 60) return false;
  if (scanner.take('.') && !scanner.digits()) return false;

  int offset = 0;
  if (!scanner.take('Z') && !scanner.take('z')) {
    const char sign = scanner.next();
    if (sign != '+' && sign != '-') return false;
    const int offset_hour = scanner.number(2);
    if (offset_hour < 0 || offset_hour > 23 || !scanner.take(':')) return false;
    const int offset_minute = scanner.number(2);
    if (offset_minute < 0 || offset_minute > 59) return false;
    offset = (offset_hour * 60 + offset_minute) * (sign == '+' ? 1 : -1);
  }
  constexpr int day = 24 * 60;
  const int universal = (hour * 60 + minute - offset + 2 * day) % day;
  return second < 60 || universal == day - 1;
}

bool date_time(Scanner& scanner) noexcept {
  if (!full_date(scanner)) return false;
  if (!scanner.take('T') && !scanner.take('t')) return false;
  return full_time(scanner);
}

// Numbers with units, of which none between the first and the last may be left out.
bool duration_units(Scanner& scanner, std::string_view units) noexcept {
  std::size_t expected = std::string_view::npos;
  while (is_digit(scanner.peek())) {
    scanner.digits();
    const std::size_t unit = units.find(scanner.next());
    if (unit == std::string_view::npos) return false;
    if (expected != std::string_view::npos && unit != expected) return false;
    expected = unit + 1;
  }
  return expected != std::string_view::npos;
}

bool duration(std::string_view text) noexcept {
  Scanner scanner(text);
  if (!scanner.take('P')) return false;
  if (text.ends_with('W')) return scanner.digits() && scanner.take('W') && scanner.at_end();
  const bool has_date = scanner.peek() != 'T';
  if (has_date && !duration_units(scanner, "YMD")) return false;
  if (scanner.take('T') && !duration_units(scanner, "HMS")) return false;
  return scanner.at_end();
}

// --- names and addresses ---------------------------------------------------------------------

bool hostname(std::string_view text) noexcept {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    for (const char c : label) {
      if (!is_letter(c) && !is_digit(c) && c != '-') return false;
    }
    // Hyphens there are reserved for encodings, of which there is one (RFC 5891, 4.2.3.1).
    if (label.size() >= 4 && label.substr(2, 2) == "--" &&
        !(label.size() > 4 && (label[0] == 'x' || label[0] == 'X') &&
          (label[1] == 'n' || label[1] == 'N'))) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_atom_character(char c) noexcept {
  return is_letter(c) || is_digit(c) ||
         (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
}

bool dot_string(std::string_view text) noexcept {
  bool after_dot = true;
  for (const char c : text) {
    if (c == '.') {
      if (after_dot) return false;
      after_dot = true;
    } else if (is_atom_character(c)) {
      after_dot = false;
    } else {
      return false;
    }
  }
  return !after_dot;
}

// Without its quotes.
bool quoted_string(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return false;
    if (text[i] == '\\' && ++i == text.size()) return false;
    if (text[i] < 0x20 || text[i] > 0x7E) return false;
  }
  return true;
}

bool email(std::string_view text) noexcept {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  const bool quoted = local.size() >= 2 && local.front() == '"' && local.back() == '"';
  if (quoted ? !quoted_string(local.substr(1, local.size() - 2)) : !dot_string(local)) return false;
  if (!domain.starts_with('[')) return hostname(domain);
  if (!domain.ends_with(']')) return false;
  const std::string_view address = domain.substr(1, domain.size() - 2);
  if (address.starts_with("IPv6:")) return is_ipv6(address.substr(5));
  return is_ipv4(address);
}

bool uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool json_pointer(std::string_view text) noexcept {
  if (!text.empty() && text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return true;
}

bool relative_json_pointer(std::string_view text) noexcept {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  const std::string_view rest = text.substr(digits);
  return rest == "#" || json_pointer(rest);
}

}  // namespace

FormatSupport find_format(std::string_view name, Format& format) noexcept {
  for (const Entry& entry : formats) {
    if (entry.name != name) continue;
    format = entry.format;
    return entry.support;
  }
  return FormatSupport::unknown;
}

std::string_view name_of(Format format) noexcept {
  for (const Entry& entry : formats) {
    if (entry.support == FormatSupport::implemented && entry.format == format) return entry.name;
  }
  return "";
}

bool matches_format(Format format, std::string_view text) noexcept {
  Scanner scanner(text);
  switch (format) {
    case Format::date_time:
      return date_time(scanner) && scanner.at_end();
    case Format::date:
      return full_date(scanner) && scanner.at_end();
    case Format::time:
      return full_time(scanner) && scanner.at_end();
    case Format::duration:
      return duration(text);
    case Format::email:
      return email(text);
    case Format::hostname:
      return hostname(text);
    case Format::ipv4:
      return is_ipv4(text);
    case Format::ipv6:
      return is_ipv6(text);
    case Format::uuid:
      return uuid(text);
    case Format::uri:
      return is_uri(text);
    case Format::uri_reference:
      return is_uri_reference(text);
    case Format::json_pointer:
      return json_pointer(text);
    case Format::relative_json_pointer:
      return relative_json_pointer(text);
  }
  return false;
}

}  // namespace tenancy::jsonschema
