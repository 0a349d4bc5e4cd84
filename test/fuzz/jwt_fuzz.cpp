// Hostile bytes as a token, as its decoded parts, and as a key.
//
//   jwt_fuzz -max_len=4096 -dict=test/fuzz/jwt.dict CORPUS
//
// The first byte of an input chooses what the rest is taken for, so that the fuzzer need find
// neither base64url nor a signature to reach the JSON behind them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../encode_base64url.hpp"
#include "token/base64url.hpp"
#include "token/jwt.hpp"

namespace {

using tenancy::token::Algorithm;
using tenancy::token::Claims;
using tenancy::token::Expectations;
using tenancy::token::Key;
using tenancy::token::KeyFault;
using tenancy::token::Refusal;
using tenancy::token::Token;
using tenancy::token::test::encode;

constexpr Algorithm algorithms[] = {Algorithm::hs256, Algorithm::rs256, Algorithm::es256,
                                    Algorithm::eddsa};

void require(bool holds) {
  if (!holds) std::abort();
}

const Key& key_of(Algorithm algorithm) {
  static const Key* const keys = [] {
    const char* const texts[] = {
        R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"})",
        R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})",
        R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
        R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"};
    auto* const made = new Key[4];
    for (int i = 0; i < 4; ++i)
      require(Key::parse(algorithms[i], texts[i], made[i]) == KeyFault::none);
    return made;
  }();
  return keys[static_cast<std::size_t>(algorithm)];
}

void fuzz_token(std::string_view text) {
  Token token;
  if (Token::parse(text, token) == Refusal::none)
    static_cast<void>(token.verify(key_of(token.algorithm())));
}

void fuzz_claims(std::string_view payload, std::string_view claim) {
  Claims claims;
  if (Claims::parse(payload, claims) != Refusal::none) return;
  Expectations expected;
  expected.now = 1'300'000'000'000'000;
  expected.require_expiry = false;
  expected.tenant_claim = claim;
  std::string tenant;
  const Refusal refusal = claims.check(expected, tenant);
  require((refusal == Refusal::none) == !tenant.empty());
  expected.issuer = "joe";
  expected.audience = "db";
  static_cast<void>(claims.check(expected, tenant));
}

void fuzz_key(Algorithm algorithm, std::string_view text) {
  Key key;
  if (Key::parse(algorithm, text, key) != KeyFault::none) return;
  static_cast<void>(key.examine());
  require(key.verify("message", std::string(64, 'x')) != Refusal::none);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 8) {
    case 0:
      fuzz_token(input);
      break;
    case 1:  // a header
      fuzz_token(encode(input) + ".e30." + encode(std::string(data[0] & 8 ? 64 : 32, 'x')));
      break;
    case 2: {  // claims, and the name of one before the first line feed
      const std::size_t end = input.find('\n');
      if (end == input.npos) {
        fuzz_claims(input, "t");
      } else {
        fuzz_claims(input.substr(end + 1), input.substr(0, end));
      }
      break;
    }
    case 3: {
      std::string bytes;
      if (tenancy::token::decode_base64url(input, bytes)) require(encode(bytes) == input);
      break;
    }
    default:
      fuzz_key(algorithms[data[0] % 4], input);
  }
  return 0;
}
