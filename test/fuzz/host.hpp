// The process that a fuzzed evaluation runs in: little stack, little patience.
#pragma once

#include <cstddef>
#include <cstdint>

#include "jsonschema/evaluate.hpp"

namespace tenancy::jsonschema::fuzz {

inline thread_local std::uintptr_t stack_base = 0;
inline thread_local std::size_t polls = 0;

inline std::uintptr_t stack_address() {
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

// Far below the 8 MB that there are: frames are large under a sanitizer.
inline bool stack_exhausted() noexcept {
  return stack_base - stack_address() > (1U << 20U);
}

// Ends what takes long by its nature, as nested references that each refer twice do.
inline bool impatient() noexcept {
  return ++polls > 2'000;
}

// To be asked for anew before each evaluation.
inline Host host() {
  stack_base = stack_address();
  polls = 0;
  return {.interrupted = impatient, .stack_exhausted = stack_exhausted};
}

}  // namespace tenancy::jsonschema::fuzz
