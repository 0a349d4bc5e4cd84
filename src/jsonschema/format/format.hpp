// Formats (2020-12 Validation, section 7.3), each checked against the grammar of its RFC.
//
// They are asserted only on demand (CompileOptions::assert_format) and only for strings.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "jsonschema/schema/vocabulary.hpp"
#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

enum class Format : std::uint8_t {
  // since draft 4
  date_time,  // RFC 3339, section 5.6
  email,      // RFC 5321, section 4.1.2, Mailbox, ASCII
  hostname,   // RFC 1123, section 2.1, with A-labels of RFC 5890
  ipv4,       // RFC 2673, section 3.2, dotted quad
  ipv6,       // RFC 4291, section 2.2
  uri,        // RFC 3986, with a scheme
  // since draft 6
  json_pointer,   // RFC 6901
  uri_reference,  // RFC 3986, URI-reference
  uri_template,   // RFC 6570
  // since draft 7
  date,                   // RFC 3339, full-date
  idn_email,              // RFC 6531, section 3.3
  idn_hostname,           // RFC 5890, section 2.3.2.3
  iri,                    // RFC 3987
  iri_reference,          // RFC 3987
  regex,                  // ECMA-262, as ecma_regex.hpp says
  relative_json_pointer,  // draft-handrews-relative-json-pointer-01
  time,                   // RFC 3339, full-time
  // since 2019-09
  duration,  // RFC 3339, appendix A
  uuid,      // RFC 4122
  // since 2020-12
  adjusted_json_pointer,  // `relative-json-pointer` of draft-bhutton-relative-json-pointer-00
};

// What a dialect means by a name. None: the dialect does not define it, which is legal, and it is
// never an assertion.
std::optional<Format> find_format(std::string_view name, Dialect dialect) noexcept;

std::string_view name_of(Format format) noexcept;

// Does `text` have this format? Some formats cannot tell without memory, and end in Match::limit
// where there is none: those of internationalised names, and `regex`, which ends in Match::too_long
// for more than 1 MB.
Match match_format(Format format, std::string_view text,
                   InterruptPoll interrupted = nullptr) noexcept;

}  // namespace tenancy::jsonschema
