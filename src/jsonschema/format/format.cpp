#include "jsonschema/format/format.hpp"

#include <array>
#include <cstddef>

#include "jsonschema/format/date_time.hpp"
#include "jsonschema/format/email.hpp"
#include "jsonschema/format/hostname.hpp"
#include "jsonschema/regex/ecma_regex.hpp"
#include "jsonschema/uri/uri.hpp"
#include "jsonschema/uri/uri_template.hpp"
#include "jsonschema/value/ascii.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

struct Entry {
  std::string_view name;
  Format format;
  Dialect first;
  Dialect last = Dialect::draft2020_12;
};

constexpr std::array<Entry, 20> formats{{
    {"date-time", Format::date_time, Dialect::draft4},
    {"email", Format::email, Dialect::draft4},
    {"hostname", Format::hostname, Dialect::draft4},
    {"ipv4", Format::ipv4, Dialect::draft4},
    {"ipv6", Format::ipv6, Dialect::draft4},
    {"uri", Format::uri, Dialect::draft4},
    {"json-pointer", Format::json_pointer, Dialect::draft6},
    {"uri-reference", Format::uri_reference, Dialect::draft6},
    {"uri-template", Format::uri_template, Dialect::draft6},
    {"date", Format::date, Dialect::draft7},
    {"idn-email", Format::idn_email, Dialect::draft7},
    {"idn-hostname", Format::idn_hostname, Dialect::draft7},
    {"iri", Format::iri, Dialect::draft7},
    {"iri-reference", Format::iri_reference, Dialect::draft7},
    {"regex", Format::regex, Dialect::draft7},
    {"relative-json-pointer", Format::relative_json_pointer, Dialect::draft7,
     Dialect::draft2019_09},
    {"relative-json-pointer", Format::adjusted_json_pointer, Dialect::draft2020_12},
    {"time", Format::time, Dialect::draft7},
    {"duration", Format::duration, Dialect::draft2019_09},
    {"uuid", Format::uuid, Dialect::draft2019_09},
}};

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_json_pointer(std::string_view text, Interruption& interruption) noexcept {
  if (!text.empty() && text.front() != '/') return false;
  bool after_tilde = false;
  const auto goes_on = [&](char c) noexcept {
    if (after_tilde && c != '0' && c != '1') return false;
    after_tilde = c == '~';
    return true;
  };
  return count_leading(text, goes_on, &interruption) == text.size() && !after_tilde;
}

// Takes a number without leading zeros.
bool take_number(std::string_view& text, Interruption& interruption) noexcept {
  const std::size_t digits = count_leading(text, is_digit, &interruption);
  if (digits == 0 || (digits > 1 && text.front() == '0')) return false;
  text.remove_prefix(digits);
  return true;
}

// With `adjusted`, the number may be followed by one to add to an index, which is not zero.
bool is_relative_json_pointer(std::string_view text, bool adjusted,
                              Interruption& interruption) noexcept {
  if (!take_number(text, interruption)) return false;
  if (adjusted && (text.starts_with('+') || text.starts_with('-'))) {
    text.remove_prefix(1);
    if (text.starts_with('0') || !take_number(text, interruption)) return false;
  }
  return text == "#" || is_json_pointer(text, interruption);
}

Match match_of(bool matches) noexcept {
  return matches ? Match::yes : Match::no;
}

Match match_utf8(Format format, std::string_view text, Interruption& interruption) noexcept {
  switch (format) {
    case Format::date_time:
      return match_of(is_date_time(text, &interruption));
    case Format::date:
      return match_of(is_date(text));
    case Format::time:
      return match_of(is_time(text, &interruption));
    case Format::duration:
      return match_of(is_duration(text, &interruption));
    case Format::email:
      return match_email(text);
    case Format::idn_email:
      return match_idn_email(text);
    case Format::hostname:
      return match_hostname(text);
    case Format::idn_hostname:
      return match_idn_hostname(text);
    case Format::ipv4:
      return match_of(is_ipv4(text));
    case Format::ipv6:
      return match_of(is_ipv6(text));
    case Format::uuid:
      return match_of(is_uuid(text));
    case Format::uri:
      return match_of(is_uri(text, &interruption));
    case Format::uri_reference:
      return match_of(is_uri_reference(text, &interruption));
    case Format::iri:
      return match_of(is_iri(text, &interruption));
    case Format::iri_reference:
      return match_of(is_iri_reference(text, &interruption));
    case Format::uri_template:
      return match_of(is_uri_template(text, &interruption));
    case Format::json_pointer:
      return match_of(is_json_pointer(text, interruption));
    case Format::relative_json_pointer:
      return match_of(is_relative_json_pointer(text, false, interruption));
    case Format::adjusted_json_pointer:
      return match_of(is_relative_json_pointer(text, true, interruption));
    case Format::regex:
      return match_ecma_regex(text);
  }
  return Match::limit;
}

}  // namespace

std::optional<Format> find_format(std::string_view name, Dialect dialect) noexcept {
  for (const Entry& entry : formats) {
    if (entry.name == name && entry.first <= dialect && dialect <= entry.last) return entry.format;
  }
  return std::nullopt;
}

std::string_view name_of(Format format) noexcept {
  for (const Entry& entry : formats) {
    if (entry.format == format) return entry.name;
  }
  return "";
}

Match match_format(Format format, std::string_view text, InterruptPoll interrupted) noexcept {
  Interruption interruption(interrupted);
  if (const Match match = check_utf8(text, interruption); match != Match::yes) return match;
  const Match match = match_utf8(format, text, interruption);
  return interruption.stopped() ? Match::interrupted : match;
}

}  // namespace tenancy::jsonschema
