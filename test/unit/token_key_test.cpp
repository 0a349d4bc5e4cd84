// Reading signing keys.
#include <set>

#include "token_maker.hpp"

namespace tenancy::token::test {
namespace {

const Pair& rsa() {
  static const Pair pair = Pair::rsa(2048);
  return pair;
}
const Pair& ec() {
  static const Pair pair = Pair::ec("P-256");
  return pair;
}
const Pair& ed25519() {
  static const Pair pair = Pair::of("ED25519");
  return pair;
}
const Pair& ed448() {
  static const Pair pair = Pair::of("ED448");
  return pair;
}

std::string rsa_jwk(const std::string& more = "", const std::string& n = rsa().number("n"),
                    const std::string& e = rsa().number("e")) {
  return R"({"kty":"RSA","n":")" + encode(n) + R"(","e":")" + encode(e) + "\"" + more + "}";
}
std::string ec_jwk(const std::string& x, const std::string& y, const char* curve = "P-256") {
  return std::string(R"({"kty":"EC","crv":")") + curve + R"(","x":")" + encode(x) + R"(","y":")" +
         encode(y) + "\"}";
}
std::string okp_jwk(const std::string& x, const char* curve = "Ed25519") {
  return std::string(R"({"kty":"OKP","crv":")") + curve + R"(","x":")" + encode(x) + "\"}";
}
std::string padded(const std::string& bytes) {
  return std::string(32 - bytes.size(), '\0') + bytes;
}

TEST(Key, IsReadInEveryForm) {
  const struct {
    Algorithm algorithm;
    const Pair& pair;
    std::string jwk;
  } kinds[] = {
      {Algorithm::rs256, rsa(), rsa_jwk()},
      {Algorithm::es256, ec(), ec_jwk(padded(ec().number("qx")), padded(ec().number("qy")))},
      {Algorithm::eddsa, ed25519(), okp_jwk(ed25519().raw())},
      {Algorithm::eddsa, ed448(), okp_jwk(ed448().raw(), "Ed448")}};
  for (const auto& kind : kinds) {
    const EVP_MD* const digest = kind.algorithm == Algorithm::eddsa ? nullptr : EVP_sha256();
    const std::string signature = kind.pair.sign("message", digest);
    for (const std::string& text :
         {kind.pair.pem(), "\n  " + kind.pair.pem() + "\n", kind.pair.der(),
          kind.pair.certificate(), kind.pair.certificate_der(), kind.jwk,
          " \n" + kind.jwk + "\n"}) {
      const Key key = key_of(kind.algorithm, text);
      EXPECT_EQ(key.algorithm(), kind.algorithm);
      EXPECT_EQ(key.verify("message", signature), Refusal::none);
      EXPECT_EQ(key.verify("another", signature), Refusal::signature_wrong);
      EXPECT_EQ(key.verify("", signature), Refusal::signature_wrong);
    }
  }
  EXPECT_EQ(key_of(Algorithm::hs256, secret).verify("message", hmac(secret, "message")),
            Refusal::none);
  EXPECT_EQ(key_of(Algorithm::hs256, R"({"kty":"oct","k":")" + encode(secret) + "\"}")
                .verify("message", hmac(secret, "message")),
            Refusal::none);
}

TEST(Key, BelongsToItsAlgorithm) {
  for (const Algorithm algorithm : {Algorithm::rs256, Algorithm::es256, Algorithm::eddsa}) {
    for (const Pair* const pair : {&rsa(), &ec(), &ed25519(), &ed448()}) {
      const bool fits = (algorithm == Algorithm::rs256 && pair == &rsa()) ||
                        (algorithm == Algorithm::es256 && pair == &ec()) ||
                        (algorithm == Algorithm::eddsa && (pair == &ed25519() || pair == &ed448()));
      for (const std::string& text : {pair->pem(), pair->der(), pair->certificate()})
        EXPECT_EQ(fault_of(algorithm, text), fits ? KeyFault::none : KeyFault::wrong_type);
    }
    EXPECT_EQ(fault_of(algorithm, R"({"kty":"oct","k":")" + encode(secret) + "\"}"),
              KeyFault::wrong_type);
    EXPECT_EQ(fault_of(algorithm, secret), KeyFault::unreadable);
    EXPECT_EQ(fault_of(algorithm, ""), KeyFault::unreadable);
  }
  EXPECT_EQ(fault_of(Algorithm::hs256, rsa_jwk()), KeyFault::wrong_type);
  EXPECT_EQ(fault_of(Algorithm::rs256, okp_jwk(ed25519().raw())), KeyFault::wrong_type);
  EXPECT_EQ(fault_of(Algorithm::eddsa, okp_jwk(Pair::of("X25519").raw(), "X25519")),
            KeyFault::wrong_type);
  EXPECT_EQ(fault_of(Algorithm::eddsa, Pair::of("X25519").pem()), KeyFault::wrong_type);
  EXPECT_EQ(fault_of(Algorithm::rs256, Pair::rsa_pss().pem()), KeyFault::wrong_type);
}

