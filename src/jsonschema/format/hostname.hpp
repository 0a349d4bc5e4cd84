// Names of hosts, plain and internationalised.
#pragma once

#include <cstddef>
#include <string_view>

#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

// RFC 1123, section 2.1: labels of letters, digits and hyphens, at most 63 of them each and 253 in
// all. A label in Punycode (`xn--`) must be an A-label of IDNA2008 (RFC 5890, section 2.3.2.1):
// what it decodes to is a U-label.
Match match_hostname(std::string_view text) noexcept;

// Bytes beyond which a text is none of either; a dot, or a code point of a label, takes up to four.
inline constexpr std::size_t longest_idn_hostname = 4 * 253;

// RFC 5890, section 2.3.2.3: a host name whose labels may also be U-labels, which keep all the
// rules of RFC 5891, section 4.2 (upper case, for one, is not allowed in them), and of RFC 5892,
// appendix A. The ideographic full stops are dots too (RFC 3490, section 3.1). `text` is UTF-8.
//
// The lengths are those of the name in Punycode. The rule for labels of two directions (RFC 5893)
// is held against each label by itself.
Match match_idn_hostname(std::string_view text) noexcept;

// Both return Match::limit when there is no memory: libidn2 allocates some for what is not ASCII.

}  // namespace tenancy::jsonschema
