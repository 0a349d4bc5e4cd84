// Regular expressions of `pattern` and `patternProperties`: ECMA-262 syntax, run by PCRE2.
//
// The text is translated (see ecma_regex.hpp), compiled for UTF-8 and, where the machine can,
// to machine code. A search is unanchored, as JSON Schema demands (2020-12 Validation, 6.3.3).
//
// No search may hold its process. What it may do is bounded by steps, which PCRE2 counts, and, for
// the few searches that need many of them or read a long text again and again, by processor time
// (PCRE2 does not count the characters that one step reads). A search that would need more ends in
// Match::limit, which is neither yes nor no: `(a+)+$` on 10,000 characters within some 10 ms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;
struct pcre2_real_jit_stack_8;

namespace tenancy::jsonschema {

enum class Match : std::uint8_t {
  no,
  yes,
  limit,      // neither, see above
  malformed,  // the text is not UTF-8
};

// What a search writes to: one per program, so that searches allocate nothing, but for a larger
// stack the first time that one is needed. Only one search may use it at a time.
class Matcher {
 public:
  Matcher();  // throws std::bad_alloc

 private:
  friend class Pattern;
  struct Free {
    void operator()(pcre2_real_match_data_8* data) const noexcept;
    void operator()(pcre2_real_match_context_8* context) const noexcept;
    void operator()(pcre2_real_jit_stack_8* stack) const noexcept;
  };
  std::unique_ptr<pcre2_real_match_context_8, Free> context_;
  std::unique_ptr<pcre2_real_match_data_8, Free> data_;
  std::unique_ptr<pcre2_real_jit_stack_8, Free> stack_;
};

class Effort;

class Pattern {
 public:
  // Throws PatternError, or std::bad_alloc.
  explicit Pattern(std::string_view text);

  // Does some part of `text` match?
  Match search(std::string_view text, Matcher& matcher) const noexcept;

  const std::string& text() const noexcept { return text_; }
  std::size_t memory() const noexcept;

 private:
  struct Free {
    void operator()(pcre2_real_code_8* code) const noexcept;
  };
  int run(std::string_view text, Matcher& matcher, std::size_t first_start, std::size_t last_start,
          std::uint64_t steps) const noexcept;
  Match search_each(std::string_view text, Matcher& matcher, std::size_t first_start,
                    std::size_t last_start, Effort& effort) const noexcept;

  std::string text_;
  std::unique_ptr<pcre2_real_code_8, Free> code_;
  bool anchored_ = false;      // can match at one starting point only
  bool machine_code_ = false;  // else the interpreter
};

}  // namespace tenancy::jsonschema
