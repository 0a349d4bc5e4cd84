// Formats (2020-12 Validation, section 7.3), each checked against the grammar of its RFC.
//
// They are asserted only on demand (CompileOptions::assert_format) and only for strings.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenancy::jsonschema {

enum class Format : std::uint8_t {
  date_time,              // RFC 3339, section 5.6
  date,                   // RFC 3339, full-date
  time,                   // RFC 3339, full-time
  duration,               // RFC 3339, appendix A
  email,                  // RFC 5321, section 4.1.2, Mailbox, ASCII
  hostname,               // RFC 1123, section 2.1
  ipv4,                   // RFC 2673, section 3.2, dotted quad
  ipv6,                   // RFC 4291, section 2.2
  uuid,                   // RFC 4122
  uri,                    // RFC 3986, with a scheme
  uri_reference,          // RFC 3986, URI-reference
  json_pointer,           // RFC 6901
  relative_json_pointer,  // draft-handrews-relative-json-pointer-01
};

// What this version knows about a name.
enum class FormatSupport : std::uint8_t {
  implemented,  // `format` says which
  missing,      // a specification defines it, this version does not check it
  unknown,      // no specification defines it: legal, and never an assertion
};
FormatSupport find_format(std::string_view name, Format& format) noexcept;

std::string_view name_of(Format format) noexcept;

// Does `text`, UTF-8, have this format?
bool matches_format(Format format, std::string_view text) noexcept;

}  // namespace tenancy::jsonschema