TEST(Key, IsNeverPrivate) {
  for (const Pair* const pair : {&rsa(), &ec(), &ed25519(), &ed448()}) {
    const Algorithm algorithm = pair == &rsa()  ? Algorithm::rs256
                                : pair == &ec() ? Algorithm::es256
                                                : Algorithm::eddsa;
    // The encrypted one would have OpenSSL ask for a password, on the terminal.
    for (const std::string& text :
         {pair->private_pem(), pair->private_pem("password"), pair->private_der(),
          pair->pem() + pair->private_pem(), pair->private_pem() + pair->certificate()})
      EXPECT_EQ(fault_of(algorithm, text), KeyFault::private_key);
  }
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk(R"(,"d":"AQAB")")), KeyFault::private_key);
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk(R"(,"d":null)")), KeyFault::private_key);
  EXPECT_EQ(
      fault_of(
          Algorithm::rs256,
          "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n"
          "-----END PUBLIC KEY-----\n"),
      KeyFault::unreadable);
}

TEST(Key, OfHmacIsASecret) {
  EXPECT_EQ(fault_of(Algorithm::hs256, ""), KeyFault::short_secret);
  EXPECT_EQ(fault_of(Algorithm::hs256, secret.substr(1)), KeyFault::short_secret);
  EXPECT_EQ(fault_of(Algorithm::hs256, R"({"kty":"oct","k":")" + encode(secret.substr(1)) + "\"}"),
            KeyFault::short_secret);
  for (const Pair* const pair : {&rsa(), &ec(), &ed25519()})
    for (const std::string& text : {pair->pem(), pair->der(), pair->certificate(),
                                    pair->certificate_der(), pair->private_pem()})
      EXPECT_EQ(fault_of(Algorithm::hs256, text), KeyFault::not_a_secret);
  // A public key whose last byte looks like white space.
  std::string der;
  do {
    der = Pair::of("ED25519").der();
  } while (std::string_view(" \t\r\n").find(der.back()) == std::string_view::npos);
  EXPECT_EQ(fault_of(Algorithm::hs256, der), KeyFault::not_a_secret);
  // Bytes of every kind: zero bytes too, and a brace that begins no JWK.
  EXPECT_EQ(fault_of(Algorithm::hs256, std::string(32, '\0') + "x"), KeyFault::none);
  EXPECT_EQ(fault_of(Algorithm::hs256, "{" + std::string(32, '\xFF')), KeyFault::none);
  EXPECT_EQ(fault_of(Algorithm::hs256, "{" + std::string(32, '\x01')), KeyFault::none);
  EXPECT_EQ(fault_of(Algorithm::hs256, "{" + secret), KeyFault::jwk_unreadable);
}

TEST(Key, OfRsaIsStrongEnough) {
  EXPECT_EQ(fault_of(Algorithm::rs256, Pair::rsa(1024).pem()), KeyFault::short_modulus);
  EXPECT_EQ(fault_of(Algorithm::rs256, Pair::rsa(2047).pem()), KeyFault::short_modulus);
  std::string n = rsa().number("n");
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk("", std::string(3, '\0') + n)), KeyFault::none);
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk("", n, "\x01")), KeyFault::weak_exponent);
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk("", n, "\x02")), KeyFault::weak_exponent);
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk("", n, std::string(1, '\0'))),
            KeyFault::weak_exponent);
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk("", std::string(2049, '\xFF'))),
            KeyFault::long_modulus);
  n.back() = static_cast<char>(n.back() ^ 1);
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk("", n)), KeyFault::unsound);  // even
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk("", std::string(256, '\xFF'))),
            KeyFault::unsound);  // small factors
}

