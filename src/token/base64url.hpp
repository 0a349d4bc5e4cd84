// base64url without padding (RFC 7515, section 2; RFC 4648, section 5).
#pragma once

#include <string>
#include <string_view>

namespace tenancy::token {

// Decodes `text` into `bytes`. Strict, so that no two texts mean the same bytes: no padding, no
// white space, no other character, and no bit set that is not used. False: it is not base64url;
// `bytes` then holds nothing that means anything.
bool decode_base64url(std::string_view text, std::string& bytes);

}  // namespace tenancy::token
