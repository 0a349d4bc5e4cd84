#include "token/key.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "token/base64url.hpp"
#include "token/jwk.hpp"
#include "token/openssl.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::token {
namespace {

constexpr std::size_t min_secret = 32;  // bytes
constexpr int min_modulus = 2048;       // bits
constexpr int max_modulus = 8192;       // bits; a longer one would make verifying slow
constexpr int max_exponent = 64;        // bits; likewise

const unsigned char* bytes(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view trim_start(std::string_view text) noexcept {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

bool looks_like_pem(std::string_view text) noexcept {
  return trim_start(text).substr(0, 11) == "-----BEGIN ";
}

// The key in a SubjectPublicKeyInfo that fills `der`. Null where there is none.
PublicKey read_public_key(std::string_view der) {
  const unsigned char* position = bytes(der);
  PublicKey key(d2i_PUBKEY(nullptr, &position, static_cast<long>(der.size())));
  return position == bytes(der) + der.size() ? std::move(key) : nullptr;
}

PublicKey read_certificate(std::string_view der) {
  const unsigned char* position = bytes(der);
  const Owned<X509, X509_free> certificate(
      d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  if (!certificate || position != bytes(der) + der.size()) return nullptr;
  return PublicKey(X509_get_pubkey(certificate.get()));
}

bool is_private_key(std::string_view der) {
  const unsigned char* position = bytes(der);
  return PublicKey(d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(der.size()))) !=
         nullptr;
}

// A text without the white space around it, and without a byte order mark.
std::string_view trim(std::string_view text) noexcept {
  text = trim_start(text);
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text = trim_start(text.substr(3));
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

// Whether DER of a key or a certificate stands at the start, whatever follows it.
bool begins_with_der(std::string_view text) {
  const auto size = static_cast<long>(text.size());
  const unsigned char* position = bytes(text);
  if (PublicKey(d2i_PUBKEY(nullptr, &position, size))) return true;
  position = bytes(text);
  if (Owned<X509, X509_free>(d2i_X509(nullptr, &position, size))) return true;
  position = bytes(text);
  if (PublicKey(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &position, size))) return true;
  return is_private_key(text);
}

// Either alphabet, padded or not; nothing where it is neither.
std::string decode_any_base64(std::string_view text) {
  std::string copy;
  for (const char c : text) {
    if (c == '\r' || c == '\n' || c == '=') continue;
    copy += c == '+' ? '-' : c == '/' ? '_' : c;
  }
  std::string decoded;
  if (!decode_base64url(copy, decoded)) decoded.clear();
  return decoded;
}

// Whether the text is a key that somebody else has too, in one of the forms that keys are handed
// around in. As a secret it would let everybody sign.
bool is_known_to_others(std::string_view given) {
  const std::string_view text = trim(given);
  for (const char* const mark : {"-----BEGIN ", "---- BEGIN "})
    if (text.find(mark) != text.npos) return true;
  for (const char* const start : {"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"})
    if (text.starts_with(start)) return true;
  if ((text.starts_with('{') || text.starts_with('[')) && text.find("\"kty\"") != text.npos)
    return true;
  // The last byte of DER may be one that ends a line.
  return begins_with_der(given) || begins_with_der(text) ||
         begins_with_der(decode_any_base64(text));
}

template <typename T>
struct Freed {
  T* pointer = nullptr;
  Freed() = default;
  Freed(const Freed&) = delete;
  Freed& operator=(const Freed&) = delete;
  ~Freed() { OPENSSL_free(pointer); }
};

// PEM_read_bio() decrypts nothing and so asks nobody for a password.
KeyFault read_pem(std::string_view text, PublicKey& key) {
  text = trim_start(text);
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) return KeyFault::private_key;
  if (text.find("-----BEGIN ", 1) != std::string_view::npos) return KeyFault::several_blocks;
  const auto source = require<Owned<BIO, BIO_free_all>>(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Freed<char> label, headers;
  Freed<unsigned char> data;
  long size = 0;
  if (PEM_read_bio(source.get(), &label.pointer, &headers.pointer, &data.pointer, &size) != 1)
    return KeyFault::unreadable;
  const std::string_view kind(label.pointer);
  const std::string_view der(reinterpret_cast<const char*>(data.pointer),
                             static_cast<std::size_t>(size));
  if (*headers.pointer != '\0') return KeyFault::unreadable;
  if (kind == "PUBLIC KEY") {
    key = read_public_key(der);
  } else if (kind == "CERTIFICATE") {
    key = read_certificate(der);
  }
  return key ? KeyFault::none : KeyFault::unreadable;
}

KeyFault read_material(Algorithm algorithm, std::string_view text, KeyMaterial& material) {
  if (looks_like_jwk(text)) return parse_jwk(algorithm, text, material);
  if (algorithm == Algorithm::hs256) {
    if (is_known_to_others(text)) return KeyFault::not_a_secret;
    material.secret = text;
    return KeyFault::none;
  }
  if (looks_like_pem(text)) return read_pem(text, material.public_key);
  material.public_key = read_public_key(text);
  if (!material.public_key) material.public_key = read_certificate(text);
  if (material.public_key) return KeyFault::none;
  return is_private_key(text) ? KeyFault::private_key : KeyFault::unreadable;
}

KeyFault check_rsa(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") != 1) return KeyFault::wrong_type;
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < min_modulus) return KeyFault::short_modulus;
  if (bits > max_modulus) return KeyFault::long_modulus;
  BIGNUM* value = nullptr;
  const int found = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &value);
  const Owned<BIGNUM, BN_free> exponent(value);
  if (found != 1) return KeyFault::unreadable;
  // With an exponent of 1 a signature is its own message.
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) ||
      BN_num_bits(exponent.get()) > max_exponent)
    return KeyFault::weak_exponent;
  return KeyFault::none;
}

