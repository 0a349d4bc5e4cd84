// Keys that signatures are verified with.
//
//   algorithm  key
//   HS256      a secret of at least 256 bits (RFC 7518, section 3.2): its bytes, or a JWK
//   RS256      RSA, modulus of 2048 to 8192 bits; PKCS #1 v1.5 with SHA-256
//   ES256      EC on P-256, with SHA-256; signatures are R and S, 32 bytes each
//   EdDSA      Ed25519 or Ed448 (RFC 8037)
//
// Public keys are PEM or DER of a public key (SubjectPublicKeyInfo) or of a certificate, or a JWK
// (RFC 7517). Of a certificate only the key counts: neither its
// dates nor who signed it. A private key is refused: whoever verifies has no need of it.
//
// A key has one algorithm, and verifies nothing else: a public key is never taken for a secret.
//
// Pure C++: no header of the server is reachable from here, nor one of OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "token/refusal.hpp"

struct evp_pkey_st;

namespace tenancy::token {

enum class Algorithm { hs256, rs256, es256, eddsa };

// Its name in RFC 7518 or RFC 8037, and by that name, which is compared exactly.
const char* name_of(Algorithm algorithm) noexcept;
std::optional<Algorithm> find_algorithm(std::string_view name) noexcept;

// Overwrites memory that held a secret.
void cleanse(void* memory, std::size_t size) noexcept;

// Why a key is refused.
enum class KeyFault {
  none,            // not refused
  too_large,       // more than Key::max_size
  unreadable,      // none of the forms above
  several_blocks,  // PEM of more than one thing: which is meant is not known
  private_key,
  not_a_secret,    // for HS256: PEM, or DER of what is public
  short_secret,    // less than 256 bits
  jwk_unreadable,  // begins like a JWK, and is no JSON object, or its parts are missing or
                   // malformed
  jwk_purpose,     // the JWK's own "alg", "use" or "key_ops" does not fit
  wrong_type,      // a key of another algorithm
  wrong_curve,     // not P-256
  short_modulus,
  long_modulus,
  weak_exponent,  // even, or 1
  unsound,        // would take forged signatures for good ones
};
inline constexpr KeyFault last_key_fault = KeyFault::unsound;

// A phrase to follow "key": "is a private key". It holds no part of the key.
const char* message(KeyFault fault) noexcept;

struct FreePublicKey {
  void operator()(evp_pkey_st* key) const noexcept;
};
using PublicKey = std::unique_ptr<evp_pkey_st, FreePublicKey>;

// What a key is made of: one of the two.
struct KeyMaterial {
  PublicKey public_key;
  std::string secret;

  KeyMaterial() = default;
  KeyMaterial(KeyMaterial&&) noexcept;
  KeyMaterial& operator=(KeyMaterial&&) noexcept;
  ~KeyMaterial() { wipe(); }
  void wipe() noexcept { cleanse(secret.data(), secret.size()); }
};

class Key {
 public:
  static constexpr std::size_t max_size = 65'536;  // bytes of text

  Key() = default;

  // Reads `text` into `key`. Throws std::bad_alloc only.
  static KeyFault parse(Algorithm algorithm, std::string_view text, Key& key);

  Algorithm algorithm() const noexcept { return algorithm_; }

  // Refusal::none, signature_length or signature_wrong. Throws std::bad_alloc only.
  Refusal verify(std::string_view message, std::string_view signature) const;

  // Looks for faults that take milliseconds to find: an RSA modulus with small factors, an Edwards
  // point of small order. For the moment when a key is stored.
  KeyFault examine() const;

 private:
  Algorithm algorithm_ = Algorithm::hs256;
  std::size_t signature_size_ = 0;
  KeyMaterial material_;
};

}  // namespace tenancy::token
