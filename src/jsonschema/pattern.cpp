#include "pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <limits>
#include <new>
#include <string>

#include "ecma_regex.hpp"
#include "jsonb.hpp"
#include "simple_pattern.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

// A search begins with a limit of steps that most searches do not reach. Where it does not suffice,
// the search goes on from one starting point after the other, and raises the limit by a factor.
constexpr std::uint32_t first_limit = 64;
constexpr std::uint64_t limit_growth = 4;

// What one search may spend before it gives up. PCRE2 counts the steps from each starting point
// anew and does not tell them, so that a search is charged the limit that it was run with. A step
// takes 2 ns in machine code and some 15 ns in the interpreter, but may also read the whole text.
// The last try may take limit_growth times as long as all before it.
constexpr std::uint64_t step_budget = 4'000'000;
constexpr std::int64_t step_time_ns = 16'000'000;
constexpr std::int64_t search_time_ns = 60'000'000;  // of starting points that need no more steps

// Characters that may be read between two looks at the clock.
constexpr std::uint64_t unclocked_reads = 16'000'000;

// Bytes of a text whose encoding is checked between two questions whether to give up.
constexpr std::size_t slice = 4'000'000;

// When machine code is made: some 30 short texts take the interpreter as long as making it does.
constexpr std::size_t work_of_a_search = 64;
constexpr std::size_t work_worth_machine_code = 2'500;

constexpr std::uint32_t unlimited_reach = std::numeric_limits<std::uint32_t>::max();

constexpr std::uint32_t heap_limit_kib = 16 * 1024;
constexpr std::size_t jit_stack_start = 64 * 1024;
constexpr std::size_t jit_stack_limit = 8 * 1024 * 1024;

// Without its optimizations of where a match may start: in 10.42 machine code they overlook matches
// (`(1|)b*1` in "1"), as others have in versions before and after.
constexpr std::uint32_t compile_options =
    PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY |
    PCRE2_ALLOW_EMPTY_CLASS | PCRE2_USE_OFFSET_LIMIT | PCRE2_NO_START_OPTIMIZE;

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

bool is_continuation(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool is_ascii_text(std::string_view text) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t seen = 0;
  std::uint64_t word = 0;
  for (; left >= sizeof word; at += sizeof word, left -= sizeof word) {
    std::memcpy(&word, at, sizeof word);
    seen |= word;
  }
  for (; left > 0; ++at, --left) seen |= static_cast<unsigned char>(*at);
  return (seen & high_bits) == 0;
}

// Match::yes, malformed or interrupted.
Match check_utf8(std::string_view text, InterruptPoll interrupted) noexcept {
  if (text.size() <= slice) {
    return is_ascii_text(text) || jsonb::is_utf8(text) ? Match::yes : Match::malformed;
  }
  while (!text.empty()) {
    std::size_t size = std::min(slice, text.size());
    while (size < text.size() && size > slice - 4 && is_continuation(text[size])) --size;
    if (!jsonb::is_utf8(text.substr(0, size))) return Match::malformed;
    text.remove_prefix(size);
    if (interrupted != nullptr && interrupted()) return Match::interrupted;
  }
  return Match::yes;
}

}  // namespace

// What one search has spent. The clock starts at the first look: short searches never take one.
class Effort {
 public:
  explicit Effort(InterruptPoll interrupted) noexcept : interrupted_(interrupted) {}

  // Each of these returns Match::no as long as the search may go on; else what it ends in.

  // So many characters may have been read.
  Match read(std::uint64_t characters) noexcept {
    unclocked_ += characters;
    return unclocked_ < unclocked_reads ? Match::no : look(search_time_ns);
  }
  // A try with this limit begins.
  Match take(std::uint64_t steps) noexcept {
    steps_ += steps;
    return steps_ <= step_budget ? Match::no : Match::limit;
  }
  // It did not suffice.
  Match raise() noexcept { return look(step_time_ns); }

 private:
  Match look(std::int64_t budget_ns) noexcept {
    unclocked_ = 0;
    if (interrupted_ != nullptr && interrupted_()) return Match::interrupted;
    const std::int64_t now = processor_time_ns();
    if (began_ == 0) began_ = now;
    return now - began_ <= budget_ns ? Match::no : Match::limit;
  }

