// Keys and signed tokens for tests, made with OpenSSL; and the examples of the RFCs.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../encode_base64url.hpp"
#include "token/base64url.hpp"
#include "token/jwt.hpp"
#include "token/openssl.hpp"

namespace tenancy::token::test {

inline std::string decode(std::string_view text) {
  std::string bytes;
  EXPECT_TRUE(decode_base64url(text, bytes));
  return bytes;
}

// A key pair. Its private half is never seen by the code under test, except to be refused.
class Pair {
 public:
  static Pair rsa(unsigned bits) {
    return Pair(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits}));
  }
  static Pair ec(const char* curve) {
    return Pair(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
  }
  static Pair rsa_pss() {
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
        EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
    EVP_PKEY* made = nullptr;
    EXPECT_EQ(EVP_PKEY_keygen_init(context.get()), 1);
    EXPECT_EQ(EVP_PKEY_keygen(context.get(), &made), 1);
    return Pair(made);
  }
  static Pair of(const char* type) { return Pair(EVP_PKEY_Q_keygen(nullptr, nullptr, type)); }

  EVP_PKEY* get() const { return key_.get(); }

  std::string der() const {
    unsigned char* data = nullptr;
    const int size = i2d_PUBKEY(get(), &data);
    return take(data, size);
  }
  std::string private_der() const {
    unsigned char* data = nullptr;
    const int size = i2d_PrivateKey(get(), &data);
    return take(data, size);
  }
  std::string pem() const {
    return written([&](BIO* out) { PEM_write_bio_PUBKEY(out, get()); });
  }
  std::string private_pem(const char* password = nullptr) const {
    return written([&](BIO* out) {
      PEM_write_bio_PKCS8PrivateKey(
          out, get(), password ? EVP_aes_256_cbc() : nullptr, password,
          password ? static_cast<int>(std::string_view(password).size()) : 0, nullptr, nullptr);
    });
  }
  std::string certificate_der() const {
    const std::string pem = certificate();
    const Owned<BIO, BIO_free_all> source(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Owned<X509, X509_free> read(PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr));
    unsigned char* data = nullptr;
    const int size = i2d_X509(read.get(), &data);
    return take(data, size);
  }
  std::string certificate() const {
    const Owned<X509, X509_free> made(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 60);
    X509_set_pubkey(made.get(), get());
    X509_sign(
        made.get(), get(),
        EVP_PKEY_is_a(get(), "ED25519") || EVP_PKEY_is_a(get(), "ED448") ? nullptr : EVP_sha256());
    return written([&](BIO* out) { PEM_write_bio_X509(out, made.get()); });
  }
  // A parameter that is a number, big-endian, or the bytes of a point.
  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(get(), name, &value);
    const Owned<BIGNUM, BN_free> owned(value);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    return bytes;
  }
  std::string raw() const {
    std::string bytes(64, '\0');
    std::size_t size = bytes.size();
    EVP_PKEY_get_raw_public_key(get(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
    bytes.resize(size);
    return bytes;
  }

  // A signature in the form of a JWS.
  std::string sign(std::string_view message, const EVP_MD* digest, bool pss = false) const {
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* inner = nullptr;
    EVP_DigestSignInit(context.get(), &inner, digest, nullptr, get());
    if (pss) EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING);
    std::size_t size = 0;
    const auto* const data = reinterpret_cast<const unsigned char*>(message.data());
    EVP_DigestSign(context.get(), nullptr, &size, data, message.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data,
                   message.size());
    signature.resize(size);
    return EVP_PKEY_is_a(get(), "EC") ? side_by_side(signature) : signature;
  }

 private:
  explicit Pair(EVP_PKEY* key) : key_(key) {}

  static std::string take(unsigned char* data, int size) {
    std::string bytes(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
    OPENSSL_free(data);
    return bytes;
  }
  template <typename Write>
  static std::string written(Write write) {
    const Owned<BIO, BIO_free_all> out(BIO_new(BIO_s_mem()));
    write(out.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }
  std::string side_by_side(std::string_view der) const {
    const auto* position = reinterpret_cast<const unsigned char*>(der.data());
    const Owned<ECDSA_SIG, ECDSA_SIG_free> pair(
        d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size())));
    const int half = (EVP_PKEY_get_bits(get()) + 7) / 8;
    std::string bytes(2 * static_cast<std::size_t>(half), '\0');
    auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, half);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + half, half);
    return bytes;
  }

  Owned<EVP_PKEY, EVP_PKEY_free> key_;
};

inline std::string hmac(std::string_view secret, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), out, &size);
  return {reinterpret_cast<char*>(out), size};
}

inline const std::string secret = "0123456789abcdef0123456789abcdef";

// A token of HS256 with `secret`, whatever its header says.
inline std::string token_of(std::string_view header, std::string_view payload) {
  const std::string signed_part = encode(header) + "." + encode(payload);
  return signed_part + "." + encode(hmac(secret, signed_part));
}

inline std::string token_of(std::string_view header, std::string_view payload, const Pair& pair,
                            const EVP_MD* digest) {
  const std::string signed_part = encode(header) + "." + encode(payload);
  return signed_part + "." + encode(pair.sign(signed_part, digest));
}

inline Key key_of(Algorithm algorithm, std::string_view text) {
  Key key;
  EXPECT_EQ(Key::parse(algorithm, text, key), KeyFault::none)
      << message(Key::parse(algorithm, text, key));
  EXPECT_EQ(key.examine(), KeyFault::none);
  return key;
}

inline KeyFault fault_of(Algorithm algorithm, std::string_view text) {
  Key key;
  const KeyFault fault = Key::parse(algorithm, text, key);
  return fault != KeyFault::none ? fault : key.examine();
}

// Form, header and signature.
inline Refusal verify(std::string_view text, const Key& key) {
  Token token;
  const Refusal refusal = Token::parse(text, token);
  return refusal != Refusal::none ? refusal : token.verify(key);
}

inline Refusal parse(std::string_view text) {
  Token token;
  return Token::parse(text, token);
}

// The examples of RFC 7515, appendix A, whose claims are those of RFC 7519, section 3.1; and of
// RFC 8037, appendix A.
inline const std::string rfc_payload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";
inline const std::string rfc_hs256 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + rfc_payload +
                                     ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline const std::string rfc_hs256_key =
    R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"})";
inline const std::string rfc_rs256 =
    "eyJhbGciOiJSUzI1NiJ9." + rfc_payload +
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5jujGbds9uJdbF9CUAr7t1"
    "dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_"
    "eSN9383LcOLn6_dO--xi12jzDwu"
    "sC-"
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igc"
    "N_IoypGlUPQGe77Rw";
inline const std::string rfc_rs256_key =
    R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4Ql)"
    R"(L-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7W)"
    R"(TBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcD)"
    R"(TW9gb54h4FRWyuXpoQ","e":"AQAB"})";
inline const std::string rfc_es256 =
    "eyJhbGciOiJFUzI1NiJ9." + rfc_payload +
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
inline const std::string rfc_es256_key =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
inline const std::string rfc_none = "eyJhbGciOiJub25lIn0." + rfc_payload + ".";
inline const std::string rfc_ed25519 =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
inline const std::string rfc_ed25519_key =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

}  // namespace tenancy::token::test
