#include "pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <new>

#include "ecma_regex.hpp"
#include "jsonb.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

// A search begins with a limit of steps that most searches do not reach. Where it does not suffice,
// the search goes on from one starting point after the other, and raises the limit by a factor.
constexpr std::uint64_t first_limit = 64;
constexpr std::uint64_t limit_growth = 4;

// What one search may spend before it gives up. PCRE2 counts the steps from each starting point
// anew and does not tell them, so that a search is charged the limit that it was run with. A step
// takes 2 ns in machine code and some 15 ns in the interpreter, but may also read the whole text.
// The last try may take limit_growth times as long as all before it.
constexpr std::uint64_t step_budget = 4'000'000;
constexpr std::int64_t time_budget_ns = 16'000'000;

// Characters that may be read between two looks at the clock.
constexpr std::uint64_t unclocked_reads = 20'000'000;

constexpr std::uint32_t heap_limit_kib = 16 * 1024;
constexpr std::size_t jit_stack_start = 64 * 1024;
constexpr std::size_t jit_stack_limit = 8 * 1024 * 1024;

constexpr std::uint32_t compile_options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C |
                                          PCRE2_DOLLAR_ENDONLY | PCRE2_ALLOW_EMPTY_CLASS |
                                          PCRE2_MATCH_UNSET_BACKREF | PCRE2_USE_OFFSET_LIMIT;

PCRE2_SPTR bytes_of(std::string_view text) noexcept {
  // PCRE2 does not take a null pointer, not even for no bytes.
  return reinterpret_cast<PCRE2_SPTR>(text.empty() ? "" : text.data());
}

std::string message_of(int code) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(code, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

std::size_t info_size(const pcre2_code* code, std::uint32_t what) noexcept {
  std::size_t size = 0;
  return pcre2_pattern_info(code, what, &size) == 0 ? size : 0;
}

std::int64_t processor_time_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

// What one search has spent. The clock starts at the first look: short searches never take one.
class Effort {
 public:
  // So many characters may have been read. False: too much.
  bool read(std::uint64_t characters) noexcept {
    unclocked_ += characters;
    return unclocked_ < unclocked_reads || within_time();
  }
  // A search with this limit begins. False: too much.
  bool take(std::uint64_t steps) noexcept {
    steps_ += steps;
    return steps_ <= step_budget;
  }
  bool within_time() noexcept {
    unclocked_ = 0;
    const std::int64_t now = processor_time_ns();
    if (began_ == 0) began_ = now;
    return now - began_ <= time_budget_ns;
  }

 private:
  std::uint64_t unclocked_ = 0;
  std::uint64_t steps_ = 0;
  std::int64_t began_ = 0;
};

void Matcher::Free::operator()(pcre2_match_data* data) const noexcept {
  pcre2_match_data_free(data);
}
void Matcher::Free::operator()(pcre2_match_context* context) const noexcept {
  pcre2_match_context_free(context);
}
void Matcher::Free::operator()(pcre2_jit_stack* stack) const noexcept {
  pcre2_jit_stack_free(stack);
}
void Pattern::Free::operator()(pcre2_code* code) const noexcept {
  pcre2_code_free(code);
}

Matcher::Matcher()
    : context_(pcre2_match_context_create(nullptr)), data_(pcre2_match_data_create(1, nullptr)) {
  if (!context_ || !data_) throw std::bad_alloc();
  pcre2_set_heap_limit(context_.get(), heap_limit_kib);
}

Pattern::Pattern(std::string_view text) : text_(text) {
  const std::string translated = translate_ecma_regex(text);
  int error = 0;
  PCRE2_SIZE offset = 0;
  code_.reset(pcre2_compile(bytes_of(translated), translated.size(), compile_options, &error,
                            &offset, nullptr));
  if (!code_) {
    if (error == PCRE2_ERROR_NOMEMORY) throw std::bad_alloc();
    throw PatternError(message_of(error));
  }
  // Where there is no JIT, or no memory that may be executed, the interpreter does the work.
  machine_code_ = pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE) == 0;

  std::uint32_t options = 0;
  pcre2_pattern_info(code_.get(), PCRE2_INFO_ALLOPTIONS, &options);
  anchored_ = (options & PCRE2_ANCHORED) != 0;
}

