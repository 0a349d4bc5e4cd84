#include "token/jwk.hpp"

#include <algorithm>

#include "jsonschema/compile.hpp"
#include "jsonschema/schema/document.hpp"
#include "jsonschema/value/jsonb.hpp"
#include "token/base64url.hpp"
#include "token/openssl.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::token {
namespace {

using jsonschema::Document;
using jsonschema::no_node;
using jsonschema::NodeIndex;
using jsonschema::NodeKind;

bool is_string(const Document& jwk, NodeIndex node, std::string_view text) noexcept {
  return node != no_node && jwk.kind(node) == NodeKind::string && jwk.text(node) == text;
}

// Whether what the key says of itself, where it does, allows verifying with `algorithm`.
bool fits_purpose(const Document& jwk, Algorithm algorithm) {
  const NodeIndex name = jwk.find(0, "alg");
  const NodeIndex use = jwk.find(0, "use");
  const NodeIndex operations = jwk.find(0, "key_ops");
  if (name != no_node &&
      (jwk.kind(name) != NodeKind::string || find_algorithm(jwk.text(name)) != algorithm))
    return false;
  if (use != no_node && !is_string(jwk, use, "sig")) return false;
  if (operations == no_node) return true;
  const auto listed = jwk.children(operations);
  return jwk.kind(operations) == NodeKind::array &&
         std::any_of(listed.begin(), listed.end(),
                     [&](NodeIndex operation) { return is_string(jwk, operation, "verify"); });
}

// A member that is bytes in base64url, and not none.
bool read_bytes(const Document& jwk, const char* name, std::string& bytes) {
  const NodeIndex node = jwk.find(0, name);
  return node != no_node && jwk.kind(node) == NodeKind::string &&
         decode_base64url(jwk.text(node), bytes) && !bytes.empty();
}

using Number = Owned<BIGNUM, BN_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Context = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

Number to_number(std::string_view bytes) {
  return require<Number>(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()), nullptr));
}

// Null where OpenSSL does not take it for a key.
PublicKey make_public_key(const char* type, OSSL_PARAM_BLD* builder) {
  const auto parameters = require<Parameters>(OSSL_PARAM_BLD_to_param(builder));
  const auto context = require<Context>(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return PublicKey(made);
}

PublicKey read_rsa(const Document& jwk) {
  std::string modulus, exponent;
  if (!read_bytes(jwk, "n", modulus) || !read_bytes(jwk, "e", exponent)) return nullptr;
  const Number n = to_number(modulus);
  const Number e = to_number(exponent);
  const auto builder = require<Builder>(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return make_public_key("RSA", builder.get());
}

PublicKey read_ec(const Document& jwk) {
  constexpr std::size_t size = 32;
  std::string x, y;
  if (!read_bytes(jwk, "x", x) || !read_bytes(jwk, "y", y) || x.size() != size || y.size() != size)
    return nullptr;
  const std::string point = "\x04" + x + y;
  const auto builder = require<Builder>(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                      SN_X9_62_prime256v1, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1)
    return nullptr;
  return make_public_key("EC", builder.get());
}

// "Ed25519" and "Ed448" are the names of both the JWK's curve and OpenSSL's type.
PublicKey read_edwards(const Document& jwk, const char* curve) {
  std::string x;
  if (!read_bytes(jwk, "x", x)) return nullptr;
  return PublicKey(EVP_PKEY_new_raw_public_key_ex(
      nullptr, curve, nullptr, reinterpret_cast<const unsigned char*>(x.data()), x.size()));
}

KeyFault read_key(const Document& jwk, Algorithm algorithm, KeyMaterial& material) {
  const NodeIndex type = jwk.find(0, "kty");
  if (type == no_node || jwk.kind(type) != NodeKind::string) return KeyFault::jwk_unreadable;
  if (jwk.find(0, "d") != no_node) return KeyFault::private_key;
  if (!fits_purpose(jwk, algorithm)) return KeyFault::jwk_purpose;
  switch (algorithm) {
    case Algorithm::hs256:
      if (jwk.text(type) != "oct") return KeyFault::wrong_type;
      return read_bytes(jwk, "k", material.secret) ? KeyFault::none : KeyFault::jwk_unreadable;
    case Algorithm::rs256:
      if (jwk.text(type) != "RSA") return KeyFault::wrong_type;
      material.public_key = read_rsa(jwk);
      break;
    case Algorithm::es256:
      if (jwk.text(type) != "EC") return KeyFault::wrong_type;
      if (!is_string(jwk, jwk.find(0, "crv"), "P-256")) return KeyFault::wrong_curve;
      material.public_key = read_ec(jwk);
      break;
    case Algorithm::eddsa: {
      if (jwk.text(type) != "OKP") return KeyFault::wrong_type;
      const NodeIndex curve = jwk.find(0, "crv");
      if (is_string(jwk, curve, "Ed25519")) {
        material.public_key = read_edwards(jwk, "ED25519");
      } else if (is_string(jwk, curve, "Ed448")) {
        material.public_key = read_edwards(jwk, "ED448");
      } else {
        return KeyFault::wrong_type;
      }
      break;
    }
  }
  return material.public_key ? KeyFault::none : KeyFault::jwk_unreadable;
}

}  // namespace

bool looks_like_jwk(std::string_view text) noexcept {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || text[start] != '{') return false;
  return jsonschema::jsonb::is_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte >= 0x20 || c == '\t' || c == '\r' || c == '\n';
         });
}

KeyFault parse_jwk(Algorithm algorithm, std::string_view text, KeyMaterial& material) {
  try {
    const Document jwk = Document::parse(text);
    if (jwk.kind(0) != NodeKind::object) return KeyFault::jwk_unreadable;
    return read_key(jwk, algorithm, material);
  } catch (const jsonschema::SchemaError&) {
    return KeyFault::jwk_unreadable;
  }
}

}  // namespace tenancy::token
