// Random patterns and texts, and whether what the engine makes of them agrees with PCRE2.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "jsonschema/regex/ecma_regex.hpp"

namespace tenancy::jsonschema::test {

// Short ones, so that many match.
class PatternGenerator {
 public:
  explicit PatternGenerator(unsigned seed) : random_(seed) {}

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

struct Agreement {
  int patterns = 0;  // that compile() takes
  int matches = 0;
};

// compile() returns a program, which is empty for patterns that it does not take, and match() runs
// it: both are held against PCRE2's interpreter.
template <typename Compile, typename MatchProgram>
Agreement compare_with_pcre2(Compile compile, MatchProgram match) {
  PatternGenerator generator(20241122);
  pcre2_match_data* const data = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* const limits = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(limits, 100'000);
  Agreement agreement;
  for (int i = 0; i < 20'000; ++i) {
    const std::string pattern = generator.pattern();
    const EcmaRegex regex = parse_ecma_regex(pattern);
    const std::string program = compile(regex);
    if (program.empty()) continue;
    ++agreement.patterns;
    const std::string translated = translate_ecma_regex(regex).text;
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code* const code = pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(translated.c_str()), translated.size(),
        PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NO_START_OPTIMIZE,
        &error, &offset, nullptr);
    EXPECT_NE(code, nullptr) << pattern;
    if (code == nullptr) break;
    for (int j = 0; j < 20; ++j) {
      const std::string text = generator.text();
      const int outcome = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.c_str()), text.size(),
                                      0, PCRE2_NO_JIT, data, limits);
      if (outcome == PCRE2_ERROR_MATCHLIMIT) continue;
      const Match answer = match(program, text, nullptr);
      EXPECT_EQ(answer, outcome >= 0 ? Match::yes : Match::no) << pattern << " on " << text;
      agreement.matches += answer == Match::yes ? 1 : 0;
    }
    pcre2_code_free(code);
  }
  pcre2_match_context_free(limits);
  pcre2_match_data_free(data);
  return agreement;
}

}  // namespace tenancy::jsonschema::test
