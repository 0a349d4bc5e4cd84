// JSON Web Tokens (RFC 7519) in the compact form of a JWS (RFC 7515): what a token says, in the
// order in which it may be believed.
//
//   Token::parse()    the form and the header; nothing of it is to be trusted yet
//   Token::verify()   the signature, with a key
//   Claims::parse()   what is said, once the signature is known to be good
//   Claims::check()   the time, the issuer, the audience; the tenant
//
// All of a token is hostile until its signature has been verified. Member names that occur twice
// are refused, since two readers could understand them differently. What the header says about
// keys ("jwk", "jku", "x5c" and their kin) is never looked at.
//
// Strings are UTF-8. Nothing here throws but std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jsonschema/schema/document.hpp"
#include "token/key.hpp"
#include "token/refusal.hpp"

namespace tenancy::token {

inline constexpr std::size_t max_token_size = 65'536;  // bytes
inline constexpr std::size_t max_json_depth = 32;      // of arrays and objects

class Token {
 public:
  // Reads `text`, which must outlive the token.
  static Refusal parse(std::string_view text, Token& token);

  Algorithm algorithm() const noexcept { return algorithm_; }
  const std::optional<std::string>& key_id() const noexcept { return key_id_; }

  // Refusal::none, algorithm_mismatch, signature_length or signature_wrong.
  Refusal verify(const Key& key) const;

  // The JSON text of the claims, which means something only after verify().
  const std::string& payload() const noexcept { return payload_; }

 private:
  Refusal read_header(std::string_view text);

  Algorithm algorithm_ = Algorithm::hs256;
  std::optional<std::string> key_id_;
  std::string_view signed_part_;
  std::string payload_;
  std::string signature_;
};

// What is asked of claims.
struct Expectations {
  std::int64_t now = 0;        // microseconds since 1970
  std::int64_t leeway = 0;     // seconds, of clocks that differ
  bool require_expiry = true;  // without it a token may live for ever
  std::string issuer;          // "" for any, or none
  std::string audience;        // "" for any, or none
  // The name of a claim, or where it begins with "/", a JSON Pointer (RFC 6901) to one.
  std::string tenant_claim;
};

class Claims {
 public:
  static Refusal parse(std::string_view payload, Claims& claims);

  // Puts the tenant into `tenant`: a string as it is, an integer in decimal digits.
  Refusal check(const Expectations& expected, std::string& tenant) const;

 private:
  Refusal check_times(const Expectations& expected) const;
  Refusal check_issuer(const std::string& issuer) const;
  Refusal check_audience(const std::string& audience) const;
  Refusal read_tenant(std::string_view claim, std::string& tenant) const;

  jsonschema::Document document_;
};

// Whether a setting can name a claim: not empty and, where it is a JSON Pointer, well-formed.
bool is_claim_name(std::string_view claim) noexcept;

}  // namespace tenancy::token
