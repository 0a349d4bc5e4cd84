// JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).
#pragma once

#include "token/key.hpp"

namespace tenancy::token {

// Whether `text` is to be read as a JWK: it begins as a JSON object does, and is UTF-8 without
// control characters. (Random bytes, as a secret may be, are not.)
bool looks_like_jwk(std::string_view text) noexcept;

// Reads a JWK for `algorithm`. The type of its key fits; how strong it is remains to be judged.
KeyFault parse_jwk(Algorithm algorithm, std::string_view text, KeyMaterial& material);

}  // namespace tenancy::token
