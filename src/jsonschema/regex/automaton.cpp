#include "jsonschema/regex/automaton.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "jsonschema/regex/automaton_format.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

using namespace automaton;

namespace {

using Byte = unsigned char;

// The class of the character at `at`, beyond ASCII, which is passed over.
std::size_t take_beyond(const Byte* program, const Byte*& at, const Byte* end) noexcept {
  std::string_view rest(reinterpret_cast<const char*>(at), static_cast<std::size_t>(end - at));
  const std::uint32_t code_point = take_code_point(rest);
  at = end - rest.size();
  const Byte* range = program + beyond_at;
  std::size_t count = program[ranges_at];
  while (count > 1) {  // the last range that does not begin behind it
    const Byte* const middle = range + count / 2 * range_size;
    const std::uint32_t first = middle[1] | static_cast<std::uint32_t>(middle[2]) << 8U |
                                static_cast<std::uint32_t>(middle[3]) << 16U;
    if (first <= code_point) range = middle;
    count = first <= code_point ? count - count / 2 : count / 2;
  }
  return *range;
}

}  // namespace

Match match_automaton(std::string_view automaton, std::string_view text,
                      InterruptPoll interrupted) noexcept {
  const auto* const program = reinterpret_cast<const Byte*>(automaton.data());
  std::size_t state = program[start_at];
  if (state < first_row) return state == matched ? Match::yes : Match::no;
  const std::size_t classes = program[classes_at];
  const Byte* const ascii = program + ascii_at;
  const Byte* const table = program + beyond_at + program[ranges_at] * range_size;
  const Byte* row = table + (state - first_row) * classes;

  Interruption interruption(interrupted);
  const auto* at = reinterpret_cast<const Byte*>(text.data());
  const auto* const end = at + text.size();
  while (at != end) {
    const auto* const stop =
        at + std::min<std::size_t>(static_cast<std::size_t>(end - at), Interruption::slice);
    while (at < stop) {
      // Mostly a state stays the same, and then a step need not wait for the one before it.
      std::size_t next = state;
      while (*at < 0x80) {
        next = row[ascii[*at++]];
        if (next != state || at == stop) break;
      }
      if (next == state) {
        if (at == stop) break;
        next = row[take_beyond(program, at, end)];
        if (next == state) continue;
      }
      if (next < first_row) return next == matched ? Match::yes : Match::no;
      state = next;
      row = table + (state - first_row) * classes;
    }
    if (at != end && interruption.stops()) return Match::interrupted;
  }
  return state >= program[accepting_at] ? Match::yes : Match::no;
}

}  // namespace tenancy::jsonschema
