// What comes of holding a text against a pattern or a format.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tenancy::jsonschema {

enum class Match : std::uint8_t {
  no,
  yes,
  limit,        // neither: to tell would take more time or memory than there is
  malformed,    // the text is not UTF-8
  interrupted,  // the caller's InterruptPoll said so
  too_long,     // neither: the text is longer than what can be told of
};

// Asked every few milliseconds whether to give up. Null: never.
using InterruptPoll = bool (*)() noexcept;

// Asks that question while a long text is read, and keeps the answer.
class Interruption {
 public:
  // Bytes to be read between two questions.
  static constexpr std::size_t slice = 1'000'000;

  explicit Interruption(InterruptPoll poll) noexcept : poll_(poll) {}

  // Asks.
  bool stops() noexcept {
    stopped_ = stopped_ || (poll_ != nullptr && poll_());
    return stopped_;
  }
  bool stopped() const noexcept { return stopped_; }

 private:
  InterruptPoll poll_;
  bool stopped_ = false;
};

// How many bytes at the front of `text` are of a kind. A reading that the Interruption, which may
// be null, stops ends there; what comes of the number then means nothing.
template <typename Is>
std::size_t count_leading(std::string_view text, Is is, Interruption* interruption) noexcept {
  std::size_t count = 0;
  while (true) {
    const std::size_t stop = count + std::min(text.size() - count, Interruption::slice);
    while (count < stop && is(text[count])) ++count;
    if (count < stop || count == text.size()) return count;
    if (interruption != nullptr && interruption->stops()) return count;
  }
}

}  // namespace tenancy::jsonschema
