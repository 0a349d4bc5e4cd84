#include "jsonschema/regex/simple_pattern.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "jsonschema/regex/ecma_characters.hpp"
#include "jsonschema/regex/simple_program.hpp"
#include "jsonschema/value/bytes.hpp"
#include "jsonschema/value/utf8.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// Bytes, characters or jumps between two questions whether to give up.
constexpr std::size_t slice = 1'000'000;

using Byte = unsigned char;

std::uint32_t number_at(const Byte* at) noexcept {
  return at[0] | static_cast<std::uint32_t>(at[1]) << 8U;
}

class Class {
 public:
  explicit Class(const Byte* bytes) noexcept : beyond_(static_cast<Beyond>(bytes[class_size - 1])) {
    std::memcpy(&low_, bytes, sizeof low_);
    std::memcpy(&high_, bytes + sizeof low_, sizeof high_);
  }

  // Takes one character of the class, if the next is one. `at` is not at the end.
  bool take(const Byte*& at, const Byte* end) const noexcept {
    if (*at < 0x80) {
      if (!has_ascii(*at)) return false;
      ++at;
      return true;
    }
    return beyond_ != Beyond::none && take_beyond(at, end);
  }

  // Takes so many characters at most, and returns how many they were.
  std::size_t take_run(const Byte*& at, const Byte* end, std::size_t most) const noexcept {
    const Byte* next = at;
    const auto left = static_cast<std::size_t>(end - next);
    const Byte* const stop = left < most ? end : next + most;
    while (next != stop && *next < 0x80 && has_ascii(*next)) ++next;
    std::size_t count = static_cast<std::size_t>(next - at);
    at = next;
    if (next == stop || *next < 0x80 || beyond_ == Beyond::none) return count;
    while (count < most && at != end && take(at, end)) ++count;
    return count;
  }

  // Takes just so many characters. Without a branch for each, if they are ASCII.
  bool take_exactly(const Byte*& at, const Byte* end, std::size_t count) const noexcept {
    if (static_cast<std::size_t>(end - at) < count) return false;  // each has a byte at least
    std::uint64_t all = 1;
    Byte bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
      all &= word_of(at[i]) >> (at[i] & 63U);
      bytes |= at[i];
    }
    if (bytes < 0x80) {
      at += count;
      return all != 0;
    }
    return beyond_ != Beyond::none && take_run(at, end, count) == count;
  }

 private:
  bool take_beyond(const Byte*& at, const Byte* end) const noexcept {
    std::string_view rest(reinterpret_cast<const char*>(at), static_cast<std::size_t>(end - at));
    const std::uint32_t code_point = take_code_point(rest);
    switch (beyond_) {
      case Beyond::none:
        return false;
      case Beyond::all:
        break;
      case Beyond::spaces:
        if (!contains(spaces, code_point)) return false;
        break;
      case Beyond::all_but_spaces:
        if (contains(spaces, code_point)) return false;
        break;
      case Beyond::all_but_line_ends:
        if (contains(line_ends, code_point)) return false;
        break;
    }
    at = end - rest.size();
    return true;
  }

  std::uint64_t word_of(Byte c) const noexcept { return (c & 64U) != 0 ? high_ : low_; }
  bool has_ascii(Byte c) const noexcept { return (word_of(c) >> (c & 63U) & 1U) != 0; }

  std::uint64_t low_;  // a bit for each ASCII character
  std::uint64_t high_;
  Beyond beyond_;
};

bool asks_to_stop(InterruptPoll interrupted) noexcept {
  return interrupted != nullptr && interrupted();
}

Match contains_text(std::string_view literal, std::string_view text,
                    InterruptPoll interrupted) noexcept {
  for (std::size_t from = 0;; from += slice) {
    const std::string_view part = text.substr(from, slice + literal.size());
    if (part.find(literal) != std::string_view::npos) return Match::yes;
    if (text.size() - from <= slice) return Match::no;
    if (asks_to_stop(interrupted)) return Match::interrupted;
  }
}

Match contains_one(Class members, const Byte* at, const Byte* end,
                   InterruptPoll interrupted) noexcept {
  while (at != end) {
    const Byte* const stop = at + std::min<std::size_t>(static_cast<std::size_t>(end - at), slice);
    while (at < stop) {
      if (members.take(at, end)) return Match::yes;
      ++at;
      while (at != end && (*at & 0xC0U) == 0x80U) ++at;
    }
    if (at != end && asks_to_stop(interrupted)) return Match::interrupted;
  }
  return Match::no;
}