  InterruptPoll interrupted_;
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

// Short texts are all searched with the same limits.
void Matcher::limit(std::uint32_t steps, std::size_t last_start) noexcept {
  if (steps != steps_) pcre2_set_match_limit(context_.get(), steps_ = steps);
  if (last_start != last_start_) pcre2_set_offset_limit(context_.get(), last_start_ = last_start);
}

Pattern::Pattern(std::string_view text) {
  const EcmaRegex regex = parse_ecma_regex(text);
  const std::string program = compile_simple_pattern(regex);
  if (text.size() + program.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw PatternError("it is too long");
  }
  text_size_ = static_cast<std::uint32_t>(text.size());
  program_size_ = static_cast<std::uint32_t>(program.size());
  bytes_ = std::make_unique_for_overwrite<char[]>(text.size() + program.size());
  text.copy(bytes_.get(), text.size());
  program.copy(bytes_.get() + text.size(), program.size());
  if (program.empty()) compile(regex);
}

void Pattern::compile(const EcmaRegex& regex) {
  const TranslatedRegex translated = translate_ecma_regex(regex);
  reach_ = static_cast<std::uint32_t>(std::min<std::size_t>(translated.reach, unlimited_reach));
  int error = 0;
  PCRE2_SIZE offset = 0;
  code_.reset(pcre2_compile(bytes_of(translated.text), translated.text.size(), compile_options,
                            &error, &offset, nullptr));
  if (!code_) {
    // The second: no memory for something that it keeps while it compiles.
    if (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED) throw std::bad_alloc();
    throw PatternError(message_of(error));
  }
  std::uint32_t options = 0;
  pcre2_pattern_info(code_.get(), PCRE2_INFO_ALLOPTIONS, &options);
  anchored_ = (options & PCRE2_ANCHORED) != 0;
}

// Where there is no JIT, or no memory that may be executed, the interpreter does all the work.
void Pattern::count_work(std::size_t text_size) const noexcept {
  const std::size_t work = work_ + work_of_a_search + text_size;
  if (work < work_worth_machine_code) {
    work_ = static_cast<std::uint16_t>(work);
    return;
  }
  kind_ =
      pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE) == 0 ? Code::machine : Code::never_machine;
}

Match Pattern::search(std::string_view text, Matcher& matcher,
                      InterruptPoll interrupted) const noexcept {
  // One check here costs less than PCRE2's own, and less than PCRE2_MATCH_INVALID_UTF.
  if (const Match match = check_utf8(text, interrupted); match != Match::yes) return match;
  return is_simple() ? match_simple_pattern(simple_program(), text, interrupted)
                     : search_pcre2(text, matcher, interrupted);
}

Match Pattern::search_pcre2(std::string_view text, Matcher& matcher,
                            InterruptPoll interrupted) const noexcept {
  if (!matcher.prepare()) return Match::limit;
  if (kind_ == Code::interpreted) count_work(text.size());

  // What one try may read: the whole text at each step, or at each no more than its reach.
  const std::uint64_t reads = std::min<std::uint64_t>(
      text.size() + 1, reach_ == unlimited_reach ? std::numeric_limits<std::uint64_t>::max()
                                                 : std::uint64_t{reach_} * first_limit + 1);
  if (reads > unclocked_reads) return Match::limit;
  const std::size_t end = anchored_ ? 0 : text.size();  // the last starting point
  const std::size_t stride = std::max<std::size_t>(unclocked_reads / reads, 1);

  Effort effort(interrupted);
  for (std::size_t start = 0;; start += stride) {
    const bool is_last = end - start < stride;
    const std::size_t last = is_last ? end : start + (stride - 1);
    // The last starting point needs no limit: searches of short texts all have the same.
    const int outcome = run(text, matcher, start, is_last ? PCRE2_UNSET : last, first_limit);
    if (outcome >= 0) return Match::yes;
    if (outcome == PCRE2_ERROR_MATCHLIMIT) {
      const Match match = search_each(text, matcher, start, last, effort);
      if (match != Match::no) return match;
    } else if (outcome != PCRE2_ERROR_NOMATCH) {
      return Match::limit;
    }
    if (is_last) return Match::no;
    if (const Match stop = effort.read((last - start + 1) * reads); stop != Match::no) return stop;
  }
}

// Searches from each starting point by itself, with a limit that is raised where it does not
// suffice, until all is spent.
Match Pattern::search_each(std::string_view text, Matcher& matcher, std::size_t first_start,
                           std::size_t last_start, Effort& effort) const noexcept {
  for (std::size_t start = first_start; start <= last_start; ++start) {
    for (std::uint64_t steps = first_limit;; steps *= limit_growth) {
      if (const Match stop = effort.take(steps); stop != Match::no) return stop;
      if (const Match stop = effort.read(text.size()); stop != Match::no) return stop;
      const int outcome = run(text, matcher, start, start, steps);
      if (outcome >= 0) return Match::yes;
      if (outcome == PCRE2_ERROR_NOMATCH) break;
      if (outcome != PCRE2_ERROR_MATCHLIMIT) return Match::limit;
      if (const Match stop = effort.raise(); stop != Match::no) return stop;
    }
  }
  return Match::no;
}

// One call of PCRE2, for the starting points given and so many steps from each of them.
int Pattern::run(std::string_view text, Matcher& matcher, std::size_t first_start,
                 std::size_t last_start, std::uint64_t steps) const noexcept {
  if (first_start < text.size() && is_continuation(text[first_start])) {
    // PCRE2 wants a whole character.
    return first_start == last_start ? PCRE2_ERROR_NOMATCH
                                     : run(text, matcher, first_start + 1, last_start, steps);
  }
  matcher.limit(static_cast<std::uint32_t>(steps), last_start);
  pcre2_match_context* const context = matcher.context_.get();
  pcre2_match_data* const data = matcher.data_.get();
  if (kind_ == Code::machine) {
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
  std::size_t bytes = text_size_ + program_size_;
  if (code_) {
    bytes += info_size(code_.get(), PCRE2_INFO_SIZE) + info_size(code_.get(), PCRE2_INFO_JITSIZE);
  }
  return bytes;
}

}  // namespace tenancy::jsonschema
