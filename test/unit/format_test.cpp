// Formats, each by examples on both sides of its grammar.
#include "jsonschema/format.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenancy::jsonschema {
namespace {

void expect_format(std::string_view name, const std::vector<std::string>& valid,
                   const std::vector<std::string>& invalid) {
  SCOPED_TRACE(name);
  Format format{};
  ASSERT_EQ(find_format(name, format), FormatSupport::implemented);
  EXPECT_EQ(name_of(format), name);
  for (const std::string& text : valid) EXPECT_TRUE(matches_format(format, text)) << text;
  for (const std::string& text : invalid) EXPECT_FALSE(matches_format(format, text)) << text;
}

TEST(Format, Names) {
  Format format{};
  EXPECT_EQ(find_format("idn-hostname", format), FormatSupport::missing);
  EXPECT_EQ(find_format("colour", format), FormatSupport::unknown);
  EXPECT_EQ(find_format("", format), FormatSupport::unknown);
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
  expect_format("relative-json-pointer", {"0", "1/a", "0#", "120/foo"},
                {"", "/a", "01/a", "-1/a", "0##", "0a"});
}

}  // namespace
}  // namespace tenancy::jsonschema
