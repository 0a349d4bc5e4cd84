// Patterns without an engine: which they are, and that they match what PCRE2 matches.
#include "jsonschema/simple_pattern.hpp"

#include <gtest/gtest.h>

#include <cstring>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <random>

#include "jsonschema/ecma_regex.hpp"

namespace tenancy::jsonschema {
namespace {

std::string program_of(std::string_view pattern) {
  return compile_simple_pattern(parse_ecma_regex(pattern));
}
bool is_simple(std::string_view pattern) {
  return !program_of(pattern).empty();
}
bool matches(std::string_view pattern, std::string_view text) {
  return match_simple_pattern(program_of(pattern), text, nullptr) == Match::yes;
}

TEST(SimplePattern, WhichTheyAre) {
  for (const char* pattern : {"",
                              ".*",
                              "^",
                              "$",
                              "^.*",
                              ".*$",
                              "a*",
                              "abc",
                              "^abc",
                              "abc$",
                              "^abc$",
                              "^$",
                              "^(?:abc)$",
                              "\\S",
                              "[^a]",
                              "[a-z]+",
                              "^[A-Z]{3}$",
                              "^ord_[0-9]+$",
                              "^https?://",
                              "^[a-z][a-z0-9_-]*$",
                              "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
                              "^\\d{4}-\\d{2}$",
                              "^(a|b|c)$",
                              "^(get|post|put|patch)$",
                              "^(?:a|ab)$",
                              "^a$|^b$",
                              "^[a-z]+(-[a-z]+)*$",
                              "^[^@\\s]+@[^@\\s]+$",
                              "^\\d+(\\.\\d+){0,2}$",
                              "^-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?$",
                              "^.{1,64}$",
                              "^\u00E4\u00F6$",
                              "^[^\"\\\\]*$",
                              "^x-",
                              "^#[0-9a-fA-F]{6}$"}) {
    EXPECT_TRUE(is_simple(pattern)) << pattern;
  }
  for (const char* pattern : {"^.*x$",
                              "a.*b",
                              "^[a-z]*[a-z0-9]$",
                              "[a-z]$",
                              "^a*a$",
                              "^(a|ab)c?b?$",
                              "^(a*)*$",
                              "a|b",
                              "^a|b$",
                              "(?=a)b",
                              "\\bfoo",
                              "(a)\\1",
                              "^\\p{L}+$",
                              "^[\u00E4\u00F6]+$",
                              "^\u00E4+$",
                              "^(?:a|b)*a$",
                              "^[\\s\\u00E4]$",
                              "^(-x)?-$",
                              "^a^b",
                              "^$a",
                              "^(a|)+$"}) {
    EXPECT_FALSE(is_simple(pattern)) << pattern;
  }
}

TEST(SimplePattern, Matches) {
  EXPECT_TRUE(matches("^[0-9a-f]{8}-[0-9a-f]{4}$", "0123abcd-89ef"));
  EXPECT_FALSE(matches("^[0-9a-f]{8}-[0-9a-f]{4}$", "0123abcd-89eF"));
  EXPECT_FALSE(matches("^[0-9a-f]{8}-[0-9a-f]{4}$", "0123abcd-89ef\n"));
  EXPECT_TRUE(matches("^https?://", "http://a"));
  EXPECT_TRUE(matches("^https?://", "https://"));
  EXPECT_FALSE(matches("^https?://", "httpss://"));
  EXPECT_TRUE(matches("^(a|ab|)$", ""));
  EXPECT_TRUE(matches("^(?:a|abc)?d$", "abcd"));
  EXPECT_FALSE(matches("^(?:a|abc)?d$", "abd"));
  // Characters are counted, not bytes.
  EXPECT_TRUE(matches("^[^x]{2}$", "\u00E4\U0001F4A9"));
  EXPECT_FALSE(matches("^[^x]{2}$", "\U0001F4A9"));
  EXPECT_FALSE(matches("^.$", "\u2028"));
  EXPECT_TRUE(matches("^[^]$", "\u2028"));
  EXPECT_FALSE(matches("^\\S$", "\u3000"));
  EXPECT_TRUE(matches("^\\s{2}$", "\u3000\uFEFF"));
  EXPECT_TRUE(matches("[^a]", "aa\u00E4"));
  EXPECT_FALSE(matches(R"([^\u0000-\u007F])", "aa"));
  EXPECT_TRUE(matches("b", std::string(3'000'000, 'a') + "b"));
  EXPECT_TRUE(matches("abc", std::string(999'998, 'a') + "abc"));
  EXPECT_TRUE(matches("^[a]*b$", std::string(3'000'000, 'a') + "b"));
}

TEST(SimplePattern, TakeLittleMemory) {
  for (const char* pattern : {"^[A-Z]{3}$", "^ord_[0-9]+$", "^https?://", "^(a|b|c)$", "abc", ".*",
                              "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}) {
    // A program as a whole may take four times the text of its schema.
    EXPECT_LE(program_of(pattern).size(), 4 * std::strlen(pattern)) << pattern;
  }
  // A long run of one class is not written out.
  EXPECT_LE(program_of("^[0-9a-f]{64}$").size(), 64U);
  // Turns of a group are written out, but not without end.
  EXPECT_FALSE(is_simple("^(?:(?:ab{2}c){9}d){9}$"));
  EXPECT_FALSE(is_simple("^(?:ab|c){4000000000}$"));
}

// Random patterns of the shape, and random texts, against PCRE2's interpreter.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string pattern() {
    return pick({"^", "^", "^", ""}) + sequence(2) + pick({"$", "$", "$", ""});
  }
  std::string text() {
    std::string text;
    for (std::size_t i = below(9); i > 0; --i) {
      text += pick({"a", "b", "ab", "c", "1", "2", "-", "_", "A", " ", "\n", "\u00E4", "\u2028",
                    "\u3000", "\U0001F4A9", "", "."});
    }
    return text;
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string pick(std::initializer_list<const char*> choices) {
    return choices.begin()[below(choices.size())];
  }
  std::string sequence(int depth) {
    std::string text;
    for (std::size_t i = below(4) + 1; i > 0; --i) text += atom(depth) + quantifier();
    return text;
  }
  std::string quantifier() {
    return pick({"", "", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}", "*?", "{0}"});
  }
  std::string atom(int depth) {
    switch (depth > 0 ? below(6) : below(4)) {
      case 4:
        return "(?:" + sequence(depth - 1) + ")";
      case 5:
        return "(" + sequence(depth - 1) + "|" + sequence(depth - 1) + ")";
      case 3:
        return pick({"(a|ab|c)", "(ab|b)", "(?:1|2|12)", "(-|)", "(?:\u00E4|a)"});
      case 2:
        return pick({"[ab]", "[0-9]", "\\d", "\\w", "\\s", "\\S", ".", "[^a]", "[^\\s-]", "[a-c]",
                     "[]", "[^]", "\\W", "[_1]", "[^\\d]"});
      default:
        return pick({"a", "b", "ab", "c", "1", "-", "_", "\u00E4", "\\n", "\\.", "\U0001F4A9"});
    }
  }
  std::mt19937 random_;
};

TEST(SimplePattern, MatchWhatPcre2Matches) {
  Generator generator(20241122);
  pcre2_match_data* const data = pcre2_match_data_create(1, nullptr);
  int simple = 0;
  int yes = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string pattern = generator.pattern();
    const EcmaRegex regex = parse_ecma_regex(pattern);
    const std::string program = compile_simple_pattern(regex);
    if (program.empty()) continue;
    ++simple;
    const std::string translated = translate_ecma_regex(regex).text;
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code* const code = pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(translated.c_str()), translated.size(),
        PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NO_START_OPTIMIZE,
        &error, &offset, nullptr);
    ASSERT_NE(code, nullptr) << pattern;
    for (int j = 0; j < 20; ++j) {
      const std::string text = generator.text();
      const int outcome = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.c_str()), text.size(),
                                      0, PCRE2_NO_JIT, data, nullptr);
      const Match match = match_simple_pattern(program, text, nullptr);
      ASSERT_EQ(match, outcome >= 0 ? Match::yes : Match::no) << pattern << " on " << text;
      yes += match == Match::yes ? 1 : 0;
    }
    pcre2_code_free(code);
  }
  pcre2_match_data_free(data);
  EXPECT_GT(simple, 5'000);
  EXPECT_GT(yes, 10'000);
}

}  // namespace
}  // namespace tenancy::jsonschema
