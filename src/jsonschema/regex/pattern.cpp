#include "jsonschema/regex/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>
#include <new>
#include <string>

#include "jsonschema/regex/ecma_regex.hpp"
#include "jsonschema/value/bytes.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// Steps from one starting point, which most searches do not reach. Where they do not suffice, the
// code that calls back is run, with more. A step takes 2 ns in machine code and some 15 ns in the
// interpreter, but may also read the whole text.
constexpr std::uint32_t first_limit = 256;
constexpr std::uint32_t careful_limit = 2'000'000;

// Processor time that one search may spend before it gives up. To say where that was, the report
// spends as much again: together less than the 100 ms that nothing may hold a backend.
constexpr std::int64_t time_budget_ns = 20'000'000;

// Characters that may be read between two looks at the clock.
constexpr std::uint64_t unclocked_reads = 8'000'000;

// A text that no single step may read, since it would take too long.
constexpr std::size_t too_long_to_read = 32'000'000;

// When machine code is made: some 30 short texts take the interpreter as long as making it does.
constexpr std::size_t work_of_a_search = 64;
constexpr std::size_t work_worth_machine_code = 2'500;

constexpr std::uint32_t unlimited_reach = std::numeric_limits<std::uint32_t>::max();

constexpr std::uint32_t heap_limit_kib = 16 * 1024;
constexpr std::size_t jit_stack_start = 64 * 1024;
constexpr std::size_t jit_stack_limit = 8 * 1024 * 1024;

// Without its optimizations of where a match may start: in 10.42 machine code they overlook matches
// (`(1|)b*1` in "1"), as others have in versions before and after.
constexpr std::uint32_t compile_options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C |
                                          PCRE2_DOLLAR_ENDONLY | PCRE2_ALLOW_EMPTY_CLASS |
                                          PCRE2_USE_OFFSET_LIMIT | PCRE2_NO_START_OPTIMIZE;

PCRE2_SPTR bytes_of(std::string_view text) noexcept {
  // PCRE2 does not take a null pointer, not even for no bytes.
  return reinterpret_cast<PCRE2_SPTR>(text.empty() ? "" : text.data());
}