KeyFault check_ec(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "EC") != 1) return KeyFault::wrong_type;
  std::array<char, 80> name{};
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr) != 1 ||
      std::string_view(name.data()) != SN_X9_62_prime256v1)
    return KeyFault::wrong_curve;
  // A curve that is spelt out may differ from the one that it claims to be, in its generator say.
  int is_explicit = 0;
  if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit) !=
          1 ||
      is_explicit != 0)
    return KeyFault::wrong_curve;
  return KeyFault::none;
}

using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

bool verify_with(EVP_PKEY* key, const EVP_MD* digest, std::string_view message,
                 std::string_view signature) {
  const auto context = require<DigestContext>(EVP_MD_CTX_new());
  // The padding of RSA is PKCS #1 v1.5 unless another is asked for.
  return EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

bool verify_hmac(std::string_view secret, std::string_view message, std::string_view signature) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> expected{};
  unsigned int size = 0;
  if (!HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes(message),
            message.size(), expected.data(), &size))
    throw std::bad_alloc();
  const bool is_equal =
      size == signature.size() && CRYPTO_memcmp(expected.data(), signature.data(), size) == 0;
  cleanse(expected.data(), expected.size());
  return is_equal;
}

// A JWS has the two numbers side by side, OpenSSL wants them in DER.
bool verify_ecdsa(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  const auto pair = require<Owned<ECDSA_SIG, ECDSA_SIG_free>>(ECDSA_SIG_new());
  const auto half = static_cast<int>(signature.size() / 2);
  using Number = Owned<BIGNUM, BN_free>;
  auto r = require<Number>(BN_bin2bn(bytes(signature), half, nullptr));
  auto s = require<Number>(BN_bin2bn(bytes(signature) + half, half, nullptr));
  if (ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) throw std::bad_alloc();
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  Freed<unsigned char> der;
  const int size = i2d_ECDSA_SIG(pair.get(), &der.pointer);
  if (size <= 0) throw std::bad_alloc();
  return verify_with(key, EVP_sha256(), message,
                     {reinterpret_cast<const char*>(der.pointer), static_cast<std::size_t>(size)});
}

// Whether the point of an Ed25519 key is of small order: whether a signature that anybody can make,
// R the neutral element and S zero, verifies. Under a point of small order it does so for one
// message in eight or more; under any other for none.
bool is_small_25519(const Key& key) {
  std::string signature(64, '\0');
  signature[0] = 1;
  for (char message = 0; message < 127; ++message)
    if (key.verify({&message, 1}, signature) == Refusal::none) return true;
  return false;
}

// The same of an Ed448 key: there are four such points, whose ordinates are 0, 1 and -1. (OpenSSL
// takes no encoding but the canonical one.)
bool is_small_448(const EVP_PKEY* key) {
  std::array<unsigned char, 57> point{};
  std::size_t size = point.size();
  if (EVP_PKEY_get_raw_public_key(key, point.data(), &size) != 1 || size != point.size())
    return true;
  point[56] &= 0x7F;  // the sign of the abscissa
  std::array<unsigned char, 57> small{};
  if (point == small) return true;
  small[0] = 1;
  if (point == small) return true;
  small.fill(0xFF);  // 2^448 - 2^224 - 2
  small[0] = small[28] = 0xFE;
  small[56] = 0;
  return point == small;
}

}  // namespace

const char* name_of(Algorithm algorithm) noexcept {
  switch (algorithm) {
    case Algorithm::hs256:
      return "HS256";
    case Algorithm::rs256:
      return "RS256";
    case Algorithm::es256:
      return "ES256";
    case Algorithm::eddsa:
      return "EdDSA";
  }
  return "";
}

std::optional<Algorithm> find_algorithm(std::string_view name) noexcept {
  for (const Algorithm algorithm :
       {Algorithm::hs256, Algorithm::rs256, Algorithm::es256, Algorithm::eddsa})
    if (name == name_of(algorithm)) return algorithm;
  return std::nullopt;
}

