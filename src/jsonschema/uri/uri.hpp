// URIs (RFC 3986) and IRIs (RFC 3987): their grammar, the addresses in them, and the resolution of
// references.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

// --- grammar (their appendices; uri.cpp) ------------------------------------------------------

// Where an Interruption stops the reading of a long text, the answer is no, and means nothing.

// URI: with a scheme.
bool is_uri(std::string_view text, Interruption* interruption = nullptr) noexcept;

// URI-reference: a URI, or relative to one.
bool is_uri_reference(std::string_view text, Interruption* interruption = nullptr) noexcept;

// The same for IRIs: also characters that are not ASCII, in all parts but the scheme and the port.
// `text` is UTF-8.
bool is_iri(std::string_view text, Interruption* interruption = nullptr) noexcept;
bool is_iri_reference(std::string_view text, Interruption* interruption = nullptr) noexcept;

// The classes `ucschar` and `iprivate` of RFC 3987.
bool is_ucschar(std::uint32_t code_point) noexcept;
bool is_iprivate(std::uint32_t code_point) noexcept;

// What stands before the first `:` of a URI.
bool is_uri_scheme(std::string_view text, Interruption* interruption = nullptr) noexcept;

// Four decimal numbers from 0 to 255, without leading zeros.
bool is_ipv4(std::string_view text) noexcept;

// RFC 4291, section 2.2: groups of hexadecimal digits, `::` once, an IPv4 address at the end. No
// zone.
bool is_ipv6(std::string_view text) noexcept;

// --- resolution (section 5.2; uri_resolution.cpp) --------------------------------------------

// The URI that `reference` means in a document whose URI is `base`: section 5.2.2, strictly. The
// fragment of the base does not count; that of the reference is kept, also an empty one (`a#`).
//
// Any two texts will do, UTF-8 or not, and nothing but std::bad_alloc is thrown. A base may be
// empty or relative: the result is then relative too. A base without slashes, such as a URN, takes
// references to its fragments (`urn:uuid:...` and `#a` make `urn:uuid:...#a`); a relative path
// replaces all that follows its scheme, as the RFC says. Percent-encodings, letter case and
// default ports are left as they are, so that equal results are equal texts.
//
// The result reads as what it was made of: a path that would be taken for an authority or a scheme
// gets `/.` or `./` before it. Takes time in proportion to the texts.
std::string resolve_uri(std::string_view base, std::string_view reference);

// Both are parts of `uri`: what stands before its first `#`, and what stands behind it. A URI
// without `#` has the empty fragment.
std::string_view without_fragment(std::string_view uri) noexcept;
std::string_view fragment_of(std::string_view uri) noexcept;

}  // namespace tenancy::jsonschema
