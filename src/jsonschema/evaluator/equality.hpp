// Equality of stored values, as JSON Schema defines it (2020-12 Core, 4.2.2): numbers by value,
// objects without regard to order, everything else as it stands.
#pragma once

#include <cstdint>

#include "jsonschema/evaluate.hpp"
#include "jsonschema/value/jsonb.hpp"

namespace tenancy::jsonschema {

// Counts work and asks the host, seldom enough to cost nothing.
class Watch {
 public:
  explicit Watch(const Host& host) noexcept : host_(host) {}

  // Called for each node, or once for so many. True: the evaluation must end.
  bool interrupted(std::uint32_t nodes = 1) noexcept {
    left_ -= nodes;
    if (left_ > 0) [[likely]]
      return false;
    left_ = polling_interval;
    return host_.interrupted != nullptr && host_.interrupted();
  }

  // Called before a container is entered. The host is asked anew for every 64 kB of stack.
  bool stack_exhausted() noexcept {
    const auto frame = reinterpret_cast<std::intptr_t>(__builtin_frame_address(0));
    if (frame < asked_ && asked_ - frame < stack_interval) [[likely]]
      return false;
    if (host_.stack_exhausted == nullptr) return false;
    if (host_.stack_exhausted()) return true;
    asked_ = frame + 1;
    return false;
  }

  auto interrupted_callback() const noexcept { return host_.interrupted; }

 private:
  static constexpr std::int64_t polling_interval = 1024;
  static constexpr std::intptr_t stack_interval = 64 * 1024;

  Host host_;
  std::int64_t left_ = polling_interval;
  std::intptr_t asked_ = 0;  // the frame at the last question
};

// Valid, and the order of two values, or why there is none, and 0.
struct Comparison {
  Verdict verdict;
  int order;
};

// Some order of all values, in which those that are equal are 0 and no others.
Comparison compare_values(jsonb::Value left, jsonb::Value right, Watch& watch) noexcept;

// Valid: equal. Invalid: different.
inline Verdict equal(jsonb::Value left, jsonb::Value right, Watch& watch) noexcept {
  const Comparison comparison = compare_values(left, right, watch);
  return comparison.order == 0 ? comparison.verdict : Verdict::invalid;
}

// Valid: no two elements of `array` are equal. Expected time is linear: elements are entered into
// a hash table of 8 bytes a slot, which grows with them. Whoever chooses elements for their hashes
// makes them be sorted instead. Should there be no memory for either, every pair is compared.
// `first` and `second` become the positions of two that are equal.
Verdict unique_elements(jsonb::Value array, Watch& watch, std::uint32_t& first,
                        std::uint32_t& second) noexcept;

}  // namespace tenancy::jsonschema