TEST(Key, OfEcIsOnTheCurve) {
  for (const char* const curve : {"P-384", "P-521", "secp256k1"})
    EXPECT_EQ(fault_of(Algorithm::es256, Pair::ec(curve).pem()), KeyFault::wrong_curve) << curve;
  std::string x = padded(ec().number("qx"));
  const std::string y = padded(ec().number("qy"));
  EXPECT_EQ(fault_of(Algorithm::es256, ec_jwk(x, y)), KeyFault::none);
  EXPECT_EQ(fault_of(Algorithm::es256, ec_jwk(x, y, "P-384")), KeyFault::wrong_curve);
  EXPECT_EQ(fault_of(Algorithm::es256, ec_jwk(x, y, "prime256v1")), KeyFault::wrong_curve);
  EXPECT_EQ(fault_of(Algorithm::es256, ec_jwk('\0' + x, y)), KeyFault::jwk_unreadable);
  EXPECT_EQ(fault_of(Algorithm::es256, ec_jwk(x, y.substr(1))), KeyFault::jwk_unreadable);
  EXPECT_EQ(fault_of(Algorithm::es256, ec_jwk(std::string(32, '\0'), std::string(32, '\0'))),
            KeyFault::jwk_unreadable);
  x.back() = static_cast<char>(x.back() ^ 1);
  EXPECT_EQ(fault_of(Algorithm::es256, ec_jwk(x, y)), KeyFault::jwk_unreadable);
}

// A curve that is spelt out could have another generator, and with it a private key for any point.
TEST(Key, OfEcNamesItsCurve) {
  const Pair pair = Pair::ec("P-256");
  EVP_PKEY_set_utf8_string_param(pair.get(), OSSL_PKEY_PARAM_EC_ENCODING,
                                 OSSL_PKEY_EC_ENCODING_EXPLICIT);
  EXPECT_GT(pair.der().size(), 200U);
  EXPECT_EQ(fault_of(Algorithm::es256, pair.der()), KeyFault::wrong_curve);
}

// Under a point of small order anybody can sign.
TEST(Key, OfEdwardsIsNoPointOfSmallOrder) {
  std::string one(32, '\0'), minus_one(32, '\xFF');
  one[0] = 1;
  minus_one[0] = '\xEC';
  minus_one[31] = '\x7F';
  for (const std::string& point : {std::string(32, '\0'), one, minus_one,
                                   decode("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU"),
                                   decode("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o")})
    EXPECT_EQ(fault_of(Algorithm::eddsa, okp_jwk(point)), KeyFault::unsound) << encode(point);
  std::string zero(57, '\0'), neutral(57, '\0'), negative(57, '\xFF');
  neutral[0] = 1;
  negative[0] = negative[28] = '\xFE';
  negative[56] = '\x80';
  EXPECT_EQ(fault_of(Algorithm::eddsa, okp_jwk(negative, "Ed448")), KeyFault::unsound);
  EXPECT_EQ(fault_of(Algorithm::eddsa, okp_jwk(zero, "Ed448")), KeyFault::unsound);
  EXPECT_EQ(fault_of(Algorithm::eddsa, okp_jwk(neutral, "Ed448")), KeyFault::unsound);
  for (const std::size_t size : {0U, 31U, 33U, 57U})
    EXPECT_EQ(fault_of(Algorithm::eddsa, okp_jwk(std::string(size, 'x'))), KeyFault::jwk_unreadable)
        << size;
}

