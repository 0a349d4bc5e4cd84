// Reading and checking claims.
#include "token_maker.hpp"

namespace tenancy::token::test {
namespace {

constexpr std::int64_t second = 1'000'000;

Expectations at(double seconds) {
  Expectations expected;
  expected.now = static_cast<std::int64_t>(seconds * 1e6);
  expected.tenant_claim = "t";
  return expected;
}

Refusal check(std::string_view payload, const Expectations& expected, std::string& tenant) {
  Claims claims;
  const Refusal refusal = Claims::parse(payload, claims);
  return refusal != Refusal::none ? refusal : claims.check(expected, tenant);
}
Refusal check(std::string_view payload, const Expectations& expected) {
  std::string tenant;
  return check(payload, expected, tenant);
}
Refusal parse_claims(std::string_view payload) {
  Claims claims;
  return Claims::parse(payload, claims);
}

// What a claim of the tenant is read as, or the name of its refusal.
std::string tenant_of(const std::string& payload, const std::string& claim = "t") {
  Expectations expected = at(0);
  expected.require_expiry = false;
  expected.tenant_claim = claim;
  std::string tenant;
  switch (check(payload, expected, tenant)) {
    case Refusal::none:
      return tenant;
    case Refusal::tenant_missing:
      return "missing";
    case Refusal::tenant_type:
      return "type";
    default:
      return "refused";
  }
}

TEST(Claims, ReadTheExampleOfTheStandard) {  // RFC 7519, section 3.1
  const std::string payload = decode(rfc_payload);
  Expectations expected = at(1300819379.999999);
  expected.tenant_claim = "iss";
  expected.issuer = "joe";
  std::string tenant;
  EXPECT_EQ(check(payload, expected, tenant), Refusal::none);
  EXPECT_EQ(tenant, "joe");
  expected.now = 1300819380 * second;
  EXPECT_EQ(check(payload, expected), Refusal::expired);
  expected.leeway = 1;
  EXPECT_EQ(check(payload, expected), Refusal::none);
  expected.now += second;
  EXPECT_EQ(check(payload, expected), Refusal::expired);
}

TEST(Claims, AreAnObject) {
  for (const char* const payload :
       {"", "1", "[]", "\"x\"", "null", "{", "{}{}", "{\"a\":}", "{\"a\":\"\xC3\"}",
        "{\"a\":\"\xED\xA0\x80\"}", "{\"a\":\"\\udc00\"}", "{\"a\":01}", "{\"a\":\"\x01\"}"})
    EXPECT_EQ(parse_claims(payload), Refusal::claims_not_object) << payload;
  EXPECT_EQ(parse_claims(R"({"t":1,"t":2})"), Refusal::claims_repeat);
  EXPECT_EQ(parse_claims(R"({"a":{"t":1,"\u0074":2}})"), Refusal::claims_repeat);
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_EQ(parse_claims(nested(max_json_depth - 1)), Refusal::none);
  EXPECT_EQ(parse_claims(nested(max_json_depth)), Refusal::claims_too_deep);
  EXPECT_EQ(parse_claims(nested(20'000)), Refusal::claims_too_deep);
  EXPECT_EQ(parse_claims(R"({"a":1e99999999999999999999})"), Refusal::claims_too_deep);
  for (const char* const payload :
       {R"({"a":"\u0000"})", R"({"\u0000":1})", R"({"a":[{"b":"x\u0000y"}]})"})
    EXPECT_EQ(parse_claims(payload), Refusal::claims_not_storable) << payload;
}

TEST(Claims, Expire) {
  EXPECT_EQ(check(R"({"t":1})", at(0)), Refusal::expiry_missing);
  EXPECT_EQ(check(R"({"t":1,"exp":10})", at(9.999999)), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":10})", at(10)), Refusal::expired);
  EXPECT_EQ(check(R"({"t":1,"exp":10.5})", at(10.499999)), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":10.5})", at(10.5)), Refusal::expired);
  EXPECT_EQ(check(R"({"t":1,"exp":1.05e1})", at(10.499999)), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":10.4999990000000000000000001})", at(10.499999)), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":10.4999989999999999999999999})", at(10.499999)),
            Refusal::expired);
  EXPECT_EQ(check(R"({"t":1,"exp":-1})", at(0)), Refusal::expired);
  EXPECT_EQ(check(R"({"t":1,"exp":-1})", at(-2)), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":253402300799})", at(4e9)), Refusal::none);
  Expectations expected = at(0);
  expected.require_expiry = false;
  EXPECT_EQ(check(R"({"t":1})", expected), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":0})", expected), Refusal::expired);
  EXPECT_EQ(check(R"({"t":1,"exp":null})", expected), Refusal::expiry_type);
}

