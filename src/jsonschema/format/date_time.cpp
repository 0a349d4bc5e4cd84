#include "jsonschema/format/date_time.hpp"

#include <array>
#include <cstddef>

#include "jsonschema/value/ascii.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// A position in a text. What is not there is not consumed.
class Scanner {
 public:
  explicit Scanner(std::string_view text, Interruption* interruption = nullptr) noexcept
      : rest_(text), interruption_(interruption) {}

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
    const std::size_t count = count_leading(rest_, is_digit, interruption_);
    rest_.remove_prefix(count);
    return count > 0;
  }

 private:
  std::string_view rest_;
  Interruption* interruption_;
};

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

}  // namespace

bool is_date_time(std::string_view text, Interruption* interruption) noexcept {
  Scanner scanner(text, interruption);
  return full_date(scanner) && (scanner.take('T') || scanner.take('t')) && full_time(scanner) &&
         scanner.at_end();
}

bool is_date(std::string_view text) noexcept {
  Scanner scanner(text);
  return full_date(scanner) && scanner.at_end();
}

bool is_time(std::string_view text, Interruption* interruption) noexcept {
  Scanner scanner(text, interruption);
  return full_time(scanner) && scanner.at_end();
}

bool is_duration(std::string_view text, Interruption* interruption) noexcept {
  Scanner scanner(text, interruption);
  if (!scanner.take('P')) return false;
  if (text.ends_with('W')) return scanner.digits() && scanner.take('W') && scanner.at_end();
  const bool has_date = scanner.peek() != 'T';
  if (has_date && !duration_units(scanner, "YMD")) return false;
  if (scanner.take('T') && !duration_units(scanner, "HMS")) return false;
  return scanner.at_end();
}

}  // namespace tenancy::jsonschema
