#include "jsonschema/format/content.hpp"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <new>

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

namespace json = boost::json;
using ErrorCode = boost::system::error_code;

constexpr std::size_t max_depth = 512;
constexpr std::size_t characters_at_once = 64 * 1024;  // between two questions; a multiple of 4

bool same_letters(std::string_view left, std::string_view right) noexcept {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char l, char r) {
    return (l >= 'A' && l <= 'Z' ? static_cast<char>(l - 'A' + 'a') : l) == r;
  });
}

// --- base64 ----------------------------------------------------------------------------------

constexpr std::uint8_t not_a_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(not_a_digit);
  std::uint8_t value = 0;
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")) {
    values[static_cast<unsigned char>(c)] = value++;
  }
  return values;
}();

// Decodes whole groups of four; `is_last`: padding may end them. False: it is not base64.
bool decode(std::string_view text, bool is_last, char* out, std::size_t& size) noexcept {
  size = 0;
  if (text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  if (is_last && text.ends_with("==")) {
    padding = 2;
  } else if (is_last && text.ends_with('=')) {
    padding = 1;
  }
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint8_t value = 0;
    if (i < text.size() - padding) {
      value = digit_values[static_cast<unsigned char>(text[i])];
      if (value == not_a_digit) return false;
    }
    bits = bits << 6U | value;
    if (i % 4 != 3) continue;
    for (int shift = 16; shift >= 0; shift -= 8) {
      out[size++] = static_cast<char>(bits >> static_cast<unsigned>(shift));
    }
  }
  size -= padding;
  // Bits behind the last byte are zero (RFC 4648, 3.5).
  return (padding == 0 || (bits & (padding == 2 ? 0xFFFFU : 0xFFU)) == 0);
}

// --- JSON ------------------------------------------------------------------------------------

// Takes the parser's events and keeps nothing.
struct Ignore {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  bool on_document_begin(ErrorCode&) { return true; }
  bool on_document_end(ErrorCode&) { return true; }
  bool on_array_begin(ErrorCode&) { return true; }
  bool on_array_end(std::size_t, ErrorCode&) { return true; }
  bool on_object_begin(ErrorCode&) { return true; }
  bool on_object_end(std::size_t, ErrorCode&) { return true; }
  bool on_string_part(json::string_view, std::size_t, ErrorCode&) { return true; }
  bool on_string(json::string_view, std::size_t, ErrorCode&) { return true; }
  bool on_key_part(json::string_view, std::size_t, ErrorCode&) { return true; }
  bool on_key(json::string_view, std::size_t, ErrorCode&) { return true; }
  bool on_number_part(json::string_view, ErrorCode&) { return true; }
  bool on_int64(std::int64_t, json::string_view, ErrorCode&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, ErrorCode&) { return true; }
  bool on_double(double, json::string_view, ErrorCode&) { return true; }
  bool on_bool(bool, ErrorCode&) { return true; }
  bool on_null(ErrorCode&) { return true; }
  bool on_comment_part(json::string_view, ErrorCode&) { return true; }
  bool on_comment(json::string_view, ErrorCode&) { return true; }
};

json::parse_options deep() {
  json::parse_options options;
  options.max_depth = max_depth;
  return options;
}

// Of one text that comes in parts.
class JsonText {
 public:
  // Match::yes: well formed so far.
  Match add(std::string_view part, bool is_last) {
    ErrorCode code;
    const std::size_t used = parser_.write_some(!is_last, part.data(), part.size(), code);
    if (code == json::error::too_deep) return Match::limit;
    // A number all the same; what follows it is not looked at.
    if (code == json::error::exponent_overflow) return Match::yes;
    return !code && used == part.size() ? Match::yes : Match::no;
  }

 private:
  json::basic_parser<Ignore> parser_{deep()};
};

Match match(Content content, std::string_view text, InterruptPoll interrupted) {
  const bool encoded = content != Content::json;
  JsonText holds;
  std::array<char, characters_at_once> decoded;
  std::string_view rest = text;
  do {
    if (interrupted != nullptr && interrupted()) return Match::interrupted;
    std::string_view part = rest.substr(0, characters_at_once);
    rest.remove_prefix(part.size());
    if (encoded) {
      std::size_t size = 0;
      if (!decode(part, rest.empty(), decoded.data(), size)) return Match::no;
      part = {decoded.data(), size};
    }
    if (content == Content::base64) continue;
    const Match match = holds.add(part, rest.empty());
    if (match != Match::yes) return match;
  } while (!rest.empty());
  return Match::yes;
}

}  // namespace

bool is_base64(std::string_view encoding) noexcept {
  return same_letters(encoding, "base64");
}

bool is_json(std::string_view media_type) noexcept {
  std::string_view type = media_type.substr(0, media_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return same_letters(type, "application/json");
}

Match match_content(Content content, std::string_view text, InterruptPoll interrupted) noexcept {
  try {
    return match(content, text, interrupted);
  } catch (const std::bad_alloc&) {
    return Match::limit;
  }
}

}  // namespace tenancy::jsonschema