TEST(Claims, BeginToBeValid) {
  EXPECT_EQ(check(R"({"t":1,"exp":20,"nbf":10})", at(10)), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":20,"nbf":10})", at(9.999999)), Refusal::not_yet_valid);
  EXPECT_EQ(check(R"({"t":1,"exp":20,"nbf":10.5})", at(10.25)), Refusal::not_yet_valid);
  EXPECT_EQ(check(R"({"t":1,"exp":20,"iat":15})", at(10)), Refusal::none);
  Expectations expected = at(9);
  expected.leeway = 1;
  EXPECT_EQ(check(R"({"t":1,"exp":20,"nbf":10})", expected), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":20,"nbf":10.000001})", expected), Refusal::not_yet_valid);
}

TEST(Claims, HaveTimesThatAreNumbersOfSeconds) {
  const std::pair<const char*, Refusal> names[] = {{"exp", Refusal::expiry_type},
                                                   {"nbf", Refusal::not_before_type},
                                                   {"iat", Refusal::issued_at_type}};
  for (const auto& [name, refusal] : names)
    for (const char* const value : {"null", "true", "\"1300819380\"", "\"\"", "[1]", "{}", "1e400",
                                    "1e2000000", "-1e400", "1700000000000", "253402300800",
                                    "253402300799.1", "-253402300800", "1e99999999999999999999"}) {
      Expectations expected = at(0);
      expected.require_expiry = false;
      const Refusal got = check(std::string(R"({"t":1,")") + name + "\":" + value + "}", expected);
      EXPECT_NE(got, Refusal::none) << name << " " << value;
      if (std::string_view(value).size() < 20) {
        EXPECT_EQ(got, refusal) << name << " " << value;
      }
    }
}

