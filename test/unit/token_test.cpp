// Form, header and signature of tokens.
#include <set>

#include "token_maker.hpp"

namespace tenancy::token::test {
namespace {

constexpr const char* hs256 = R"({"alg":"HS256"})";

TEST(Base64Url, DecodesTheExamplesOfTheStandard) {
  // RFC 4648, section 10, without padding; RFC 7515, appendix C.
  const char* const examples[][2] = {{"", ""},
                                     {"f", "Zg"},
                                     {"fo", "Zm8"},
                                     {"foo", "Zm9v"},
                                     {"foob", "Zm9vYg"},
                                     {"fooba", "Zm9vYmE"},
                                     {"foobar", "Zm9vYmFy"},
                                     {"\x03\xec\xff\xe0\xc1", "A-z_4ME"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(decode(text), bytes);
    EXPECT_EQ(encode(bytes), text);
  }
}

TEST(Base64Url, IsStrict) {
  std::string bytes;
  for (const char* const text :
       {"Z", "Zg=", "Zg==", "Zm8=", "Zm9vY", "Zm+v", "Zm/v", "Zm9v ", " Zm9v", "Zm\n9v", "Zm9v\n",
        "Zh", "Zn", "Zm9", "Zm-", "Z.g", "\xc3\xa4YY"})
    EXPECT_FALSE(decode_base64url(text, bytes)) << text;
  EXPECT_FALSE(decode_base64url(std::string_view("Zm9\0", 4), bytes));
}

TEST(Base64Url, GivesBackEveryByteAndHasOneTextForEach) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string given(1, static_cast<char>(byte));
    EXPECT_EQ(decode(encode(given)), given);
  }
  int good = 0;
  std::string bytes;
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b)
      good += decode_base64url(std::string{static_cast<char>(a), static_cast<char>(b)}, bytes);
  EXPECT_EQ(good, 256);
}

struct Example {
  const char* name;
  Algorithm algorithm;
  std::string token;
  std::string key;
};

const std::vector<Example>& examples() {
  static const std::vector<Example> all = {
      {"RFC 7515 A.1", Algorithm::hs256, rfc_hs256, rfc_hs256_key},
      {"RFC 7515 A.2", Algorithm::rs256, rfc_rs256, rfc_rs256_key},
      {"RFC 7515 A.3", Algorithm::es256, rfc_es256, rfc_es256_key},
      {"RFC 8037 A.4", Algorithm::eddsa, rfc_ed25519, rfc_ed25519_key},
  };
  return all;
}

TEST(Token, VerifiesTheExamplesOfTheStandards) {
  for (const Example& example : examples()) {
    Token token;
    ASSERT_EQ(Token::parse(example.token, token), Refusal::none) << example.name;
    EXPECT_EQ(token.algorithm(), example.algorithm);
    EXPECT_FALSE(token.key_id());
    EXPECT_EQ(token.verify(key_of(example.algorithm, example.key)), Refusal::none) << example.name;
  }
  Token token;
  EXPECT_EQ(Token::parse(rfc_hs256, token), Refusal::none);
  EXPECT_EQ(token.payload(),
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
  EXPECT_EQ(Token::parse(rfc_ed25519, token), Refusal::none);
  EXPECT_EQ(token.payload(), "Example of Ed25519 signing");
}

TEST(Token, RefusesTheUnsecuredExample) {  // RFC 7515 A.5, RFC 7519 6.1
  EXPECT_EQ(parse(rfc_none), Refusal::algorithm_none);
  for (const char* const name : {"none", "None", "NONE", "nOnE"})
    EXPECT_EQ(parse(token_of(std::string(R"({"alg":")") + name + "\"}", "{}")),
              Refusal::algorithm_none);
}

TEST(Token, RefusesEveryTruncation) {
  for (const Example& example : examples()) {
    const Key key = key_of(example.algorithm, example.key);
    for (std::size_t size = 0; size < example.token.size(); ++size) {
      EXPECT_NE(verify(example.token.substr(0, size), key), Refusal::none)
          << example.name << " " << size;
      EXPECT_NE(verify(example.token.substr(example.token.size() - size), key), Refusal::none);
    }
    EXPECT_NE(verify(example.token + "A", key), Refusal::none);
    EXPECT_NE(verify(example.token + "AAAA", key), Refusal::none);
  }
}

TEST(Token, RefusesEveryFlippedBitOfASignature) {
  for (const Example& example : examples()) {
    const Key key = key_of(example.algorithm, example.key);
    const std::size_t dot = example.token.rfind('.');
    const std::string signature = decode(example.token.substr(dot + 1));
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
      std::string flipped = signature;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      EXPECT_EQ(verify(example.token.substr(0, dot + 1) + encode(flipped), key),
                Refusal::signature_wrong)
          << example.name << ", bit " << bit;
    }
  }
}