TEST(Key, OfAJwkFitsItsPurpose) {
  for (const char* const more : {R"(,"alg":"RS256")", R"(,"use":"sig")", R"(,"key_ops":["verify"])",
                                 R"(,"key_ops":["sign","verify"])", R"(,"kid":"any","x5t":5)",
                                 R"(,"alg":"RS256","use":"sig","key_ops":["verify"])"})
    EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk(more)), KeyFault::none) << more;
  for (const char* const more :
       {R"(,"alg":"RS512")", R"(,"alg":"PS256")", R"(,"alg":"HS256")", R"(,"alg":null)",
        R"(,"use":"enc")", R"(,"use":["sig"])", R"(,"key_ops":[])", R"(,"key_ops":["sign"])",
        R"(,"key_ops":"verify")", R"(,"key_ops":[["verify"]])", R"(,"key_ops":{"a":"verify"})"})
    EXPECT_EQ(fault_of(Algorithm::rs256, rsa_jwk(more)), KeyFault::jwk_purpose) << more;
}

TEST(Key, RefusesWhatIsNoJwk) {
  for (const char* const text :
       {"{}", "{", R"({"kty":1})", R"({"kty":"RSA"})", R"({"kty":"RSA","n":"AQAB"})",
        R"({"kty":"RSA","n":1,"e":2})", R"({"kty":"RSA","n":"","e":""})",
        R"({"kty":"RSA","n":"A","e":"AQAB"})", R"({"keys":[]})",
        R"({"kty":"RSA","kty":"RSA","n":"AQAB","e":"AQAB"})", R"({"kty":"RSA"} x)"})
    EXPECT_EQ(fault_of(Algorithm::rs256, text), KeyFault::jwk_unreadable) << text;
  EXPECT_EQ(fault_of(Algorithm::rs256, R"({"kty":"rsa","n":"AQAB","e":"AQAB"})"),
            KeyFault::wrong_type);
  EXPECT_EQ(fault_of(Algorithm::rs256, "[" + rsa_jwk() + "]"), KeyFault::unreadable);
}

TEST(Key, RefusesWhatIsNoPem) {
  const std::string pem = rsa().pem();
  EXPECT_EQ(fault_of(Algorithm::rs256, pem + pem), KeyFault::several_blocks);
  EXPECT_EQ(fault_of(Algorithm::rs256, rsa().certificate() + rsa().certificate()),
            KeyFault::several_blocks);
  EXPECT_EQ(fault_of(Algorithm::rs256, "x" + pem), KeyFault::unreadable);
  for (std::size_t size = 0; size + 2 < pem.size(); ++size)
    EXPECT_EQ(fault_of(Algorithm::rs256, pem.substr(0, size)), KeyFault::unreadable) << size;
  EXPECT_EQ(
      fault_of(Algorithm::rs256,
               "-----BEGIN RSA PUBLIC KEY-----\nMAYCAQECAQM=\n-----END RSA PUBLIC KEY-----\n"),
      KeyFault::unreadable);
  for (const std::string label :
       {"CERTIFICATE REQUEST", "X509 CRL", "EC PARAMETERS", "TRUSTED CERTIFICATE", "CERTIFICATE"}) {
    std::string other = pem;
    other.replace(other.find("PUBLIC KEY"), 10, label);
    other.replace(other.find("PUBLIC KEY"), 10, label);
    EXPECT_EQ(fault_of(Algorithm::rs256, other), KeyFault::unreadable) << label;
  }
  const std::string der = rsa().der();
  EXPECT_EQ(fault_of(Algorithm::rs256, der + "x"), KeyFault::unreadable);
  for (std::size_t size = 0; size < der.size(); ++size)
    EXPECT_EQ(fault_of(Algorithm::rs256, der.substr(0, size)), KeyFault::unreadable) << size;
  EXPECT_EQ(fault_of(Algorithm::rs256, std::string(Key::max_size + 1, 'x')), KeyFault::too_large);
  EXPECT_EQ(fault_of(Algorithm::hs256, std::string(Key::max_size + 1, 'x')), KeyFault::too_large);
  EXPECT_EQ(fault_of(Algorithm::hs256, std::string(Key::max_size, 'x')), KeyFault::none);
}

TEST(KeyFault, HasAMessageOfItsOwn) {
  std::set<std::string> messages;
  const int count = static_cast<int>(last_key_fault) + 1;
  for (int i = 0; i < count; ++i) messages.insert(message(static_cast<KeyFault>(i)));
  EXPECT_EQ(messages.size(), static_cast<std::size_t>(count));
  EXPECT_FALSE(messages.count("is not valid"));
}

}  // namespace
}  // namespace tenancy::token::test