TEST(Claims, NameTheirIssuer) {
  Expectations expected = at(0);
  EXPECT_EQ(check(R"({"t":1,"exp":9,"iss":5})", expected), Refusal::none);
  expected.issuer = "https://a";
  EXPECT_EQ(check(R"({"t":1,"exp":9,"iss":"https://a"})", expected), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":9,"iss":"https:\/\/\u0061"})", expected), Refusal::none);
  EXPECT_EQ(check(R"({"t":1,"exp":9})", expected), Refusal::issuer_missing);
  for (const char* const value : {"null", "1", "[\"https://a\"]", "{}"})
    EXPECT_EQ(check(std::string(R"({"t":1,"exp":9,"iss":)") + value + "}", expected),
              Refusal::issuer_type);
  for (const char* const value : {"", "https://A", "https://a/", "https://", "https://a "})
    EXPECT_EQ(check(std::string(R"({"t":1,"exp":9,"iss":")") + value + "\"}", expected),
              Refusal::issuer_wrong);
}

TEST(Claims, NameTheirAudience) {
  Expectations expected = at(0);
  EXPECT_EQ(check(R"({"t":1,"exp":9,"aud":5})", expected), Refusal::none);
  expected.audience = "db";
  for (const char* const value : {R"("db")", R"(["db"])", R"(["a","db","b"])"})
    EXPECT_EQ(check(std::string(R"({"t":1,"exp":9,"aud":)") + value + "}", expected), Refusal::none)
        << value;
  EXPECT_EQ(check(R"({"t":1,"exp":9})", expected), Refusal::audience_missing);
  for (const char* const value :
       {"null", "1", "{}", R"({"a":"db"})", R"([1])", R"(["db",1])", R"([["db"]])", "true"})
    EXPECT_EQ(check(std::string(R"({"t":1,"exp":9,"aud":)") + value + "}", expected),
              Refusal::audience_type)
        << value;
  for (const char* const value : {R"("")", R"("DB")", R"("db ")", "[]", R"(["a"])", R"("d")"})
    EXPECT_EQ(check(std::string(R"({"t":1,"exp":9,"aud":)") + value + "}", expected),
              Refusal::audience_wrong)
        << value;
}

TEST(Claims, HoldATenant) {
  EXPECT_EQ(tenant_of(R"({"t":"acme"})"), "acme");
  EXPECT_EQ(tenant_of(R"({"t":"a b'\"\\;%"})"), "a b'\"\\;%");
  EXPECT_EQ(tenant_of(R"({"t":"\u00e4\ud83d\udca9"})"), "\xC3\xA4\xF0\x9F\x92\xA9");
  EXPECT_EQ(tenant_of(R"({"t":"\u00a0"})"), "\xC2\xA0");
  EXPECT_EQ(tenant_of(R"({"t":42})"), "42");
  EXPECT_EQ(tenant_of(R"({"t":-42})"), "-42");
  EXPECT_EQ(tenant_of(R"({"t":0})"), "0");
  EXPECT_EQ(tenant_of(R"({"t":-0})"), "0");
  EXPECT_EQ(tenant_of(R"({"t":9223372036854775807})"), "9223372036854775807");
  EXPECT_EQ(tenant_of(R"({"t":-9223372036854775808})"), "-9223372036854775808");
  for (const char* const value :
       {"null", "true", "false", "[]", "[1]", "{}", R"({"t":1})", R"("")", "1.0", "1.5", "1e3",
        "9223372036854775808", "-9223372036854775809", "1e400", R"("a\nb")", R"("\u0001")",
        R"("\u007f")", R"("\u0085")"})
    EXPECT_EQ(tenant_of(std::string(R"({"t":)") + value + "}"), "type") << value;
  EXPECT_EQ(tenant_of("{}"), "missing");
  EXPECT_EQ(tenant_of(R"({"T":1,"a":{"t":1}})"), "missing");
}

TEST(Claims, HoldATenantSomewhere) {
  EXPECT_EQ(tenant_of(R"({"app.t":1,"app":{"t":2}})", "app.t"), "1");
  EXPECT_EQ(tenant_of(R"({"https://a/t":1})", "https://a/t"), "1");
  EXPECT_EQ(tenant_of(R"({"a":{"b":{"c":7}}})", "/a/b/c"), "7");
  EXPECT_EQ(tenant_of(R"({"a/b":{"m~n":7}})", "/a~1b/m~0n"), "7");
  EXPECT_EQ(tenant_of(R"({"~1":7})", "/~01"), "7");
  EXPECT_EQ(tenant_of(R"({"":7})", "/"), "7");
  EXPECT_EQ(tenant_of(R"({"":{"":7}})", "//"), "7");
  EXPECT_EQ(tenant_of(R"({"a":[5,[6,{"b":7}]]})", "/a/0"), "5");
  EXPECT_EQ(tenant_of(R"({"a":[5,[6,{"b":7}]]})", "/a/1/1/b"), "7");
  for (const char* const claim : {"/a/2", "/a/-", "/a/-1", "/a/00", "/a/01", "/a/", "/a/1 ",
                                  "/a/+1", "/a/18446744073709551616", "/b", "/a/0/0"})
    EXPECT_EQ(tenant_of(R"({"a":[5,6]})", claim), "missing") << claim;
  EXPECT_EQ(tenant_of(R"({"0":5})", "/0"), "5");
  EXPECT_EQ(tenant_of(R"({"a":"x"})", "/a/b"), "missing");
  EXPECT_EQ(tenant_of(R"({"a":{"b":1}})", "/a"), "type");
  for (const char* const claim : {"", "/~", "/~2", "/a~"}) {
    EXPECT_FALSE(is_claim_name(claim)) << claim;
    EXPECT_EQ(tenant_of(R"({"":1,"~":1,"a~":1,"~2":1})", claim), "missing") << claim;
  }
  for (const char* const claim : {"t", "~", "a~2", "/", "/~0~1"})
    EXPECT_TRUE(is_claim_name(claim)) << claim;
}

}  // namespace
}  // namespace tenancy::token::test
