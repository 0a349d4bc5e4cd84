// Regular expressions of `pattern` and `patternProperties`: ECMA-262 syntax and meaning.
//
// A search is unanchored, as JSON Schema demands (2020-12 Validation, 6.3.3). Simple patterns (see
// simple_pattern.hpp) are matched without an engine, most of the others by an automaton (see
// automaton.hpp), both in time proportional to the text. What neither can do (look-around, back
// references, Unicode properties, large counts) is run by PCRE2 (see ecma_regex.hpp): by its
// interpreter at first, and as machine code, where the machine can, once there has been so much to
// do that it pays. Machine code takes kilobytes and tens of microseconds to make.
//
// No search may hold its process. What PCRE2 may do is bounded by steps, which it counts. The few
// searches that need many of them, or may read a long text again and again, are run with code that
// calls back, and so are bounded by processor time, and can be interrupted. A search that would
// need more ends in Match::limit, which is neither yes nor no: `(a+)+(?=!)` on 10,000 characters
// within some 10 ms. So does one of a text above 32 MB for a pattern that may read all of it in one
// step, such as `.*x`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "jsonschema/regex/automaton.hpp"
#include "jsonschema/regex/ecma_syntax.hpp"
#include "jsonschema/regex/simple_pattern.hpp"
#include "jsonschema/value/match.hpp"

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;
struct pcre2_real_jit_stack_8;

namespace tenancy::jsonschema {

// What searches write to: one per program, so that they allocate nothing but what the first of them
// that needs PCRE2, and the first that needs a larger stack, leave here. Only one search may use it
// at a time.
class Matcher {
 private:
  friend class Pattern;
  struct Free {
    void operator()(pcre2_real_match_data_8* data) const noexcept;
    void operator()(pcre2_real_match_context_8* context) const noexcept;
    void operator()(pcre2_real_jit_stack_8* stack) const noexcept;
  };
  bool prepare() noexcept;  // false: no memory
  int run(const pcre2_real_code_8* code, bool is_machine_code, std::string_view text,
          std::size_t first_start, std::size_t last_start, std::uint32_t steps) noexcept;

  std::unique_ptr<pcre2_real_match_context_8, Free> context_;
  std::unique_ptr<pcre2_real_match_data_8, Free> data_;
  std::unique_ptr<pcre2_real_jit_stack_8, Free> stack_;
  std::size_t last_start_ = 0;  // what the context says
  std::uint32_t steps_ = 0;
};

class Effort;

// Like the Matcher, a Pattern may be searched for by one search at a time: PCRE2's machine code is
// made in one.
class Pattern {
 public:
  // Throws PatternError, or std::bad_alloc.
  explicit Pattern(std::string_view text);

  // Does some part of `text` match? `interrupted` is asked every few milliseconds. That `text` is
  // UTF-8 is checked only before PCRE2 reads it (Match::malformed): other bytes have some answer.
  Match search(std::string_view text, Matcher& matcher,
               InterruptPoll interrupted = nullptr) const noexcept {
    switch (engine_) {
      case Engine::simple:
        return match_simple_pattern(program(), text, interrupted);
      case Engine::automaton:
        return match_automaton(program(), text, interrupted);
      case Engine::pcre2:
        break;
    }
    return search_pcre2(text, matcher, interrupted);
  }

  std::string_view text() const noexcept { return {bytes_.get(), text_size_}; }

  // What matches it.
  enum class Engine : std::uint8_t { simple, automaton, pcre2 };
  Engine engine() const noexcept { return engine_; }

  // Bytes on the heap. It grows when machine code is made, and when a search first needs the code
  // that calls back: at most twice.
  std::size_t memory() const noexcept;

 private:
  struct Free {
    void operator()(pcre2_real_code_8* code) const noexcept;
  };
  using Code = std::unique_ptr<pcre2_real_code_8, Free>;
  std::string_view program() const noexcept { return {bytes_.get() + text_size_, program_size_}; }
  void compile(const EcmaRegex& regex);
  void count_work(std::size_t text_size) const noexcept;
  Match search_pcre2(std::string_view text, Matcher& matcher,
                     InterruptPoll interrupted) const noexcept;
  Match search_carefully(std::string_view text, Matcher& matcher, std::size_t first_start,
                         Effort& effort) const noexcept;
  bool compile_carefully() const noexcept;

  std::unique_ptr<char[]> bytes_;  // the text, then the program, unless that is PCRE2's
  Code code_;
  mutable Code careful_code_;  // null until it is needed
  std::uint32_t text_size_ = 0;
  std::uint32_t program_size_ = 0;
  std::uint32_t reach_ = 0;         // bytes that a try at one place may read, see ecma_regex.hpp
  mutable std::uint16_t work_ = 0;  // that PCRE2 has had, until it is enough for machine code
  mutable bool is_machine_code_ = false;
  bool anchored_ = false;  // can match at one starting point only
  Engine engine_ = Engine::pcre2;
};

}  // namespace tenancy::jsonschema
