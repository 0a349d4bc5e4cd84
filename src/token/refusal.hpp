// Why a token is refused.
//
// Verification reports by these and not by exceptions, so that each refusal has a message of its
// own. The messages are constants: no part of a token, a claim or a key can be in them.
#pragma once

namespace tenancy::token {

enum class Refusal {
  none,  // not refused

  // The form (RFC 7515, section 7.1).
  too_large,          // more than max_token_size
  not_three_parts,    // not header.payload.signature
  not_base64url,      // a part has padding, white space, unused bits, another character
  header_not_object,  // not JSON, or not an object
  header_repeats,     // two members of one name
  header_too_deep,    // deeper than max_json_depth, or with an exponent beyond all bounds

  // The header (RFC 7515, section 4.1; RFC 7519, section 5).
  algorithm_missing,  // no "alg", or one that is no string
  algorithm_none,     // "none", in any case: an unsecured token
  algorithm_unknown,  // none of HS256, RS256, ES256, EdDSA
  has_critical,       // "crit": extensions that must be understood, and none is
  has_unencoded,      // "b64" (RFC 7797)
  type_not_jwt,       // "typ" is neither JWT nor at+jwt
  key_id_not_string,  // "kid"

  // The key.
  key_unknown,         // no key of that "kid"
  key_retired,         // its time is over
  no_key,              // no "kid", and no key of that algorithm
  too_many_keys,       // no "kid", and more keys of that algorithm than are tried
  algorithm_mismatch,  // "alg" is not the algorithm of that key

  // The signature.
  signature_length,  // not as long as a signature of that key
  signature_wrong,

  // The claims (RFC 7519, section 4).
  claims_not_object,
  claims_repeat,
  claims_too_deep,
  claims_not_storable,  // hold what jsonb cannot, such as the character U+0000
  expiry_missing,
  expiry_type,
  expired,
  not_before_type,
  not_yet_valid,
  issued_at_type,
  issuer_missing,
  issuer_type,
  issuer_wrong,
  audience_missing,
  audience_type,
  audience_wrong,
  tenant_missing,
  tenant_type,
};
inline constexpr Refusal last_refusal = Refusal::tenant_type;

// A phrase that says what is wrong, without a capital or a full stop: "token has expired".
const char* message(Refusal refusal) noexcept;

}  // namespace tenancy::token