Match Pattern::search(std::string_view text, Matcher& matcher) const noexcept {
  // One check here costs less than PCRE2's own, and less than PCRE2_MATCH_INVALID_UTF.
  if (!jsonb::is_utf8(text)) return Match::malformed;

  Effort effort;
  const std::size_t end = anchored_ ? 0 : text.size();  // the last starting point
  const std::size_t stride = std::max<std::size_t>(unclocked_reads / (text.size() + 1), 1);
  for (std::size_t start = 0; start <= end; start += stride) {
    const std::size_t last = std::min(start + (stride - 1), end);
    const int outcome = run(text, matcher, start, last, first_limit);
    if (outcome >= 0) return Match::yes;
    if (outcome == PCRE2_ERROR_MATCHLIMIT) {
      const Match match = search_each(text, matcher, start, last, effort);
      if (match != Match::no) return match;
    } else if (outcome != PCRE2_ERROR_NOMATCH) {
      return Match::limit;
    }
    if (last == end) break;
    if (!effort.read((last - start + 1) * text.size())) return Match::limit;
  }
  return Match::no;
}

// Searches from each starting point by itself, with a limit that is raised where it does not
// suffice, until all is spent.
Match Pattern::search_each(std::string_view text, Matcher& matcher, std::size_t first_start,
                           std::size_t last_start, Effort& effort) const noexcept {
  for (std::size_t start = first_start; start <= last_start; ++start) {
    for (std::uint64_t steps = first_limit;; steps *= limit_growth) {
      if (!effort.take(steps) || !effort.read(text.size())) return Match::limit;
      const int outcome = run(text, matcher, start, start, steps);
      if (outcome >= 0) return Match::yes;
      if (outcome == PCRE2_ERROR_NOMATCH) break;
      if (outcome != PCRE2_ERROR_MATCHLIMIT || !effort.within_time()) return Match::limit;
    }
  }
  return Match::no;
}

// One call of PCRE2, for the starting points given and so many steps from each of them.
int Pattern::run(std::string_view text, Matcher& matcher, std::size_t first_start,
                 std::size_t last_start, std::uint64_t steps) const noexcept {
  const bool inside_sequence =
      first_start < text.size() && (static_cast<unsigned char>(text[first_start]) & 0xC0U) == 0x80U;
  if (inside_sequence) {  // PCRE2 wants a whole character
    return first_start == last_start ? PCRE2_ERROR_NOMATCH
                                     : run(text, matcher, first_start + 1, last_start, steps);
  }
  pcre2_match_context* const context = matcher.context_.get();
  pcre2_match_data* const data = matcher.data_.get();
  pcre2_set_match_limit(context, static_cast<std::uint32_t>(steps));
  pcre2_set_offset_limit(context, last_start);
  if (machine_code_) {
    const auto match = [&]() noexcept {
      return pcre2_jit_match(code_.get(), bytes_of(text), text.size(), first_start, 0, data,
                             context);
    };
    int outcome = match();
    if (outcome == PCRE2_ERROR_JIT_STACKLIMIT && !matcher.stack_) {
      matcher.stack_.reset(pcre2_jit_stack_create(jit_stack_start, jit_stack_limit, nullptr));
      pcre2_jit_stack_assign(context, nullptr, matcher.stack_.get());
      outcome = match();
    }
    if (outcome != PCRE2_ERROR_JIT_STACKLIMIT) return outcome;
  }
  return pcre2_match(code_.get(), bytes_of(text), text.size(), first_start,
                     PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, context);
}

std::size_t Pattern::memory() const noexcept {
  return text_.capacity() + info_size(code_.get(), PCRE2_INFO_SIZE) +
         info_size(code_.get(), PCRE2_INFO_JITSIZE);
}

}  // namespace tenancy::jsonschema
