// What comes of holding a text against a pattern or a format.
#pragma once

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

}  // namespace tenancy::jsonschema
