#include "token/refusal.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::token {

const char* message(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::none:
      return "token is valid";
    case Refusal::too_large:
      return "token is larger than 64 kB";
    case Refusal::not_three_parts:
      return "token does not have the three parts of a signed token";
    case Refusal::not_base64url:
      return "token has a part that is not base64url without padding";
    case Refusal::header_not_object:
      return "token header is not a JSON object";
    case Refusal::header_repeats:
      return "token header has two members of the same name";
    case Refusal::header_too_deep:
      return "token header is nested too deeply, or has a number that is too large";
    case Refusal::algorithm_missing:
      return "token header has no algorithm";
    case Refusal::algorithm_none:
      return "token is not signed: its algorithm is \"none\"";
    case Refusal::algorithm_unknown:
      return "token has an algorithm that is none of HS256, RS256, ES256 and EdDSA";
    case Refusal::has_critical:
      return "token header has critical extensions, and none is supported";
    case Refusal::has_unencoded:
      return "token header has \"b64\", which is not supported";
    case Refusal::type_not_jwt:
      return "token is not of type \"JWT\" or \"at+jwt\"";
    case Refusal::key_id_not_string:
      return "token header has a \"kid\" that is not a string";
    case Refusal::key_unknown:
      return "token names a signing key that does not exist";
    case Refusal::key_retired:
      return "token is signed with a retired key";
    case Refusal::no_key:
      return "token names no signing key, and there is none of its algorithm";
    case Refusal::too_many_keys:
      return "token names no signing key, and there are too many of its algorithm to try";
    case Refusal::algorithm_mismatch:
      return "token has another algorithm than the signing key that it names";
    case Refusal::signature_length:
      return "token has a signature of the wrong length";
    case Refusal::signature_wrong:
      return "token has a signature that does not verify";
    case Refusal::claims_not_object:
      return "token claims are not a JSON object";
    case Refusal::claims_repeat:
      return "token claims have two members of the same name";
    case Refusal::claims_too_deep:
      return "token claims are nested too deeply, or have a number that is too large";
    case Refusal::claims_not_storable:
      return "token claims hold a character or a number that jsonb cannot";
    case Refusal::expiry_missing:
      return "token has no claim \"exp\": it would never expire";
    case Refusal::expiry_type:
      return "token has a claim \"exp\" that is not a time in seconds";
    case Refusal::expired:
      return "token has expired";
    case Refusal::not_before_type:
      return "token has a claim \"nbf\" that is not a time in seconds";
    case Refusal::not_yet_valid:
      return "token is not valid yet";
    case Refusal::issued_at_type:
      return "token has a claim \"iat\" that is not a time in seconds";
    case Refusal::issuer_missing:
      return "token has no claim \"iss\", and an issuer is required";
    case Refusal::issuer_type:
      return "token has a claim \"iss\" that is not a string";
    case Refusal::issuer_wrong:
      return "token is of another issuer";
    case Refusal::audience_missing:
      return "token has no claim \"aud\", and an audience is required";
    case Refusal::audience_type:
      return "token has a claim \"aud\" that is neither a string nor an array of strings";
    case Refusal::audience_wrong:
      return "token is meant for another audience";
    case Refusal::tenant_missing:
      return "token has no tenant claim";
    case Refusal::tenant_type:
      return "token has a tenant claim that is neither a string of printable characters nor an "
             "integer of 64 bits";
  }
  return "token is not valid";
}

}  // namespace tenancy::token
