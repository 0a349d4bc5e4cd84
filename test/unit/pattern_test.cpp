// Regular expressions: ECMA-262's meaning, and limits that hold.
#include "jsonschema/regex/pattern.hpp"

#include <chrono>

#include "engine.hpp"
#include "jsonschema/regex/ecma_regex.hpp"

namespace tenancy::jsonschema {
namespace {

Match search(std::string_view pattern, std::string_view text) {
  Matcher matcher;
  return Pattern(pattern).search(text, matcher);
}
// The same pattern for PCRE2, which alone looks ahead.
std::string for_pcre2(std::string_view pattern) {
  return "(?:" + std::string(pattern) + ")(?!\\b\\B)";
}
// By whatever engine it takes, and by PCRE2.
bool matches(std::string_view pattern, std::string_view text) {
  const bool matches = search(pattern, text) == Match::yes;
  EXPECT_EQ(Pattern(for_pcre2(pattern)).engine(), Pattern::Engine::pcre2);
  EXPECT_EQ(search(for_pcre2(pattern), text) == Match::yes, matches) << pattern << " on " << text;
  return matches;
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

TEST(Pattern, Escapes) {
  EXPECT_TRUE(matches(R"(^\d\D\w\W\s\S$)", "1aa- x"));
  EXPECT_TRUE(matches(R"(^[\d\-x]+$)", "1-x"));
  EXPECT_TRUE(matches(R"(^[^\D5]+$)", "1234"));
  EXPECT_FALSE(matches(R"(^[^\D5]+$)", "12345"));
  // Where PCRE2 10.42 errs: \D besides a property in a negated class.
  EXPECT_FALSE(matches(R"([^\p{Emoji}\D?]{1,3})", "\u20AC"));
  EXPECT_TRUE(matches(R"(^\t\n\v\f\r\0$)", std::string("\t\n\v\f\r\0", 6)));
  EXPECT_TRUE(matches(R"(^\cA\cz$)", "\x01\x1A"));
  EXPECT_TRUE(matches(R"(^\u{1F4A9}\u{00000041}\u{0}$)", std::string("\U0001F4A9A\0", 6)));
  EXPECT_TRUE(matches(R"(^\^\$\\\.\*\+\?\(\)\[\]\{\}\|\/$)", R"(^$\.*+?()[]{}|/)"));
  // An end of a range may be beyond the surrogates, or not ASCII, or an escape.
  EXPECT_TRUE(matches(R"(^[\u0000-\uFFFF]$)", "\uFFFD"));
  EXPECT_FALSE(matches(R"(^[\u0000-\uFFFF]$)", "\U0001F4A9"));
  EXPECT_TRUE(matches(R"(^[\uD83D\uDCA8-\uD83D\uDCAA]$)", "\U0001F4A9"));
  EXPECT_TRUE(matches("^[\u00E4-\u00FC]$", "\u00F6"));
  // \b and \w know ASCII only.
  EXPECT_TRUE(matches(R"(\b\u00FC)", "a\u00FC"));
  EXPECT_FALSE(matches(R"(\u00FC\b$)", "\u00FC"));
  // Legal without the flag `u`.
  EXPECT_TRUE(matches(R"(^\-\_\ \"\@\#$)", "-_ \"@#"));
  EXPECT_TRUE(matches("^a{$", "a{"));
  EXPECT_TRUE(matches("^a{1$", "a{1"));
  EXPECT_TRUE(matches("^]}$", "]}"));
}

TEST(Pattern, Properties) {
  EXPECT_TRUE(matches(R"(^\p{Lu}\p{General_Category=Uppercase_Letter}\p{gc=L}$)", "\u00C4AB"));
  EXPECT_TRUE(matches(R"(^\p{Cased_Letter}\p{LC}\p{punct}\p{digit}$)", "aA.1"));
  EXPECT_TRUE(matches(R"(^\p{Script=Greek}\p{sc=Grek}\p{Script_Extensions=Greek}\p{scx=Grek}$)",
                      "\u03B1\u03B1\u0342\u0342"));
  EXPECT_FALSE(matches(R"(\p{Script=Greek})", "\u0342"));
  EXPECT_TRUE(matches(R"(^\p{ASCII}\p{Alphabetic}\p{ID_Start}\p{Emoji}\p{Any}\p{Assigned}$)",
                      "a\u00E4\u00E4\U0001F4A9\n\n"));
  EXPECT_FALSE(matches(R"(\p{Assigned})", "\u0378"));
  EXPECT_TRUE(matches(R"(^\P{Assigned}[\P{L}]$)", "\u03781"));
  EXPECT_TRUE(matches(R"(^\p{White_Space}\p{Hex_Digit}\p{Uppercase}[^\p{Lowercase}]$)", " aAA"));
  for (const char* pattern :
       {R"(\p{greek})",        R"(\p{Greek})",        R"(\p{script=Greek})",
        R"(\p{Script=greek})", R"(\p{lu})",           R"(\p{ L})",
        R"(\p{L })",           R"(\p{^L})",           R"(\p{L&})",
        R"(\p{Xan})",          R"(\p{sc:Greek})",     R"(\p{})",
        R"(\p{Script})",       R"(\p{Script=})",      R"(\p{=L})",
        R"(\p{Lowercase=Y})",  R"(\p{Bidi_Class=L})", R"(\p{Block=Basic_Latin})",
        R"(\p{RGI_Emoji})",    R"(\p{CWKCF})",        R"(\p{L)"}) {
    EXPECT_THROW(Pattern{pattern}, PatternError) << pattern;
  }
}

TEST(Pattern, Groups) {
  EXPECT_TRUE(matches(R"(^(?<a>x)(?<\u00E4>y)\k<a>\k<\u{61}>\k<\u00E4>\2$)", "xyxxyy"));
  EXPECT_TRUE(matches("^(?<\u00E4_$1>a)\\k<\u00E4_$1>$", "aa"));
  EXPECT_TRUE(matches(R"(^(((((((((((a)))))))))))\11$)", "aa"));
  EXPECT_TRUE(matches(R"((['"])[^'"]*\1)", "'a'"));
  EXPECT_FALSE(matches(R"((['"])[^'"]*\1)", "'a\""));
  for (const char* pattern : {"(?<a>x)(?<a>y)",
                              "(?<1>x)",
                              "(?<>x)",
                              "(?<a",
                              "(?<a-b>x)",
                              "(?<\u2028>x)",
                              R"(\k<a)",
                              R"(\k)",
                              R"((?<a>x)\k)",
                              R"((?<a>x)\k<b>)",
                              R"([\k<a>](?<a>x))",
                              "(?'a'x)",
                              "(?",
                              "(?a:x)",
                              "(?-i:x)",
                              "(?:a",
                              "a)",
                              "(?=a)*",
                              "(?!a)+",
                              "(?<=a)?",
                              "(?<!a){2}",
                              "^*",
                              "$+",
                              R"(\b?)",
                              R"(\B{2})",
                              "(?|a)",
                              "(?+1)",
                              "(?&a)",
                              "(?(1)a)",
                              "(?P=a)",
                              "(?C1)",
                              "a{2,1}",
                              "{1}",
                              "a|{2}",
                              "+",
                              "?",
                              R"([\w-a])",
                              R"([a-\d])",
                              R"([\s-\d])",
                              R"([\B])",
                              R"([\c])",
                              "[b-a]"}) {
    EXPECT_THROW(Pattern{pattern}, PatternError) << pattern;
  }
}

// A group that has captured nothing is the empty text; and each turn of a repetition forgets what
// the groups in it captured before.
TEST(Pattern, BackReferences) {
  EXPECT_TRUE(matches(R"(^\1(a)$)", "a"));
  EXPECT_TRUE(matches(R"(^(?:(a)|b)\1$)", "b"));
  EXPECT_TRUE(matches(R"(^(?:(a)|b)\1{2}$)", "b"));
  EXPECT_TRUE(matches(R"(^(?:(a)|b)\1{2}$)", "aaa"));
  EXPECT_TRUE(matches(R"(^(a\1){2}$)", "aa"));
  EXPECT_FALSE(matches(R"(^(a\1){2}$)", "aaa"));
  EXPECT_TRUE(matches(R"(^(?:\1(a))*$)", "aaa"));
  EXPECT_TRUE(matches(R"(^(?:(a)b)*\1$)", "ababa"));
  EXPECT_TRUE(matches(R"(^(?:(a)\1|b)*$)", "aabaa"));
  EXPECT_FALSE(matches(R"(^(?:(a)\1|b)*$)", "aaba"));
  EXPECT_TRUE(matches(R"(^(?!(a)b)\1a$)", "a"));
  EXPECT_TRUE(matches(R"(^(?=(a+))\1b)", "aab"));
  EXPECT_FALSE(matches(R"(^(?=(a+))\1ab)", "aab"));  // a lookahead is not entered again
  EXPECT_TRUE(matches(R"(^(a){0}\1b$)", "b"));
  for (const char* pattern :
       {R"(^(?:(a)|b)*\1$)", R"(^(?:(a)?b)*\1$)", R"(^(a?)*\1$)", R"(^(?:(?=(a)))?\1b)",
        R"(^(?=(a?)*)\1)", R"((a)(?<=\1))", R"((?<=(a))\1)"}) {
    EXPECT_THROW(Pattern{pattern}, PatternError) << pattern;
  }
}

TEST(Pattern, Lookbehinds) {
  EXPECT_TRUE(matches("(?<=a|bc|def)x", "defx"));
  EXPECT_TRUE(matches("(?<=a(?:b|cd)?)x", "acdx"));
  EXPECT_FALSE(matches("(?<=^a(?:b|cd)?)x", "adx"));
  EXPECT_TRUE(matches("(?<=^[a-c]{1,3})x", "abcx"));
  EXPECT_FALSE(matches("(?<=^[a-c]{1,3})x", "aabcx"));
  EXPECT_TRUE(matches("(?<!^[a-c]{1,3})x", "aabcx"));
  EXPECT_TRUE(matches("(?<=\\b(?:\\bab){0,2})x", "x"));
  EXPECT_TRUE(matches("(?<=(?=a)a(?<=a))x", "ax"));
  EXPECT_TRUE(matches("(?<=(?:){4000000000}a)x", "ax"));
  EXPECT_TRUE(matches("(?<=(a)|(bc))x", "bcx"));
  EXPECT_TRUE(matches("(?<=\u00E4{2})x", "\u00E4\u00E4x"));
  EXPECT_TRUE(matches("(?<=)x", "x"));
  for (const char* pattern : {"(?<=a*)b", "(?<!a+)b", "(?<=a{1,})b", "(?<=.{0,1000})b",
                              "(?<=(?:ab?){20}c{0,99}d{0,999})b"}) {
    EXPECT_THROW(Pattern{pattern}, PatternError) << pattern;
  }
}

// PCRE2 10.42 overlooks these in machine code, if it may optimize where a match starts.
TEST(Pattern, MachineCodeFindsWhatTheInterpreterFinds) {
  for (const auto& [pattern, text] : {std::pair{"(?:1|)b*1$(?!x)", "1"},
                                      {"(?:1x|)c*?(?<![^\n])", "1xccc"},
                                      {"\\/([^\\/]+)\\/\\d+(?!x)", "/A/B/0"},
                                      {"(?:(?<size>\\d+)m|M)(?!x)", "4M"}}) {
    const Pattern compiled(pattern);
    Matcher matcher;
    ASSERT_EQ(compiled.engine(), Pattern::Engine::pcre2) << pattern;
    const std::size_t before = compiled.memory();
    for (int i = 0; i < 100; ++i) {
      ASSERT_EQ(compiled.search(text, matcher), Match::yes) << pattern << " " << i;
    }
    EXPECT_GT(compiled.memory(), before) << "no machine code";
  }
}

TEST(Pattern, QuantifiersOfNothing) {
  EXPECT_TRUE(matches("^[]*$", ""));
  EXPECT_FALSE(matches("^[]+$", ""));
  EXPECT_TRUE(matches("^(?:(?:)*)*[^]{2}$", "\n\u00E4"));
  EXPECT_TRUE(matches("^(?:^|x){0}b$", "b"));
  EXPECT_TRUE(matches("^a{0,0}b{3}$", "bbb"));
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
TEST(Pattern, RefusesWhatIsVeryLong) {
  EXPECT_NO_THROW(Pattern(std::string(1'000'000, 'a')));
  EXPECT_THROW(Pattern(std::string(1'000'001, 'a')), PatternError);
}

TEST(Pattern, TextThatIsNotUtf8IsCorrupt) {
  // PCRE2 must not be given such a text. The other engines answer something.
  EXPECT_EQ(search(for_pcre2(".*"), "\xFF\xFE"), Match::malformed);
  EXPECT_EQ(search(for_pcre2("^"), "a\xC3"), Match::malformed);
  const std::string_view schema = R"({"not":{"pattern":"a\\b"}})";
  EXPECT_EQ(test::verdict_of(schema, "\"\xFF\""), Verdict::corrupt);
  EXPECT_EQ(test::verdict_of(R"({"patternProperties":{"a\\b":true}})", "{\"\xFF\":1}"),
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
    // None of them matches, which the automaton says at once.
    EXPECT_EQ(search(c.pattern, c.text), Match::no) << c.pattern;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(search(for_pcre2(c.pattern), c.text), Match::limit) << c.pattern;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(took.count(), 1000) << c.pattern;  // some tens; much more under a sanitizer
  }
}

// No matter what one step may read.
TEST(Pattern, LimitsEndInTimeWhateverAStepReads) {
  for (const std::size_t size : {1'000U, 30'000U, 1'000'000U, 10'000'000U}) {
    const std::string text = std::string(size, 'a') + '!';
    for (const char* pattern :
         {R"((.*)\1x)", "^.*(?=.*x)", "^a*a*a*a*x", "(?=.*x)b", "[a-z]+[0-9]x", R"(^(a*)(a*)\1x)",
          "^(?:a(?!a*x))*y", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?x"}) {
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_NE(search(pattern, text), Match::yes) << pattern;
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - begin;
      EXPECT_LT(took.count(), 1000) << pattern << " " << size;
    }
  }
}

int polls = 0;

TEST(Pattern, SearchesOfLongTextsAreInterrupted) {
  const std::string text(40'000'000, 'a');
  Matcher matcher;
  for (const char* pattern :
       {"^[a-z]*$", "b", "[0-9]", "^(?:ab|a)*$", R"(\d\dx\b)", "(a+)+b", "[a-z]+(?!a)$"}) {
    const Pattern compiled(pattern);
    polls = 0;
    const auto third = []() noexcept { return ++polls == 3; };
    const Match match = compiled.search(text, matcher, third);
    EXPECT_TRUE(match == Match::interrupted || match == Match::limit || polls < 3) << pattern;
    EXPECT_GT(polls, 2) << pattern;
  }
  // In PCRE2 too, and what comes next is not interrupted by it.
  const Pattern pattern(for_pcre2("(?:(?:a|b)+)+$"));
  const std::string short_text = std::string(2'000'000, 'a') + '!';
  EXPECT_EQ(pattern.search(short_text, matcher, []() noexcept { return true; }),
            Match::interrupted);
  EXPECT_EQ(pattern.search("aba", matcher), Match::yes);
  EXPECT_EQ(pattern.search(short_text, matcher), Match::limit);
}

TEST(Pattern, LongTextsThatNeedNoLimit) {
  const std::string a(100'000, 'a');
  EXPECT_TRUE(matches("^(.|\\n)*$", a));
  EXPECT_TRUE(matches("^(ab|a)*$", a));
  EXPECT_TRUE(matches("[a-z]+ end$", a + " end"));
  EXPECT_EQ(search(for_pcre2("b$"), a), Match::no);
  std::string words;
  while (words.size() < 100'000) words += "word ";
  EXPECT_TRUE(matches("(\\w+ )*end", words + "end"));
  EXPECT_TRUE(matches("^(\\w+\\s)*end$", words + "end"));
  std::string umlauts;
  while (umlauts.size() < 100'000) umlauts += "\xC3\xA4";
  EXPECT_TRUE(matches("(\xC3\xA4|x)*end", umlauts + "end"));
}

TEST(Pattern, LimitIsAVerdictAndNamesThePattern) {
  const std::string schema = R"({"properties":{"a":{"pattern":"(a+)+(?!a)$"
}
}
, "required" : ["z"]
})";
  const std::string instance = R"({"z":1,"a":")" + std::string(10'000, 'a') + "b\"}";
  EXPECT_EQ(test::verdict_of(schema, instance), Verdict::pattern_limit);
  const std::vector<std::string> lines = test::violations_of(schema, instance);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with(
      "/a | /properties/a/pattern | matching the pattern '(a+)+(?!a)$' against 'aaaa"));
  // Never turned into a yes, not even by `not`.
  EXPECT_EQ(test::verdict_of(R"({"not":{"pattern":"(a+)+(?!a)$"
  }
  })",
                             '"' + std::string(10'000, 'a') + "b\""),
            Verdict::pattern_limit);
}

}  // namespace
}  // namespace tenancy::jsonschema
