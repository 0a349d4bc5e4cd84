// Mailboxes of electronic mail.
#pragma once

#include <string_view>

#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

// RFC 5321, section 4.1.2, Mailbox: ASCII, with a dotted or quoted local part of at most 64 bytes
// and a host name or an address in brackets.
Match match_email(std::string_view text) noexcept;

// RFC 6531, section 3.3: the same, with all of Unicode in the local part and U-labels in the host
// name. `text` is UTF-8.
Match match_idn_email(std::string_view text) noexcept;

}  // namespace tenancy::jsonschema
