#include "jsonschema/format/hostname.hpp"

#include <idn2.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "jsonschema/value/ascii.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_name = 253;
static_assert(longest_idn_hostname == 4 * longest_name);
// A U-label has no more code points than its A-label, which has `xn--` besides.
constexpr std::size_t longest_u_label = 4 * longest_label;

struct Free {
  void operator()(std::uint8_t* text) const noexcept { idn2_free(text); }
};
using OwnedText = std::unique_ptr<std::uint8_t, Free>;

// The rules of IDNA2008 for one U-label; `size` is that of its A-label.
struct Label {
  Match match = Match::no;
  std::size_t size = 0;
};

// libidn2 looks at zero-terminated text, and knows two sets of rules: those for registering a name
// ask for all that RFC 5892, appendix A, says; those for looking one up, for the Bidi Rule.
Match outcome_of(int code) noexcept {
  if (code == IDN2_OK) return Match::yes;
  if (code == IDN2_MALLOC) return Match::limit;
  // libunistring reports these where it cannot allocate. The text itself is UTF-8.
  if ((code == IDN2_ENCODING_ERROR || code == IDN2_NFC) && errno == ENOMEM) return Match::limit;
  return Match::no;
}

const std::uint8_t* bytes_of(const char* text) noexcept {
  return reinterpret_cast<const std::uint8_t*>(text);
}

Label check_u_label(std::string_view text) noexcept {
  std::array<char, longest_u_label + 1> label{};
  if (text.empty() || text.size() > longest_u_label || text.find('\0') != text.npos) return {};
  text.copy(label.data(), text.size());

  Label result;
  std::uint8_t* found = nullptr;
  errno = 0;
  result.match = outcome_of(
      idn2_lookup_u8(bytes_of(label.data()), &found, IDN2_NO_TR46 | IDN2_NO_ALABEL_ROUNDTRIP));
  OwnedText owned(found);
  if (result.match != Match::yes) return result;

  std::uint8_t* registered = nullptr;
  errno = 0;
  result.match = outcome_of(idn2_register_u8(bytes_of(label.data()), nullptr, &registered, 0));
  owned.reset(registered);
  if (result.match == Match::yes) {
    result.size = std::string_view(reinterpret_cast<const char*>(registered)).size();
  }
  return result;
}

// The text is LDH and begins with `xn--`.
Match check_a_label(std::string_view text) noexcept {
  std::array<char, longest_label + 1> label{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    label[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  // Decodes it, checks the U-label and encodes that again.
  std::uint8_t* registered = nullptr;
  errno = 0;
  const Match match = outcome_of(idn2_register_u8(nullptr, bytes_of(label.data()), &registered, 0));
  OwnedText owned(registered);
  if (match != Match::yes) return match;

  std::uint8_t* found = nullptr;
  errno = 0;
  const Match bidi = outcome_of(
      idn2_lookup_u8(bytes_of(label.data()), &found, IDN2_NO_TR46 | IDN2_ALABEL_ROUNDTRIP));
  owned.reset(found);
  return bidi;
}

// A label of ASCII.
Match check_ldh_label(std::string_view text) noexcept {
  if (text.empty() || text.size() > longest_label) return Match::no;
  if (text.front() == '-' || text.back() == '-') return Match::no;
  for (const char c : text) {
    if (!is_letter(c) && !is_digit(c) && c != '-') return Match::no;
  }
  // Hyphens there are reserved for encodings, of which there is one (RFC 5890, section 2.3.1).
  if (text.size() < 4 || text.substr(2, 2) != "--") return Match::yes;
  const bool punycode = (text[0] == 'x' || text[0] == 'X') && (text[1] == 'n' || text[1] == 'N');
  return punycode ? check_a_label(text) : Match::no;
}

bool is_idn_dot(std::uint32_t code_point) noexcept {
  return code_point == '.' || code_point == 0x3002 || code_point == 0xFF0E || code_point == 0xFF61;
}

}  // namespace

Match match_hostname(std::string_view text) noexcept {
  if (text.size() > longest_name) return Match::no;
  while (true) {
    const std::size_t dot = text.find('.');
    const Match match = check_ldh_label(text.substr(0, dot));
    if (match != Match::yes || dot == std::string_view::npos) return match;
    text.remove_prefix(dot + 1);
  }
}

Match match_idn_hostname(std::string_view text) noexcept {
  if (text.size() > longest_idn_hostname) return Match::no;
  std::size_t size = 0;  // in Punycode, with the dots
  while (true) {
    std::string_view rest = text;
    std::string_view label = text;
    bool ascii = true;
    bool last = true;
    while (!rest.empty()) {
      const std::size_t before = text.size() - rest.size();
      const std::uint32_t code_point = take_code_point(rest);
      if (is_idn_dot(code_point)) {
        label = text.substr(0, before);
        last = false;
        break;
      }
      ascii = ascii && code_point < 0x80;
    }
    const Label checked =
        ascii ? Label{check_ldh_label(label), label.size()} : check_u_label(label);
    if (checked.match != Match::yes) return checked.match;
    size += checked.size;
    if (size > longest_name) return Match::no;
    if (last) return Match::yes;
    ++size;
    text = rest;
  }
}

}  // namespace tenancy::jsonschema
