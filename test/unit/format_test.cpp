// Formats, each by examples on both sides of its grammar.
#include "jsonschema/format/format.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenancy::jsonschema {
namespace {

void expect_format(std::string_view name, const std::vector<std::string>& valid,
                   const std::vector<std::string>& invalid,
                   Dialect dialect = Dialect::draft2020_12) {
  SCOPED_TRACE(name);
  const std::optional<Format> format = find_format(name, dialect);
  ASSERT_TRUE(format.has_value());
  EXPECT_EQ(name_of(*format), name);
  for (const std::string& text : valid) EXPECT_EQ(match_format(*format, text), Match::yes) << text;
  for (const std::string& text : invalid) EXPECT_EQ(match_format(*format, text), Match::no) << text;
}

TEST(Format, EachDialectHasItsOwn) {
  struct Since {
    Dialect dialect;
    std::vector<const char*> names;
  };
  const std::vector<Since> since{
      {Dialect::draft4, {"date-time", "email", "hostname", "ipv4", "ipv6", "uri"}},
      {Dialect::draft6, {"json-pointer", "uri-reference", "uri-template"}},
      {Dialect::draft7,
       {"date", "idn-email", "idn-hostname", "iri", "iri-reference", "regex",
        "relative-json-pointer", "time"}},
      {Dialect::draft2019_09, {"duration", "uuid"}}};
  for (const Since& group : since) {
    for (const char* name : group.names) {
      for (const Dialect dialect : {Dialect::draft4, Dialect::draft6, Dialect::draft7,
                                    Dialect::draft2019_09, Dialect::draft2020_12}) {
        EXPECT_EQ(find_format(name, dialect).has_value(), dialect >= group.dialect) << name;
      }
    }
  }
  for (const char* name : {"colour", "", "Date", "date "}) {
    EXPECT_FALSE(find_format(name, Dialect::draft2020_12).has_value()) << name;
  }
}

TEST(Format, TextThatIsNotUtf8IsMalformed) {
  for (const char* name : {"date", "hostname", "idn-hostname", "iri", "json-pointer", "regex"}) {
    EXPECT_EQ(match_format(*find_format(name, Dialect::draft2020_12), "\xC3"), Match::malformed);
  }
}

TEST(Format, DatesAndTimes) {
  expect_format("date", {"2024-02-29", "0000-01-01", "9999-12-31", "2000-02-29"},
                {"", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-01-00",
                 "2024-04-31", "2024-1-01", "24-01-01", "2024-01-01 ", "2024-01-01T", "2024/01/01",
                 "\xE0\xA7\xA7"
                 "024-01-01"});
  expect_format(
      "time",
      {"00:00:00Z", "23:59:59z", "12:00:00.123456+05:30", "23:59:60Z", "15:59:60-08:00",
       "00:29:60+00:30"},
      {"", "24:00:00Z", "12:60:00Z", "12:00:61Z", "12:00:00", "12:00:00.Z", "12:00:00+24:00",
       "22:59:60Z", "23:59:60+01:00", "12:00:00+0530", "1:00:00Z", "12:00Z"});
  expect_format(
      "date-time", {"1985-04-12T23:20:50.52Z", "1990-12-31T23:59:60Z", "1985-04-12t23:20:50z"},
      {"", "1985-04-12 23:20:50Z", "1985-04-12", "1985-02-30T00:00:00Z", "2013-350T01:01:01Z"});
  expect_format(
      "duration",
      {"P1Y", "P1Y2M3D", "P3D", "PT1H", "PT1H2M3S", "PT36H", "P1DT12H", "P2W", "P1M", "PT1M"},
      {"", "P", "PT", "P1", "P1YT", "P1Y2D", "PT1H2S", "P2W1D", "1Y", "P1S", "P1D2H", "PT0.5H",
       "P1M2Y"});
}

TEST(Format, Addresses) {
  expect_format("email",
                {"a@b.c", "joe.bloggs@example.com", "\"joe b\"@example.com", "a@[127.0.0.1]",
                 "a@[IPv6:::1]", "~!#@x"},
                {"", "a", "@b", "a@", ".a@b", "a.@b", "a..b@c", "a@b@c", "a b@c", "a@[127.0.0.300]",
                 "a@-b", "\xC3\xA4@b.c"});
  expect_format(
      "hostname", {"a", "example.com", "xn--4gbwdl.xn--wgbh1c", "a-b.c", "1.2"},
      {"", "-a", "a-", "a..b", ".a", "a_b", "a b", std::string(64, 'a'), "ab--c", "\xC3\xA4.de"});
  expect_format("ipv4", {"0.0.0.0", "127.0.0.1", "255.255.255.255"},
                {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.", "1.2.3.4 ", "a.b.c.d",
                 "1.2.3.4/8"});
  expect_format("ipv6",
                {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::8", "::ffff:1.2.3.4",
                 "1:2:3:4:5:6:1.2.3.4", "ABCD:ef01::", "1:2:3:4:5:6:7::"},
                {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
                 "12345::", "::g", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0",
                 ":1:2:3:4:5:6:7:8", "1:", "1:2:3:4:5:6:7:8::", "1.2.3.4"});
}

TEST(Format, Identifiers) {
  expect_format("uuid",
                {"2EB8AA08-aa98-11ea-b4aa-73b441d16380", "00000000-0000-0000-0000-000000000000"},
                {"", "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08aa9811eab4aa73b441d16380",
                 "2eb8aa08-aa98-11ea-b4aa-73b441d1638g", "{2eb8aa08-aa98-11ea-b4aa-73b441d16380}"});
  expect_format("uri",
                {"http://a", "http://u:p@h:80/p/a?q#f", "urn:a:b", "mailto:a@b", "http://[::1]/",
                 "a:", "http://[v1.a]/", "file:///x"},
                {"", "a", "//a/b", "/a", "1a:b", "http://a b", "http://a/%zz", "http://[1]/",
                 "http://a:b/", "http://\xC3\xA4", "a:\\b", "http://a/<b>", ":a", "http://a#b#c"});
  expect_format("uri-reference", {"", "a", "//a/b", "/a?b", "#f", "a/b:c", "?q", "http://a"},
                {"\\a", "#\\f", "1a:b", "a b", "%a", "\xC3\xA4"});
  expect_format("json-pointer", {"", "/", "/a/b", "/a~0b~1c", "//"},
                {"a", "#", "/~", "/~2", "/a~"});
  const std::vector<std::string> pointers{"0", "1/a", "0#", "120/foo", "1/~0~1"};
  const std::vector<std::string> adjusted{"0+1", "0-1/a", "2+10#"};
  const std::vector<std::string> wrong{"",   "/a", "01/a",  "-1/a", "0##", "0a",   "+1/a",
                                       "0+", "0-", "0+0/a", "0+01", "0~",  "1/~2", "0+1+1"};
  expect_format("relative-json-pointer", pointers, wrong);
  expect_format("relative-json-pointer", adjusted, {});
  expect_format("relative-json-pointer", pointers, adjusted, Dialect::draft2019_09);
}

TEST(Format, InternationalisedNames) {
  // RFC 5892, appendix A: A.3 to A.9, and the joiners of A.1 and A.2.
  expect_format("idn-hostname",
                {"a.b",
                 "EXAMPLE.com",
                 "b\u00FCcher.de",
                 "\u5B9F\u4F8B\u3002\u30C6\u30B9\u30C8",
                 "a\uFF0Eb",
                 "a\uFF61b",
                 "l\u00B7l",
                 "\u0375\u03B2",
                 "\u03B1\u0375\u03B2",
                 "\u05D0\u05F3\u05D1",
                 "\u05D0\u05F4\u05D1",
                 "\u30FB\u3041",
                 "\u0628\u0660\u0628",
                 "\u0628\u06F0",
                 "\u0915\u094D\u200D\u0937",
                 "\u0915\u094D\u200C\u0937",
                 "\u0628\u064A\u200C\u0628\u064A",
                 "xn--bcher-kva.de",
                 "XN--BCHER-KVA.de",
                 "\u00DF\u03C2\u0F0B\u3007"},
                {"",
                 ".",
                 "a.",
                 ".a",
                 "\u3002",
                 "a\u3002\u3002b",
                 "B\u00FCcher.de",
                 "a\u00B7l",
                 "l\u00B7",
                 "\u00B7l",
                 "\u03B1\u0375a",
                 "\u03B1\u0375",
                 "\u05F3\u05D1",
                 "a\u05F4\u05D1",
                 "abc\u30FB",
                 "\u0628\u0660\u06F0",
                 "\u0915\u200D\u0937",
                 "\u200D\u0937",
                 "a\u200Cb",
                 "\u0300a",
                 "a\u0300\u0301-",
                 "-\u00FC",
                 "\u00FC-",
                 "ab--\u00FC",
                 "\u3031",
                 "\u0640",
                 "\u06F0\u0628",
                 "a b\u00FC",
                 "\u00FC_",
                 "u\u0308",
                 "\U0001F4A9",
                 "\u05D0a",
                 "\u0378",
                 "xn--",
                 "xn--X",
                 "xn--a",
                 "xn--\u00FC",
                 "xn--zz-",
                 std::string("\u00FC\0", 3),
                 std::string(64, 'a')});
  // 63 and 64 bytes in Punycode: xn--...
  std::string label = "\u00FC";
  label.append(55, 'a');
  expect_format("idn-hostname", {label, label + '.' + label + '.' + label},
                {label + 'a', label + 'a' + ".b", label + '.' + label + '.' + label + '.' + label});
  expect_format("hostname", {"xn--bcher-kva", "XN--Bcher-KVA.example"},
                {"xn--X", "xn--", "xn--a", "XN--aa---o47jg78q", "xn--l-fda", "xn--07jt112bpxg"});
  expect_format("idn-email",
                {"\uC2E4\uB840@\uC2E4\uB840.\uD14C\uC2A4\uD2B8", "a@b.c", "\"a \u00FC\"@b",
                 "\u00FC.\u00FC@[127.0.0.1]"},
                {"", "\u00FC", "@\u00FC", "\u00FC@", "\u00FC..a@b", "\"\\\u00FC\"@b", "a@B\u00FC",
                 "a@\u00FC_", "a@b\u3002"});
}

TEST(Format, Iris) {
  expect_format(
      "iri",
      {"http://\u0192\u00F8\u00F8.\u00DF\u00E5r/?\u2202#\u03C0", "a:\u00A0", "a:?\uE000",
       "a:\U000E1000", "a:?\U00100000", "http://u\u00FC@h"},
      {"", "\u00FC:a", "a:\u0080", "a:\uE000", "a:#\uE000", "a:\uFDD0", "a:\uFFFE", "a:\U0001FFFE",
       "a:\U000E0FFF", "a:\U00100000", "/\u00FC", "http://h:\u0661/", "a:\\\u00FC"});
  expect_format("iri-reference", {"", "\u00FC", "/\u00FC?\uE000#\u00FC", "#\u00FC", "//\u00FC/"},
                {"\u00FC\\", "\u00FC b", "\u00FC:b", "\u2028\uE000"});
}

TEST(Format, UriTemplates) {
  expect_format(
      "uri-template",
      {"", "a", "/a/{b}", "{+a,b}", "{#a*}", "{?a:3,b*}", "{.a.b}", "{;a%20b}", "{/a_1}",
       "{&a:9999}", "{=a}", "{,a}", "{!a}", "{@a}", "{|a}", "%20", "\u00FC{a}\uE000", "{a}{b}",
       "a[]:@!$&()*+,;="},
      {"{",      "}",        "{}",    "{a",        "a}",     "{{a}}", "{a b}",  "{a,}",  "{,}",
       "{+}",    "{a:}",     "{a:0}", "{a:10000}", "{a:1x}", "{a**}", "{a:3*}", "{.}",   "{a.}",
       "{a..b}", "{\u00FC}", "%",     "%2",        "%zz",    "{a%2}", "a b",    "\"",    "'",
       "<",      ">",        "\\",    "^",         "`",      "|",     "\x7F",   "\u0080"});
}

TEST(Format, RegularExpressions) {
  expect_format(
      "regex",
      {"", "a|b", "^[a-z]+$", "(?<=a*)b", "(?<n>a)\\k<n>", "\\uD800", "a{4294967296}",
       "(?:(a)|b)*\\1", "\\p{CWKCF}", std::string(100'000, '(') + std::string(100'000, ')')},
      {"(", ")", "^(abc]", "\\a", "\\Z", "[z-a]", "*", "a**", "(?i)a", "\\1", "\\k<n>", "[",
       std::string(100'000, '(')});
  // More memory than anybody should need for one.
  EXPECT_EQ(match_format(Format::regex, std::string(1'000'001, 'a')), Match::too_long);
}

int polls = 0;

TEST(Format, ReadingOfLongTextsIsInterrupted) {
  const std::string text = "a:" + std::string(5'000'000, 'a');
  const auto after_utf8 = []() noexcept { return ++polls > 6; };
  for (const char* name : {"uri", "uri-reference", "iri", "iri-reference", "uri-template"}) {
    const Format format = *find_format(name, Dialect::draft2020_12);
    EXPECT_EQ(match_format(format, text), Match::yes) << name;
    polls = 0;
    EXPECT_EQ(match_format(format, text, after_utf8), Match::interrupted) << name;
  }
  EXPECT_EQ(match_format(Format::date, text, []() noexcept { return true; }), Match::interrupted);
}

}  // namespace
}  // namespace tenancy::jsonschema
