// What comes of holding a text against a pattern or a format.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tenancy::jsonschema {

enum class Match : std::uint8_t {
  no,
  yes,
  limit,        // neither: to tell would take more time or memory than there is
  malformed,    // the text is not UTF-8
  interrupted,  // the caller's InterruptPoll said so
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

}  // namespace tenancy::jsonschema
