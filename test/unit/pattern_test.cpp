// Regular expressions: ECMA-262's meaning, and limits that hold.
#include "jsonschema/pattern.hpp"

#include <chrono>

#include "engine.hpp"
#include "jsonschema/ecma_regex.hpp"

namespace tenancy::jsonschema {
namespace {

Match search(std::string_view pattern, std::string_view text) {
  Matcher matcher;
  return Pattern(pattern).search(text, matcher);
}
bool matches(std::string_view pattern, std::string_view text) {
  return search(pattern, text) == Match::yes;
}

TEST(Pattern, IsAnUnanchoredSearch) {
  EXPECT_TRUE(matches("b", "abc"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("^a.c$", "abc"));
  EXPECT_FALSE(matches("^b", "abc"));
  EXPECT_FALSE(matches("a", ""));
}

TEST(Pattern, FollowsEcma262) {
  EXPECT_FALSE(matches("^abc$", "abc\n"));
  EXPECT_FALSE(matches("^.$", "\n"));
  EXPECT_FALSE(matches("^.$", "\r"));
  EXPECT_FALSE(matches("^.$", "\xE2\x80\xA8"));
  EXPECT_TRUE(matches("^.$", "\xF0\x9F\x92\xA9"));
  EXPECT_FALSE(matches(R"(^\d$)", "\xE0\xA7\xAA"));
  EXPECT_FALSE(matches(R"(^\w$)", "\xC3\xA9"));
  EXPECT_TRUE(matches(R"(^\W$)", "\xC3\xA9"));
  EXPECT_TRUE(matches(R"(^\s$)", "\xC2\xA0"));
  EXPECT_TRUE(matches(R"(^\s$)", "\xEF\xBB\xBF"));
  EXPECT_FALSE(matches(R"(^\S$)", "\xE2\x80\x83"));
  EXPECT_TRUE(matches(R"(^[\S]$)", "x"));
  EXPECT_FALSE(matches(R"(^[\S]$)", "\xE2\x80\x83"));
  EXPECT_TRUE(matches(R"(^[^\S]$)", " "));
  EXPECT_TRUE(matches(R"(^\p{Letter}+$)", "L\xC3\xA9gr\xC3\xA9"));
  EXPECT_TRUE(matches(R"(^\p{Script=Greek}$)", "\xCE\xB1"));
  EXPECT_TRUE(matches(R"(^\P{gc=Lu}$)", "a"));
  EXPECT_TRUE(matches(R"(^\u0041\x42\u{43}\cJ$)", "ABC\n"));
  EXPECT_TRUE(matches(R"(^\uD83D\uDCA9$)", "\xF0\x9F\x92\xA9"));
  EXPECT_TRUE(matches(R"(^[\uD83D\uDCA9]$)", "\xF0\x9F\x92\xA9"));
  EXPECT_TRUE(matches(R"(^(?<year>\d{4})-\k<year>$)", "2024-2024"));
  EXPECT_TRUE(matches(R"(^(a)\1$)", "aa"));
  EXPECT_TRUE(matches("^[[:alpha:]]$", ":]"));
  EXPECT_FALSE(matches("[]", "a"));
  EXPECT_TRUE(matches("^[^]$", "\n"));
  EXPECT_TRUE(matches("a{,2}", "a{,2}"));
  EXPECT_TRUE(matches("^a{2,3}?$", "aaa"));
  EXPECT_TRUE(matches(R"(^\-\/\@\.$)", "-/@."));
  EXPECT_TRUE(matches(R"([\b])", "\b"));
  EXPECT_TRUE(matches("(?<=a)b(?!c)", "abd"));
  EXPECT_TRUE(matches("^# x$", "# x"));
}

TEST(Pattern, RefusesWhatIsNotEcma262) {
  for (const char* pattern : {"(",         "[a",       "a**",
                              "a++",       "a{2}+",    "(*COMMIT)a",
                              "(?R)",      "(?i)a",    "(?>a)",
                              "(?#c)",     "(?1)",     "(?P<n>a)",
                              R"(\A)",     R"(\Z)",    R"(\a)",
                              R"(\Q)",     R"(\K)",    R"(\R)",
                              R"(\C)",     R"(\g)",    R"(\p{Nonsense})",
                              R"(\pL)",    R"(\u12)",  R"(\u{110000})",
                              R"(\uD800)", R"(\c1)",   R"(\x1)",
                              "\\",        R"(\07)",   R"(\2)",
                              "*",         "a|*",      "(?:",
                              R"([\1])",   R"([z-a])", R"(\k<none>)"}) {
    EXPECT_THROW(Pattern{pattern}, PatternError) << pattern;
  }
}

// Neither yes nor no, so that `not` cannot turn it into an accepted value.
TEST(Pattern, TextThatIsNotUtf8IsCorrupt) {
  EXPECT_EQ(search(".*", "\xFF\xFE"), Match::malformed);
  EXPECT_EQ(search("^(?:)", "a\xC3"), Match::malformed);
  const std::string_view schema = R"({"not":{"pattern":"a"}})";
  EXPECT_EQ(test::verdict_of(schema, "\"\xFF\""), Verdict::corrupt);
  EXPECT_EQ(test::verdict_of(R"({"patternProperties":{"a":true}})", "{\"\xFF\":1}"),
            Verdict::corrupt);
}

TEST(Pattern, LimitsEndInTime) {
  const std::string a(10'000, 'a');
  const std::string million(1'000'000, 'a');
  struct Case {
    const char* pattern;
    std::string text;
  };
  for (const Case& c : {Case{"(a+)+$", a + "b"}, Case{"^(a+)+$", a + "b"},
                        Case{"(a|aa)+$", a + "b"}, Case{"(a*)*(b|c)$", a + "d"},
                        Case{"^(.*)(.*)(.*)(x|y)", a}, Case{"^(([a-z])+.)+[A-Z]([a-z])+$", a},
                        Case{"(a|b|ab)*c|x", million}, Case{"(\\w+ )*(end|foo)", million},
                        Case{"(.*)(.*)(.*)(x|y)", million}, Case{"^(.*)(.*)(.*)(x|y)", million}}) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(search(c.pattern, c.text), Match::limit) << c.pattern;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(took.count(), 1000) << c.pattern;  // some tens; much more under a sanitizer
  }
}

TEST(Pattern, LongTextsThatNeedNoLimit) {
  const std::string a(100'000, 'a');
  EXPECT_EQ(search("^(.|\\n)*$", a), Match::yes);
  EXPECT_EQ(search("^(ab|a)*$", a), Match::yes);
  EXPECT_EQ(search("[a-z]+ end$", a + " end"), Match::yes);
  EXPECT_EQ(search("b$", a), Match::no);
  std::string words;
  while (words.size() < 100'000) words += "word ";
  EXPECT_EQ(search("(\\w+ )*end", words + "end"), Match::yes);
  EXPECT_EQ(search("^(\\w+\\s)*end$", words + "end"), Match::yes);
  std::string umlauts;
  while (umlauts.size() < 100'000) umlauts += "\xC3\xA4";
  EXPECT_EQ(search("(\xC3\xA4|x)*end", umlauts + "end"), Match::yes);
}

TEST(Pattern, LimitIsAVerdictAndNamesThePattern) {
  const std::string schema = R"({"properties":{"a":{"pattern":"(a+)+$"}},"required":["z"]})";
  const std::string instance = R"({"z":1,"a":")" + std::string(10'000, 'a') + "b\"}";
  EXPECT_EQ(test::verdict_of(schema, instance), Verdict::pattern_limit);
  const std::vector<std::string> lines = test::violations_of(schema, instance);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with(
      "/a | /properties/a/pattern | matching the pattern '(a+)+$' against 'aaaa"));
  // Never turned into a yes, not even by `not`.
  EXPECT_EQ(
      test::verdict_of(R"({"not":{"pattern":"(a+)+$"}})", '"' + std::string(10'000, 'a') + "b\""),
      Verdict::pattern_limit);
}

}  // namespace
}  // namespace tenancy::jsonschema
