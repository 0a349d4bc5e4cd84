// Patterns without an engine: which they are, and that they match what PCRE2 matches.
#include "jsonschema/regex/simple_pattern.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "random_patterns.hpp"

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
  EXPECT_TRUE(is_simple("^" + std::string(100, 'a') + "(?:b[^c]){2}$"));
  EXPECT_FALSE(is_simple("^(?:ab|c){4000000000}$"));
}

// However much would have to be looked at again and again.
TEST(SimplePattern, TakeLittleWork) {
  const auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  EXPECT_FALSE(is_simple("^" + repeated("\U0001F4A9{255}", 10'000) + "$"));
  EXPECT_FALSE(is_simple("^(?:[" + repeated("ab", 20'000) + "]x){60}$"));
  EXPECT_FALSE(is_simple("^(?:a" + repeated("b{0}", 20'000) + "){200}$"));
  std::string nested = repeated("a|", 20'000) + "b";
  for (int i = 0; i < 90; ++i) nested = "(?:" + nested + "|!)";
  EXPECT_FALSE(is_simple("^" + nested + "$"));
  // But so much once.
  EXPECT_TRUE(is_simple("^" + repeated("ab", 400'000) + "$"));
  EXPECT_TRUE(is_simple("^[" + repeated("ab", 400'000) + "]{2}$"));
}

TEST(SimplePattern, MatchWhatPcre2Matches) {
  const test::Agreement agreement =
      test::compare_with_pcre2(compile_simple_pattern, match_simple_pattern);
  EXPECT_GT(agreement.patterns, 5'000);
  EXPECT_GT(agreement.matches, 10'000);
}

}  // namespace
}  // namespace tenancy::jsonschema