TEST(Token, RefusesEveryFlippedBitOfItsText) {
  for (const Example& example : examples()) {
    const Key key = key_of(example.algorithm, example.key);
    for (std::size_t bit = 0; bit < example.token.size() * 8; ++bit) {
      std::string flipped = example.token;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      EXPECT_NE(verify(flipped, key), Refusal::none) << example.name << ", bit " << bit;
    }
  }
}

TEST(Token, RefusesSignaturesOfTheWrongLength) {
  for (const Example& example : examples()) {
    const Key key = key_of(example.algorithm, example.key);
    const std::size_t dot = example.token.rfind('.');
    const std::string signature = decode(example.token.substr(dot + 1));
    const std::string start = example.token.substr(0, dot + 1);
    for (std::size_t size = 0; size < signature.size(); ++size)
      EXPECT_EQ(verify(start + encode(signature.substr(0, size)), key), Refusal::signature_length);
    EXPECT_EQ(verify(start + encode(signature + '\0'), key), Refusal::signature_length);
    EXPECT_EQ(verify(start + encode('\0' + signature), key), Refusal::signature_length);
    EXPECT_EQ(verify(start + encode(std::string(signature.size(), '\0')), key),
              Refusal::signature_wrong);
    EXPECT_EQ(verify(start + encode(std::string(signature.size(), '\xFF')), key),
              Refusal::signature_wrong);
  }
}

TEST(Token, HasThreeParts) {
  for (const char* const text : {"", ".", "a", "a.b", "a.b.c.d", "...", "a.b.c.d.e"})
    EXPECT_EQ(parse(text), Refusal::not_three_parts) << text;
  EXPECT_EQ(parse(".."), Refusal::header_not_object);
  EXPECT_EQ(parse(rfc_hs256 + "."), Refusal::not_three_parts);
  EXPECT_EQ(parse(rfc_hs256 + "="), Refusal::not_base64url);
  EXPECT_EQ(parse(" " + rfc_hs256), Refusal::not_base64url);
  EXPECT_EQ(parse(rfc_hs256 + "\n"), Refusal::not_base64url);
  EXPECT_EQ(parse(rfc_hs256 + std::string(1, '\0')), Refusal::not_base64url);
}

TEST(Token, HasALimitOfSize) {
  const std::string start = encode(hs256) + ".";
  const std::string end = "." + encode(std::string(32, 'x'));
  EXPECT_EQ(parse(start + std::string(max_token_size - start.size() - end.size() + 1, 'A') + end),
            Refusal::too_large);
  const std::size_t size = (max_token_size - start.size() - end.size()) / 4 * 4;
  EXPECT_EQ(parse(start + std::string(size, 'A') + end), Refusal::none);
}

TEST(Token, HeaderIsAnObject) {
  for (const char* const header :
       {"", "null", "true", "1", "\"alg\"", "[]", "[\"alg\"]", "{", "{\"alg\":\"HS256\"",
        "{\"alg\":\"HS256\"}x", "{\"alg\":\"HS256\"}{}", "{'alg':'HS256'}", "\xEF\xBB\xBF{}",
        "{\"alg\":\"HS256\",}", "/**/{\"alg\":\"HS256\"}", "{\"alg\":\"\xFF\"}",
        "{\"alg\":\"\\ud800\"}", "{\"alg\":NaN}"})
    EXPECT_EQ(parse(token_of(header, "{}")), Refusal::header_not_object) << header;
  EXPECT_EQ(parse(token_of(std::string_view("{\"alg\":\"HS256\"}\0", 16), "{}")),
            Refusal::header_not_object);
  EXPECT_EQ(parse(token_of(" \r\n\t{ \"alg\" : \"HS256\" } \n", "{}")), Refusal::none);
}

