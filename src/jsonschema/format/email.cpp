#include "jsonschema/format/email.hpp"

#include <cstddef>

#include "jsonschema/format/hostname.hpp"
#include "jsonschema/uri/uri.hpp"
#include "jsonschema/value/ascii.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t longest_local_part = 64;
// What is longer is not read. The domain may be written in U-labels.
constexpr std::size_t longest_mailbox = longest_local_part + 1 + longest_idn_hostname;

bool is_atom_character(char c) noexcept {
  return is_letter(c) || is_digit(c) ||
         (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
}

bool is_dot_string(std::string_view text, bool unicode) noexcept {
  bool after_dot = true;
  for (const char c : text) {
    if (c == '.') {
      if (after_dot) return false;
      after_dot = true;
    } else if (is_ascii(c) ? is_atom_character(c) : unicode) {
      after_dot = false;
    } else {
      return false;
    }
  }
  return !after_dot;
}

// Without its quotes. What a backslash quotes is ASCII.
bool is_quoted_string(std::string_view text, bool unicode) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return false;
    if (text[i] == '\\' && (++i == text.size() || !is_ascii(text[i]))) return false;
    if (is_ascii(text[i]) ? text[i] < 0x20 || text[i] > 0x7E : !unicode) return false;
  }
  return true;
}

bool is_address_literal(std::string_view text) noexcept {
  constexpr std::string_view tag = "IPv6:";
  return text.starts_with(tag) ? is_ipv6(text.substr(tag.size())) : is_ipv4(text);
}

Match match(std::string_view text, bool unicode) noexcept {
  if (text.size() > longest_mailbox) return Match::no;
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at > longest_local_part) return Match::no;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  const bool quoted = local.size() >= 2 && local.front() == '"' && local.back() == '"';
  if (quoted ? !is_quoted_string(local.substr(1, local.size() - 2), unicode)
             : !is_dot_string(local, unicode)) {
    return Match::no;
  }
  if (domain.size() > 1 && domain.front() == '[' && domain.back() == ']') {
    return is_address_literal(domain.substr(1, domain.size() - 2)) ? Match::yes : Match::no;
  }
  return unicode ? match_idn_hostname(domain) : match_hostname(domain);
}

}  // namespace

Match match_email(std::string_view text) noexcept {
  return match(text, false);
}

Match match_idn_email(std::string_view text) noexcept {
  return match(text, true);
}

}  // namespace tenancy::jsonschema
