// Patterns as automata: which they are, and that they match what PCRE2 matches.
#include "jsonschema/regex/automaton.hpp"

#include <gtest/gtest.h>

#include "random_patterns.hpp"

namespace tenancy::jsonschema {
namespace {

std::string automaton_of(std::string_view pattern) {
  return compile_automaton(parse_ecma_regex(pattern));
}
bool matches(std::string_view pattern, std::string_view text) {
  const std::string automaton = automaton_of(pattern);
  EXPECT_FALSE(automaton.empty()) << pattern;
  return !automaton.empty() && match_automaton(automaton, text, nullptr) == Match::yes;
}
bool at_once() noexcept {
  return true;
}

TEST(Automaton, WhichTheyAre) {
  for (const char* pattern :
       {"^[^@\\s]+@[^@\\s]+\\.[a-z]+$", "^.*x$", "a|b", "(a+)+$", "^(?:a|b)*a$", "^\u00E4+$",
        "[\\u4E00-\\u9FFF]", "", "^", "$", "[]", "^(?:^|x)$", "(?:a|b).{4}c",
        "^((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)$"}) {
    EXPECT_FALSE(automaton_of(pattern).empty()) << pattern;
  }
  for (const char* pattern : {"(?=a)b", "(?<!a)b", "\\bfoo", "(a)\\1", "^\\p{L}+$", "(?:a|b).{10}c",
                              "a{1000}", "(?:a{100}){100}", "(?:){4000000000}",
                              "(?:(?:(?:(?:(?:(?:){400}){400}){400}){400}){400}){400}"}) {
    EXPECT_TRUE(automaton_of(pattern).empty()) << pattern;
  }
  // Much to look at again and again.
  std::string members;
  for (int i = 0; i < 20; ++i) members += "\u00E4\u00F6";
  EXPECT_FALSE(automaton_of("^[" + members + "]{40}$").empty());
  EXPECT_TRUE(automaton_of("^[" + members + "]{200}$").empty());
  std::string nothing;
  for (int i = 0; i < 100; ++i) nothing += "a{0}";
  EXPECT_FALSE(automaton_of("^(?:b" + nothing + "){10}$").empty());
  EXPECT_TRUE(automaton_of("^(?:b" + nothing + "){100}$").empty());
  // What the translation refuses is not to be accepted here.
  for (const char* pattern : {"\\uD800", "[\\uD800]", "[\\uD800-\\uDFFF]", "[^a\\uDC00]"}) {
    EXPECT_TRUE(automaton_of(pattern).empty()) << pattern;
  }
}

TEST(Automaton, Matches) {
  EXPECT_TRUE(matches("^[^@\\s]+@[^@\\s]+\\.[a-z]+$", "a.b@c.d.example"));
  EXPECT_FALSE(matches("^[^@\\s]+@[^@\\s]+\\.[a-z]+$", "a.b@c.d.example\n"));
  EXPECT_FALSE(matches("^[^@\\s]+@[^@\\s]+\\.[a-z]+$", "a.b@c.d.e1"));
  EXPECT_FALSE(matches("^[^@\\s]+@[^@\\s]+\\.[a-z]+$", "a\u00A0@b.c"));
  EXPECT_TRUE(matches("^[^@\\s]+@[^@\\s]+\\.[a-z]+$", "\u00E4\U0001F4A9@\u3042.c"));
  EXPECT_TRUE(matches("ab|cd$", "xcd"));
  EXPECT_FALSE(matches("^ab|cd$", "xcdx"));
  // Characters are counted, not bytes.
  EXPECT_TRUE(matches("^(?:.|x){2}$", "\u00E4\U0001F4A9"));
  EXPECT_FALSE(matches("^(?:.|x){2}$", "\U0001F4A9"));
  // The limits of ranges.
  for (const char* text : {"\u4E00", "\u9FFF", "x\u5000"}) {
    EXPECT_TRUE(matches("[\\u4E00-\\u9FFF]", text)) << text;
  }
  for (const char* text : {"\u4DFF", "\uA000", "\u007F", "\u0080", "\U0001F4A9", ""}) {
    EXPECT_FALSE(matches("[\\u4E00-\\u9FFF]", text)) << text;
  }
  // Where a text begins and ends.
  EXPECT_TRUE(matches("^$", ""));
  EXPECT_TRUE(matches("$^", ""));
  EXPECT_FALSE(matches("$^", "a"));
  EXPECT_FALSE(matches("a^", "aa"));
  EXPECT_TRUE(matches("(?:^|x)a", "xxa"));
  EXPECT_FALSE(matches("(?:^|x)a", "ba"));
  EXPECT_TRUE(matches("(?:^a)*b", "cb"));
  EXPECT_FALSE(matches("[]", "a"));
}

// PCRE2 would backtrack through these for longer than the universe lasts.
TEST(Automaton, TakesTimeInProportionToTheText) {
  const std::string text(3'000'000, 'a');
  EXPECT_TRUE(matches("(a+)+$", text));
  EXPECT_FALSE(matches("^(a+)+$", text + "!"));
  EXPECT_FALSE(matches("(?:a|aa|aaa)*b", text));
  EXPECT_EQ(match_automaton(automaton_of("(a+)+b"), text, at_once), Match::interrupted);
}

TEST(Automaton, TakesLittleMemory) {
  EXPECT_LE(automaton_of("^[^@\\s]+@[^@\\s]+\\.[a-z]+$").size(), 256U);
  EXPECT_LE(automaton_of("\\.json$|\\.ya?ml$").size(), 256U);
}

// Bytes that are no UTF-8 have some answer.
TEST(Automaton, TakesAnyBytes) {
  std::mt19937 random(20241122);
  for (const char* pattern : {"^(?:\u00E4|\u3042|\U0001F4A9|\\s)*$", "[^a]x|y$", "^.*\u00E4"}) {
    const std::string automaton = automaton_of(pattern);
    for (int i = 0; i < 2'000; ++i) {
      std::string text(random() % 6, '\0');
      for (char& c : text) c = static_cast<char>(random());
      // On the heap and of that size, so that a byte too much is seen by the address sanitizer.
      const std::unique_ptr<char[]> bytes(new char[text.size()]);
      text.copy(bytes.get(), text.size());
      const Match match = match_automaton(automaton, {bytes.get(), text.size()}, nullptr);
      ASSERT_TRUE(match == Match::yes || match == Match::no) << pattern;
    }
  }
}

TEST(Automaton, MatchWhatPcre2Matches) {
  const test::Agreement agreement = test::compare_with_pcre2(compile_automaton, match_automaton);
  EXPECT_GT(agreement.patterns, 19'000);
  EXPECT_GT(agreement.matches, 50'000);
}

}  // namespace
}  // namespace tenancy::jsonschema