std::string message_of(int code) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(code, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

// Throws PatternError, or std::bad_alloc.
pcre2_code* compiled(const std::string& text, std::uint32_t more_options) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* const code = pcre2_compile(bytes_of(text), text.size(),
                                         compile_options | more_options, &error, &offset, nullptr);
  if (code != nullptr) return code;
  // The second: no memory for something that it keeps while it compiles.
  if (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED) throw std::bad_alloc();
  throw PatternError(message_of(error));
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

// What one search has spent. It is asked between the runs of PCRE2, and in them by the code that
// calls back. The clock starts at the first look: short searches never take one.
class Effort {
 public:
  explicit Effort(InterruptPoll interrupted) noexcept : interrupted_(interrupted) {}

  // So many characters may have been read. False: the search ends, as end() says.
  bool read(std::uint64_t characters) noexcept {
    unclocked_ += characters;
    return unclocked_ < unclocked_reads || look();
  }
  Match end() const noexcept { return end_; }

 private:
  bool look() noexcept {
    unclocked_ = 0;
    const std::int64_t now = processor_time_ns();
    if (began_ == 0) began_ = now;
    if (now - began_ > time_budget_ns) {
      end_ = Match::limit;
    } else if (interrupted_ != nullptr && interrupted_()) {
      end_ = Match::interrupted;
    } else {
      return true;
    }
    return false;
  }

  InterruptPoll interrupted_;
  std::uint64_t unclocked_ = 0;
  std::int64_t began_ = 0;
  Match end_ = Match::limit;
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

bool Matcher::prepare() noexcept {
  if (!context_) {
    context_.reset(pcre2_match_context_create(nullptr));
    if (!context_) return false;
    pcre2_set_heap_limit(context_.get(), heap_limit_kib);
    pcre2_set_match_limit(context_.get(), steps_);
    pcre2_set_offset_limit(context_.get(), last_start_);
  }
  if (!data_) data_.reset(pcre2_match_data_create(1, nullptr));
  return data_ != nullptr;
}

// One call of PCRE2, for the starting points given and so many steps from each of them.
int Matcher::run(const pcre2_code* code, bool is_machine_code, std::string_view text,
                 std::size_t first_start, std::size_t last_start, std::uint32_t steps) noexcept {
  // PCRE2 wants a whole character.
  while (first_start < text.size() && is_continuation(text[first_start])) {
    if (first_start++ == last_start) return PCRE2_ERROR_NOMATCH;
  }
  // Short texts are all searched with the same limits.
  pcre2_match_context* const context = context_.get();
  if (steps != steps_) pcre2_set_match_limit(context, steps_ = steps);
  if (last_start != last_start_) pcre2_set_offset_limit(context, last_start_ = last_start);
  if (is_machine_code) {
    const auto match = [&]() noexcept {
      return pcre2_jit_match(code, bytes_of(text), text.size(), first_start, 0, data_.get(),
                             context);
    };
    int outcome = match();
    if (outcome == PCRE2_ERROR_JIT_STACKLIMIT && !stack_) {
      stack_.reset(pcre2_jit_stack_create(jit_stack_start, jit_stack_limit, nullptr));
      pcre2_jit_stack_assign(context, nullptr, stack_.get());
      outcome = match();
    }
    if (outcome != PCRE2_ERROR_JIT_STACKLIMIT) return outcome;
  }
  return pcre2_match(code, bytes_of(text), text.size(), first_start,
                     PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data_.get(), context);
}

Pattern::Pattern(std::string_view text) {
  if (text.size() > longest_regex) throw PatternError("it is longer than 1 MB");
  const EcmaRegex regex = parse_ecma_regex(text);
  std::string program = compile_simple_pattern(regex);
  if (!program.empty()) {
    engine_ = Engine::simple;
  } else if (program = compile_automaton(regex); !program.empty()) {
    engine_ = Engine::automaton;
  }
  text_size_ = static_cast<std::uint32_t>(text.size());
  program_size_ = static_cast<std::uint32_t>(program.size());
  bytes_ = std::make_unique_for_overwrite<char[]>(text.size() + program.size());
  text.copy(bytes_.get(), text.size());
  program.copy(bytes_.get() + text.size(), program.size());
  if (engine_ == Engine::pcre2) compile(regex);
}

void Pattern::compile(const EcmaRegex& regex) {
  const TranslatedRegex translated = translate_ecma_regex(regex);
  reach_ = static_cast<std::uint32_t>(std::min<std::size_t>(translated.reach, unlimited_reach));
  code_.reset(compiled(translated.text, 0));
  std::uint32_t options = 0;
  pcre2_pattern_info(code_.get(), PCRE2_INFO_ALLOPTIONS, &options);
  anchored_ = (options & PCRE2_ANCHORED) != 0;
}

bool Pattern::compile_carefully() const noexcept {
  if (careful_code_) return true;
  try {
    const TranslatedRegex translated =
        translate_ecma_regex(parse_ecma_regex(text()), Callouts::yes);
    careful_code_.reset(compiled(translated.text, anchored_ ? PCRE2_ANCHORED : 0));
  } catch (const PatternError&) {
    return false;  // it was just not too large without the callouts
  } catch (const std::bad_alloc&) {
    return false;
  }
  pcre2_jit_compile(careful_code_.get(), PCRE2_JIT_COMPLETE);
  return true;
}

// Where there is no JIT, or no memory that may be executed, the interpreter does all the work.
void Pattern::count_work(std::size_t text_size) const noexcept {
  const std::size_t work = work_ + work_of_a_search + text_size;
  work_ = static_cast<std::uint16_t>(std::min(work, work_worth_machine_code));
  if (work < work_worth_machine_code) return;
  is_machine_code_ = pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE) == 0;
}

namespace {

// Most texts are. Without a loop for each byte, and without a call.
inline bool is_short_ascii(std::string_view text) noexcept {
  constexpr std::size_t width = sizeof(std::uint64_t);
  constexpr std::size_t is_short = 1024;
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  if (text.size() > is_short) return false;
  const auto word_at = [&](std::size_t at) noexcept {
    return load_word<std::uint64_t>(text.data() + at);
  };
  std::uint64_t all = 0;
  if (text.size() < width) {
    for (const char c : text) all |= static_cast<unsigned char>(c);
  } else {
    for (std::size_t at = 0; at + width < text.size(); at += width) all |= word_at(at);
    all |= word_at(text.size() - width);
  }
  return (all & high_bits) == 0;
}

}  // namespace

Match Pattern::search_pcre2(std::string_view text, Matcher& matcher,
                            InterruptPoll interrupted) const noexcept {
  // One check here costs less than PCRE2's own, and less than PCRE2_MATCH_INVALID_UTF.
  if (!is_short_ascii(text)) {
    Interruption interruption(interrupted);
    if (const Match match = check_utf8(text, interruption); match != Match::yes) return match;
  }
  if (reach_ == unlimited_reach && text.size() > too_long_to_read) return Match::limit;
  if (!matcher.prepare()) return Match::limit;
  if (work_ < work_worth_machine_code) count_work(text.size());

  // From one starting point each step may read the whole text, or as far as the pattern reaches.
  Effort effort(interrupted);
  const std::uint64_t reads =
      std::min<std::uint64_t>(text.size() + 1, reach_) * std::uint64_t{first_limit};
  if (reads > unclocked_reads) return search_carefully(text, matcher, 0, effort);
  const std::size_t end = anchored_ ? 0 : text.size();  // the last starting point
  const std::size_t stride = std::max<std::size_t>(unclocked_reads / (reads + 1), 1);

  for (std::size_t start = 0;; start += stride) {
    const bool is_last = end - start < stride;
    const std::size_t last = start + (stride - 1);
    // The last starting point needs no limit: searches of short texts all have the same.
    const int outcome = matcher.run(code_.get(), is_machine_code_, text, start,
                                    is_last ? PCRE2_UNSET : last, first_limit);
    if (outcome >= 0) return Match::yes;
    if (outcome == PCRE2_ERROR_MATCHLIMIT) return search_carefully(text, matcher, start, effort);
    if (outcome != PCRE2_ERROR_NOMATCH) return Match::limit;
    if (is_last) return Match::no;
    if (!effort.read(stride * reads)) return effort.end();
  }
}

// Searches with the code that calls back.
Match Pattern::search_carefully(std::string_view text, Matcher& matcher, std::size_t first_start,
                                Effort& effort) const noexcept {
  if (!compile_carefully()) return Match::limit;
  struct Call {
    Effort& effort;
    std::uint64_t reads;  // until the next one
  };
  Call call{effort, text.size() + 256};
  pcre2_set_callout(
      matcher.context_.get(),
      [](pcre2_callout_block*, void* data) {
        auto* const call = static_cast<Call*>(data);
        return call->effort.read(call->reads) ? 0 : PCRE2_ERROR_CALLOUT;
      },
      &call);
  const bool is_machine_code = info_size(careful_code_.get(), PCRE2_INFO_JITSIZE) != 0;
  const int outcome = matcher.run(careful_code_.get(), is_machine_code, text, first_start,
                                  PCRE2_UNSET, careful_limit);
  pcre2_set_callout(matcher.context_.get(), nullptr, nullptr);
  if (outcome >= 0) return Match::yes;
  if (outcome == PCRE2_ERROR_NOMATCH) return Match::no;
  return outcome == PCRE2_ERROR_CALLOUT ? effort.end() : Match::limit;
}

std::size_t Pattern::memory() const noexcept {
  std::size_t bytes = text_size_ + program_size_;
  for (const pcre2_code* code : {code_.get(), careful_code_.get()}) {
    if (code == nullptr) continue;
    bytes += info_size(code, PCRE2_INFO_SIZE) + info_size(code, PCRE2_INFO_JITSIZE);
  }
  return bytes;
}

}  // namespace tenancy::jsonschema