TEST(Token, HeaderRepeatsNoName) {
  for (const char* const header :
       {R"({"alg":"HS256","alg":"none"})", R"({"alg":"none","alg":"HS256"})",
        R"({"alg":"HS256","alg":"HS256"})", R"({"alg":"HS256","\u0061lg":"HS256"})",
        R"({"alg":"HS256","x":{"y":[{"z":1,"z":1}]}})"})
    EXPECT_EQ(parse(token_of(header, "{}")), Refusal::header_repeats) << header;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Token, HeaderHasALimitOfDepth) {
  const auto header = [](std::size_t depth) {
    return R"({"alg":"HS256","x":)" + nested(depth) + "}";
  };
  EXPECT_EQ(parse(token_of(header(max_json_depth - 1), "{}")), Refusal::none);
  for (const std::size_t depth :
       {max_json_depth, std::size_t{511}, std::size_t{512}, std::size_t{20'000}})
    EXPECT_EQ(parse(token_of(header(depth), "{}")), Refusal::header_too_deep) << depth;
}

TEST(Token, HeaderNamesAnAlgorithm) {
  for (const char* const header :
       {"{}", R"({"alg":null})", R"({"alg":1})", R"({"alg":["HS256"]})", R"({"Alg":"HS256"})"})
    EXPECT_EQ(parse(token_of(header, "{}")), Refusal::algorithm_missing) << header;
  for (const char* const name : {"", "hs256", "Hs256", "HS256 ", " HS256", "HS256\\u0000", "HS384",
                                 "HS512", "RS384", "RS512", "PS256", "ES384", "ES256K", "ES512",
                                 "Ed25519", "EDDSA", "RSA1_5", "dir", "none\\u0000"})
    EXPECT_EQ(parse(token_of(std::string(R"({"alg":")") + name + "\"}", "{}")),
              Refusal::algorithm_unknown)
        << name;
}

TEST(Token, HeaderIsUnderstoodOrRefused) {
  const auto parse_with = [](const std::string& member) {
    return parse(token_of(R"({"alg":"HS256",)" + member + "}", "{}"));
  };
  EXPECT_EQ(parse_with(R"("crit":["exp"])"), Refusal::has_critical);
  EXPECT_EQ(parse_with(R"("crit":[])"), Refusal::has_critical);
  EXPECT_EQ(parse_with(R"("crit":null)"), Refusal::has_critical);
  EXPECT_EQ(parse_with(R"("b64":false)"), Refusal::has_unencoded);
  EXPECT_EQ(parse_with(R"("b64":true)"), Refusal::has_unencoded);
  EXPECT_EQ(parse_with(R"("b64":false,"crit":["b64"])"), Refusal::has_critical);
  for (const char* const type :
       {"JWT", "jwt", "Jwt", "at+jwt", "AT+JWT", "application/jwt", "Application/AT+JWT"})
    EXPECT_EQ(parse_with(std::string(R"("typ":")") + type + "\""), Refusal::none) << type;
  for (const char* const type :
       {"", "JOSE", "JWS", "JWT ", "application/", "application/application/jwt", "text/jwt",
        "dpop+jwt", "logout+jwt", "rt+jwt", "secevent+jwt"})
    EXPECT_EQ(parse_with(std::string(R"("typ":")") + type + "\""), Refusal::type_not_jwt) << type;
  for (const char* const type : {"null", "1", "[\"JWT\"]"})
    EXPECT_EQ(parse_with(std::string(R"("typ":)") + type), Refusal::type_not_jwt) << type;
  for (const char* const kid : {"null", "1", "[]", "{}", "true"})
    EXPECT_EQ(parse_with(std::string(R"("kid":)") + kid), Refusal::key_id_not_string) << kid;
}

TEST(Token, HeaderNamesAKey) {
  Token token;
  const std::string text = token_of(R"({"alg":"HS256","kid":"a\u0000\u00e4"})", "{}");
  ASSERT_EQ(Token::parse(text, token), Refusal::none);
  EXPECT_EQ(token.key_id(), std::string("a\0\xC3\xA4", 4));
  const std::string empty = token_of(R"({"alg":"HS256","kid":""})", "{}");
  ASSERT_EQ(Token::parse(empty, token), Refusal::none);
  EXPECT_EQ(token.key_id(), "");
  ASSERT_EQ(Token::parse(rfc_hs256, token), Refusal::none);
  EXPECT_FALSE(token.key_id());
}

// A key that a token brings along is not looked at.
TEST(Token, TrustsNoKeyOfItsOwn) {
  const Pair pair = Pair::ec("P-256");
  const std::string jwk = R"({"kty":"EC","crv":"P-256","x":")" + encode(pair.number("qx")) +
                          R"(","y":")" + encode(pair.number("qy")) + "\"}";
  const std::string text = token_of(R"({"alg":"ES256","jwk":)" + jwk +
                                        R"(,"jku":"file:///dev/null","x5u":"https://example.com"})",
                                    "{}", pair, EVP_sha256());
  EXPECT_EQ(verify(text, key_of(Algorithm::es256, rfc_es256_key)), Refusal::signature_wrong);
  EXPECT_EQ(verify(text, key_of(Algorithm::es256, pair.pem())), Refusal::none);
}

TEST(Token, AlgorithmIsTheKeys) {
  const Pair pair = Pair::rsa(2048);
  const Key key = key_of(Algorithm::rs256, pair.pem());
  // The classic confusion: the public key, which everybody has, taken for the secret of an HMAC.
  for (const std::string& text : {pair.pem(), pair.der()}) {
    const std::string signed_part = encode(hs256) + "." + encode("{}");
    EXPECT_EQ(verify(signed_part + "." + encode(hmac(text, signed_part)), key),
              Refusal::algorithm_mismatch);
  }
  for (const Example& token : examples())
    for (const Example& other : examples())
      EXPECT_EQ(verify(token.token, key_of(other.algorithm, other.key)),
                token.algorithm == other.algorithm ? Refusal::none : Refusal::algorithm_mismatch);
  // The right key and a signature of another padding or digest.
  const std::string signed_part = encode(R"({"alg":"RS256"})") + "." + encode("{}");
  EXPECT_EQ(verify(signed_part + "." + encode(pair.sign(signed_part, EVP_sha256())), key),
            Refusal::none);
  EXPECT_EQ(verify(signed_part + "." + encode(pair.sign(signed_part, EVP_sha256(), true)), key),
            Refusal::signature_wrong);
  EXPECT_EQ(verify(signed_part + "." + encode(pair.sign(signed_part, EVP_sha1())), key),
            Refusal::signature_wrong);
  EXPECT_EQ(verify(signed_part + "." + encode(pair.sign(signed_part, EVP_sha512())), key),
            Refusal::signature_wrong);
}

TEST(Token, IsRefusedUnderAnotherKey) {
  struct Kind {
    const char* header;
    Algorithm algorithm;
    Pair ours, theirs;
    const EVP_MD* digest;
  };
  Kind kinds[] = {
      {R"({"alg":"RS256"})", Algorithm::rs256, Pair::rsa(2048), Pair::rsa(2048), EVP_sha256()},
      {R"({"alg":"ES256"})", Algorithm::es256, Pair::ec("P-256"), Pair::ec("P-256"), EVP_sha256()},
      {R"({"alg":"EdDSA"})", Algorithm::eddsa, Pair::of("ED25519"), Pair::of("ED25519"), nullptr},
      {R"({"alg":"EdDSA"})", Algorithm::eddsa, Pair::of("ED448"), Pair::of("ED448"), nullptr},
  };
  for (const Kind& kind : kinds) {
    const Key key = key_of(kind.algorithm, kind.ours.pem());
    EXPECT_EQ(verify(token_of(kind.header, "{}", kind.ours, kind.digest), key), Refusal::none);
    EXPECT_EQ(verify(token_of(kind.header, "{}", kind.theirs, kind.digest), key),
              Refusal::signature_wrong);
  }
  // Of the two kinds of EdDSA, the other.
  EXPECT_EQ(verify(token_of(kinds[2].header, "{}", kinds[2].ours, nullptr),
                   key_of(Algorithm::eddsa, kinds[3].ours.der())),
            Refusal::signature_length);
}

// ECDSA in DER, or with R and S out of range, is not what RFC 7518, section 3.4, asks for.
TEST(Token, TakesEcdsaSideBySideOnly) {
  const Key key = key_of(Algorithm::es256, rfc_es256_key);
  const std::string start = rfc_es256.substr(0, rfc_es256.rfind('.') + 1);
  const std::string signature = decode(rfc_es256.substr(start.size()));
  const std::string r = signature.substr(0, 32), s = signature.substr(32), zero(32, '\0');
  std::string order = decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");
  for (const std::string& forged :
       {zero + zero, zero + s, r + zero, order + s, r + order, order + order, s + r})
    EXPECT_EQ(verify(start + encode(forged), key), Refusal::signature_wrong);
  EXPECT_EQ(verify(start + encode("\x30\x44\x02\x20" + r + "\x02\x20" + s), key),
            Refusal::signature_length);
}

TEST(Token, LeavesNoErrorInTheQueue) {
  ERR_clear_error();
  Key key;
  Key::parse(Algorithm::rs256, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", key);
  Key::parse(Algorithm::rs256, "no key", key);
  const std::string start = rfc_rs256.substr(0, rfc_rs256.rfind('.') + 1);
  EXPECT_EQ(verify(start + std::string(342, 'A'), key_of(Algorithm::rs256, rfc_rs256_key)),
            Refusal::signature_wrong);
  EXPECT_EQ(ERR_get_error(), 0U);
}

TEST(Refusal, HasAMessageOfItsOwn) {
  std::set<std::string> messages;
  const int count = static_cast<int>(last_refusal) + 1;
  for (int i = 0; i < count; ++i) messages.insert(message(static_cast<Refusal>(i)));
  EXPECT_EQ(messages.size(), static_cast<std::size_t>(count));
  EXPECT_FALSE(messages.count("token is not valid"));
}

}  // namespace
}  // namespace tenancy::token::test
