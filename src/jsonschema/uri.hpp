// The grammar of URIs (RFC 3986, appendix A) and of the addresses in them.
#pragma once

#include <string_view>

namespace tenancy::jsonschema {

// URI: with a scheme.
bool is_uri(std::string_view text) noexcept;

// URI-reference: a URI, or relative to one.
bool is_uri_reference(std::string_view text) noexcept;

// Four decimal numbers from 0 to 255, without leading zeros.
bool is_ipv4(std::string_view text) noexcept;

// RFC 4291, section 2.2: groups of hexadecimal digits, `::` once, an IPv4 address at the end. No
// zone.
bool is_ipv6(std::string_view text) noexcept;

}  // namespace tenancy::jsonschema
