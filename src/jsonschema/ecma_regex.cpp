#include "ecma_regex.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

// Members of a class, as PCRE2 writes them. Source: ECMA-262, WhiteSpace and LineTerminator.
constexpr std::string_view spaces =
    R"(\t-\r\x{20}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view not_spaces =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
    R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";
constexpr std::string_view not_line_end = R"([^\n\r\x{2028}\x{2029}])";

struct Category {
  std::string_view long_name;
  std::string_view short_name;
};

// Values of General_Category. Source: Unicode's PropertyValueAliases.
constexpr std::array<Category, 43> categories{{
    {"Cased_Letter", "L&"},
    {"Close_Punctuation", "Pe"},
    {"Combining_Mark", "M"},
    {"Connector_Punctuation", "Pc"},
    {"Control", "Cc"},
    {"Currency_Symbol", "Sc"},
    {"Dash_Punctuation", "Pd"},
    {"Decimal_Number", "Nd"},
    {"Enclosing_Mark", "Me"},
    {"Final_Punctuation", "Pf"},
    {"Format", "Cf"},
    {"Initial_Punctuation", "Pi"},
    {"LC", "L&"},
    {"Letter", "L"},
    {"Letter_Number", "Nl"},
    {"Line_Separator", "Zl"},
    {"Lowercase_Letter", "Ll"},
    {"Mark", "M"},
    {"Math_Symbol", "Sm"},
    {"Modifier_Letter", "Lm"},
    {"Modifier_Symbol", "Sk"},
    {"Nonspacing_Mark", "Mn"},
    {"Number", "N"},
    {"Open_Punctuation", "Ps"},
    {"Other", "C"},
    {"Other_Letter", "Lo"},
    {"Other_Number", "No"},
    {"Other_Punctuation", "Po"},
    {"Other_Symbol", "So"},
    {"Paragraph_Separator", "Zp"},
    {"Private_Use", "Co"},
    {"Punctuation", "P"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Spacing_Mark", "Mc"},
    {"Surrogate", "Cs"},
    {"Symbol", "S"},
    {"Titlecase_Letter", "Lt"},
    {"Unassigned", "Cn"},
    {"Uppercase_Letter", "Lu"},
    {"cntrl", "Cc"},
    {"digit", "Nd"},
    {"punct", "P"},
}};

bool is_ascii_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Translator {
 public:
  explicit Translator(std::string_view in) : in_(in) { out_.reserve(in.size() + in.size() / 4); }

  std::string run() {
    while (at_ < in_.size()) atom();
    return std::move(out_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0';
  }
  bool starts(std::string_view text) const { return in_.substr(at_).starts_with(text); }
  void copy(std::size_t count) {
    out_ += in_.substr(at_, count);
    at_ += count;
  }
  void put_code_point(std::uint32_t code_point) {
    std::array<char, 16> text{};
    const int size = std::snprintf(text.data(), text.size(), "\\x{%x}", code_point);
    out_.append(text.data(), static_cast<std::size_t>(size));
  }
  [[noreturn]] static void refuse(const std::string& why) { throw PatternError(why); }

  void atom() {
    switch (peek()) {
      case '\\':
        ++at_;
        escape(false);
        return;
      case '[':
        character_class();
        return;
      case '.':
        out_ += not_line_end;
        ++at_;
        return;
      case '(':
        group();
        return;
      case '*':
      case '+':
      case '?':
        copy(1);
        after_quantifier();
        return;
      case '{':
        if (const std::size_t size = counted_quantifier(); size > 0) {
          copy(size);
          after_quantifier();
          return;
        }
        out_ += "\\{";
        ++at_;
        return;
      case '#':
        out_ += "\\#";
        ++at_;
        return;
      default:
        copy(1);
        return;
    }
  }

  // `{n}`, `{n,}` or `{n,m}`: its size; 0 when the brace is an ordinary character.
  std::size_t counted_quantifier() const {
    std::size_t size = 1;
    const std::size_t first = size;
    while (is_digit(peek(size))) ++size;
    if (size == first) return 0;
    if (peek(size) == ',') ++size;
    while (is_digit(peek(size))) ++size;
    return peek(size) == '}' ? size + 1 : 0;
  }

  // A lazy `?` may follow a quantifier, but not another quantifier: PCRE2's possessive `+` least.
  void after_quantifier() {
    if (peek() == '?') copy(1);
    const char next = peek();
    if (next == '*' || next == '+' || next == '?' || (next == '{' && counted_quantifier() > 0)) {
      refuse("a quantifier follows another quantifier");
    }
  }

  void group() {
    if (peek(1) == '*') refuse("nothing to repeat after \"(\"");
    if (peek(1) != '?') {
      copy(1);
      return;
    }
    for (const std::string_view opening : {"(?:", "(?=", "(?!", "(?<=", "(?<!"}) {
      if (starts(opening)) {
        copy(opening.size());
        return;
      }
    }
    if (starts("(?<")) {
      copy(3);
      return;
    }
    refuse("unknown kind of group \"" + std::string(in_.substr(at_, 3)) + "\"");
  }

  void character_class() {
    copy(1);
    if (peek() == '^') copy(1);
    // PCRE2 takes a "]" in the first place as a member; ECMA-262 as the end.
    while (true) {
      if (at_ >= in_.size()) refuse("missing \"]\" at the end of a class");
      const char c = peek();
      if (c == ']') {
        copy(1);
        return;
      }
      if (c == '[') {  // would begin a POSIX class
        out_ += "\\[";
        ++at_;
      } else if (c == '\\') {
        ++at_;
        escape(true);
      } else {
        copy(1);
      }
    }
  }

  // What follows a backslash.
  void escape(bool in_class) {
    if (at_ >= in_.size()) refuse("a backslash ends the pattern");
    const char c = peek();
    switch (c) {
      case 'd':
      case 'D':
      case 'w':
      case 'W':
        put_escape(c);
        return;
      case 's':
        put_set(in_class, spaces);
        return;
      case 'S':
        put_set(in_class, not_spaces);
        return;
      case 't':
      case 'n':
      case 'r':
      case 'f':
        put_escape(c);
        return;
      case 'v':
        ++at_;
        put_code_point(0x0B);
        return;
      case 'b':
        if (in_class) {
          ++at_;
          put_code_point(0x08);
        } else {
          put_escape(c);
        }
        return;
      case 'B':
        if (in_class) refuse("\\B inside a class");
        put_escape(c);
        return;
      case 'c':
        control();
        return;
      case 'x':
        ++at_;
        put_code_point(hexadecimal(2, "\\x"));
        return;
      case 'u':
        ++at_;
        unicode();
        return;
      case 'p':
      case 'P':
        property();
        return;
      case 'k':
        if (in_class) refuse("\\k inside a class");
        if (peek(1) != '<') refuse("\\k without a group name");
        put_escape(c);
        return;
      case '0':
        if (is_digit(peek(1))) refuse("octal escape");
        ++at_;
        put_code_point(0);
        return;
      default:
        break;
    }
    if (is_digit(c)) {
      if (in_class) refuse("back reference inside a class");
      back_reference();
      return;
    }
    if (is_ascii_letter(c)) refuse(std::string("unknown escape \"\\") + c + "\"");
    identity();
  }

  void put_escape(char c) {
    out_ += '\\';
    out_ += c;
    ++at_;
  }

  void put_set(bool in_class, std::string_view members) {
    ++at_;
    if (!in_class) out_ += '[';
    out_ += members;
    if (!in_class) out_ += ']';
  }

  void control() {
    const char letter = peek(1);
    if (!is_ascii_letter(letter)) refuse("\\c without a letter");
    at_ += 2;
    put_code_point(static_cast<std::uint32_t>(letter) & 0x1FU);
  }

  // `\1` and so on; braces keep it apart from digits that follow.
  void back_reference() {
    out_ += "\\g{";
    while (is_digit(peek())) copy(1);
    out_ += '}';
  }

  // The escaped character itself; more than one byte when it is not ASCII.
  void identity() {
    if (static_cast<unsigned char>(peek()) < 0x80) out_ += '\\';
    copy(1);
  }

  std::uint32_t hexadecimal(std::size_t digits, const char* escape) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i, ++at_) {
      const int digit = hex_value(peek());
      if (digit < 0) refuse(std::string(escape) + " without hexadecimal digits");
      value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    return value;
  }

  // `\u{...}`, `\uXXXX`, or two of those that are one surrogate pair.
  void unicode() {
    if (peek() == '{') {
      ++at_;
      std::uint32_t value = 0;
      std::size_t digits = 0;
      for (; peek() != '}'; ++at_, ++digits) {
        const int digit = hex_value(peek());
        if (digit < 0 || value > 0x10FFFF) refuse("malformed \\u{...}");
        value = value * 16 + static_cast<std::uint32_t>(digit);
      }
      if (digits == 0) refuse("malformed \\u{...}");
      ++at_;
      put_scalar(value);
      return;
    }
    const std::uint32_t unit = hexadecimal(4, "\\u");
    if (unit >= 0xD800 && unit < 0xDC00 && starts("\\u")) {
      const std::size_t before = at_;
      at_ += 2;
      if (peek() != '{') {
        const std::uint32_t low = hexadecimal(4, "\\u");
        if (low >= 0xDC00 && low < 0xE000) {
          put_code_point(0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00));
          return;
        }
      }
      at_ = before;
    }
    put_scalar(unit);
  }

  void put_scalar(std::uint32_t code_point) {
    if (code_point > 0x10FFFF) refuse("code point above 10FFFF");
    if (code_point >= 0xD800 && code_point < 0xE000) {
      refuse("a lone surrogate matches no text in PostgreSQL");
    }
    put_code_point(code_point);
  }

  // `\p{Name}`, `\p{General_Category=Name}`, `\p{Script=Name}`, and `\P` likewise.
  void property() {
    const char letter = peek();
    const std::size_t close = in_.find('}', at_);
    if (peek(1) != '{' || close == std::string_view::npos) {
      refuse(std::string("\\") + letter + " without a property in braces");
    }
    const std::string_view written = in_.substr(at_ + 2, close - at_ - 2);
    at_ = close + 1;
    out_ += '\\';
    out_ += letter;
    out_ += '{';
    out_ += property_name(written);
    out_ += '}';
  }

  static std::string property_name(std::string_view written) {
    const std::size_t equals = written.find('=');
    if (equals == std::string_view::npos) return std::string(short_category(written));
    const std::string_view property = written.substr(0, equals);
    const std::string_view value = written.substr(equals + 1);
    if (property == "General_Category" || property == "gc")
      return std::string(short_category(value));
    if (property == "Script" || property == "sc") return "sc:" + std::string(value);
    if (property == "Script_Extensions" || property == "scx") return "scx:" + std::string(value);
    refuse("unknown property \"" + std::string(written) + "\"");
  }

  static std::string_view short_category(std::string_view name) {
    for (const Category& category : categories) {
      if (category.long_name == name) return category.short_name;
    }
    // PCRE2 takes names loosely (case, spaces); ECMA-262 exactly.
    for (const char c : name) {
      if (!is_ascii_letter(c) && !is_digit(c) && c != '_') {
        refuse("unknown property \"" + std::string(name) + "\"");
      }
    }
    return name;
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string translate_ecma_regex(std::string_view pattern) {
  return Translator(pattern).run();
}

}  // namespace tenancy::jsonschema