// The longest of the literals at `step` that fits comes first.
const Byte* choose(const Byte* step, const Byte*& at, const Byte* end) noexcept {
  const auto left = static_cast<std::size_t>(end - at);
  bool chosen = false;
  std::uint32_t count = *step++;
  for (; count > 0; --count) {
    const std::size_t size = *step++;
    if (!chosen && size <= left && same_bytes(at, step, size)) {
      at += size;
      chosen = true;
    }
    step += size;
  }
  return chosen ? step : nullptr;
}

Match follow(const Byte* classes, const Byte* steps, bool to_end, const Byte* at, const Byte* end,
             InterruptPoll interrupted) noexcept {
  const auto class_at = [&](const Byte* step) noexcept {
    return Class(classes + *step * class_size);
  };
  const Byte* step = steps;
  std::size_t jumps = 0;
  while (true) {
    switch (static_cast<Step>(*step++)) {
      case Step::accept:
        return !to_end || at == end ? Match::yes : Match::no;
      case Step::literal: {
        const std::size_t size = *step++;
        if (static_cast<std::size_t>(end - at) < size || !same_bytes(at, step, size))
          return Match::no;
        at += size;
        step += size;
        break;
      }
      case Step::fixed: {
        const std::size_t size = step[0];
        const std::uint32_t ranges = step[1];
        if (static_cast<std::size_t>(end - at) < size || !is_fixed(at, step + 2, size, ranges)) {
          return Match::no;
        }
        at += size;
        step += 2 + 2 * ranges * size;
        break;
      }
      case Step::one:
        if (at == end || !class_at(step).take(at, end)) return Match::no;
        ++step;
        break;
      case Step::run: {
        const Class members = class_at(step);
        const std::size_t least = number_at(step + 1);
        const std::size_t limit = number_at(step + 3);
        step += 5;
        if (limit == least) {
          if (!members.take_exactly(at, end, least)) return Match::no;
          break;
        }
        if (limit != no_limit) {
          if (members.take_run(at, end, limit) < least) return Match::no;
          break;
        }
        std::size_t count = members.take_run(at, end, slice);
        if (count < least) return Match::no;
        while (count == slice) {
          if (asks_to_stop(interrupted)) return Match::interrupted;
          count = members.take_run(at, end, slice);
        }
        break;
      }
      case Step::choice:
        step = choose(step, at, end);
        if (step == nullptr) return Match::no;
        break;
      case Step::branch: {
        const Byte* next = at;
        const bool taken = at != end && class_at(step).take(next, end);
        step = taken ? step + 3 : steps + number_at(step + 1);
        break;
      }
      case Step::jump:
        step = steps + number_at(step);
        if (++jumps % slice == 0 && asks_to_stop(interrupted)) return Match::interrupted;
        break;
    }
  }
}

}  // namespace

Match match_other_pattern(std::string_view program, std::string_view text,
                          InterruptPoll interrupted) noexcept {
  const auto* const bytes = reinterpret_cast<const Byte*>(program.data());
  const auto* const begin = reinterpret_cast<const Byte*>(text.data());
  const auto* const end = begin + text.size();
  const std::string_view literal = program.substr(1);
  const auto match_of = [](bool matches) noexcept { return matches ? Match::yes : Match::no; };
  const auto whole = static_cast<Whole>(bytes[0]);
  switch (whole) {
    case Whole::always:
      return Match::yes;
    case Whole::contains:
      return contains_text(literal, text, interrupted);
    case Whole::prefix:
      return match_of(text.starts_with(literal));
    case Whole::suffix:
      return match_of(text.ends_with(literal));
    case Whole::equal:
      return match_of(text == literal);
    case Whole::some:
      return contains_one(Class(bytes + 1), begin, end, interrupted);
    case Whole::from_begin:
    case Whole::from_begin_to_end: {
      const Byte* const classes = bytes + 2;
      return follow(classes, classes + bytes[1] * class_size, whole == Whole::from_begin_to_end,
                    begin, end, interrupted);
    }
    case Whole::fixed:
      break;  // match_simple_pattern() has matched it
  }
  return Match::limit;
}

}  // namespace tenancy::jsonschema
