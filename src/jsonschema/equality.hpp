// Equality of stored values, as JSON Schema defines it (2020-12 Core, 4.2.2): numbers by value,
// objects without regard to order, everything else as it stands.
#pragma once

#include <cstdint>

#include "evaluate.hpp"
#include "jsonb.hpp"

namespace tenancy::jsonschema {

// Counts nodes and asks the host, seldom enough to cost nothing.
class Watch {
 public:
  explicit Watch(const Host& host) noexcept : host_(host) {}

  // Called for each node.
  bool interrupted() noexcept {
    if (++nodes_ % polling_interval != 0) return false;
    return host_.interrupted != nullptr && host_.interrupted();
  }
  // Called before a container is entered.
  bool stack_exhausted() const noexcept {
    return host_.stack_exhausted != nullptr && host_.stack_exhausted();
  }

 private:
  static constexpr std::uint32_t polling_interval = 1024;
  Host host_;
  std::uint32_t nodes_ = 0;
};

// Valid: equal. Invalid: different.
Verdict equal(const jsonb::Value& left, const jsonb::Value& right, Watch& watch) noexcept;

// Valid: no two elements of `array` are equal. Expected time is linear: elements are entered into
// a hash table of 8 bytes a slot, which grows with them. Should there be no memory for it, every
// pair is compared instead. `first` and `second` become the positions of two that are equal.
Verdict unique_elements(const jsonb::Value& array, Watch& watch, std::uint32_t& first,
                        std::uint32_t& second) noexcept;

}  // namespace tenancy::jsonschema