void cleanse(void* memory, std::size_t size) noexcept {
  OPENSSL_cleanse(memory, size);
}

void FreePublicKey::operator()(evp_pkey_st* key) const noexcept {
  EVP_PKEY_free(key);
}

KeyMaterial::KeyMaterial(KeyMaterial&& other) noexcept : public_key(std::move(other.public_key)) {
  secret.swap(other.secret);
}

KeyMaterial& KeyMaterial::operator=(KeyMaterial&& other) noexcept {
  public_key = std::move(other.public_key);
  secret.swap(other.secret);  // and the other's destructor wipes what was here
  return *this;
}

const char* message(KeyFault fault) noexcept {
  switch (fault) {
    case KeyFault::none:
      return "is valid";
    case KeyFault::too_large:
      return "is larger than 64 kB";
    case KeyFault::unreadable:
      return "is neither PEM nor DER of a public key or a certificate, nor a JWK";
    case KeyFault::several_blocks:
      return "is PEM of more than one key or certificate";
    case KeyFault::private_key:
      return "is a private key";
    case KeyFault::not_a_secret:
      return "is a key or a certificate that others have too, which is no secret";
    case KeyFault::short_secret:
      return "is a secret of less than 256 bits";
    case KeyFault::jwk_unreadable:
      return "begins like a JWK and is none that can be read";
    case KeyFault::jwk_purpose:
      return "is a JWK whose \"alg\", \"use\" or \"key_ops\" does not allow this";
    case KeyFault::wrong_type:
      return "is of a type that its algorithm does not use";
    case KeyFault::wrong_curve:
      return "is not on the curve P-256";
    case KeyFault::short_modulus:
      return "has a modulus of less than 2048 bits";
    case KeyFault::long_modulus:
      return "has a modulus of more than 8192 bits";
    case KeyFault::weak_exponent:
      return "has an exponent that is even, 1 or of more than 64 bits";
    case KeyFault::unsound:
      return "would take forged signatures for good ones";
  }
  return "is not valid";
}

KeyFault Key::parse(Algorithm algorithm, std::string_view text, Key& key) {
  if (text.size() > max_size) return KeyFault::too_large;
  const ErrorMark mark;
  KeyMaterial material;
  KeyFault fault = read_material(algorithm, text, material);
  if (fault != KeyFault::none) return fault;
  std::size_t signature_size = 0;
  EVP_PKEY* const public_key = material.public_key.get();
  switch (algorithm) {
    case Algorithm::hs256:
      if (material.secret.size() < min_secret) fault = KeyFault::short_secret;
      signature_size = 32;
      break;
    case Algorithm::rs256:
      fault = check_rsa(public_key);
      signature_size = static_cast<std::size_t>(std::max(EVP_PKEY_get_size(public_key), 0));
      break;
    case Algorithm::es256:
      fault = check_ec(public_key);
      signature_size = 64;
      break;
    case Algorithm::eddsa: {
      const bool is_448 = EVP_PKEY_is_a(public_key, "ED448") == 1;
      if (!is_448 && EVP_PKEY_is_a(public_key, "ED25519") != 1) fault = KeyFault::wrong_type;
      signature_size = is_448 ? 114 : 64;
      break;
    }
  }
  if (fault != KeyFault::none) return fault;
  key.algorithm_ = algorithm;
  key.signature_size_ = signature_size;
  key.material_ = std::move(material);
  return KeyFault::none;
}

Refusal Key::verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != signature_size_) return Refusal::signature_length;
  const ErrorMark mark;
  EVP_PKEY* const public_key = material_.public_key.get();
  bool is_good = false;
  switch (algorithm_) {
    case Algorithm::hs256:
      is_good = verify_hmac(material_.secret, message, signature);
      break;
    case Algorithm::rs256:
      is_good = verify_with(public_key, EVP_sha256(), message, signature);
      break;
    case Algorithm::es256:
      is_good = verify_ecdsa(public_key, message, signature);
      break;
    case Algorithm::eddsa:
      is_good = verify_with(public_key, nullptr, message, signature);
      break;
  }
  return is_good ? Refusal::none : Refusal::signature_wrong;
}

KeyFault Key::examine() const {
  if (algorithm_ == Algorithm::hs256) return KeyFault::none;
  const ErrorMark mark;
  const auto context = require<Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>(
      EVP_PKEY_CTX_new_from_pkey(nullptr, material_.public_key.get(), nullptr));
  if (EVP_PKEY_public_check(context.get()) != 1) return KeyFault::unsound;
  if (algorithm_ != Algorithm::eddsa) return KeyFault::none;
  const bool is_small = EVP_PKEY_is_a(material_.public_key.get(), "ED448") == 1
                            ? is_small_448(material_.public_key.get())
                            : is_small_25519(*this);
  return is_small ? KeyFault::unsound : KeyFault::none;
}

}  // namespace tenancy::token
