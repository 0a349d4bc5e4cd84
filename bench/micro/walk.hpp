// The floor: a walk over every JEntry of a stored jsonb, doing nothing with what it finds.
//
// Written from PostgreSQL's description of the format (utils/jsonb.h) and not with the engine's
// views, so that it stays what it is when those change. Checks nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace tenancy::jsonschema::bench {

// Of a container; the sum of what its entries say, so that no compiler leaves them out.
inline std::uint64_t walk(const std::byte* container) {
  const auto word = [](const std::byte* at) {
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
  };
  const std::uint32_t header = word(container);
  std::uint32_t count = header & 0x0FFFFFFFU;
  if ((header & 0x20000000U) != 0) count *= 2;  // an object: keys, then values
  const std::byte* const entries = container + 4;
  const std::byte* const data = entries + 4 * std::size_t{count};
  std::uint64_t sum = 0;
  std::uint32_t end = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t entry = word(entries + 4 * std::size_t{i});
    const std::uint32_t begin = end;
    const std::uint32_t field = entry & 0x0FFFFFFFU;
    end = (entry & 0x80000000U) != 0 ? field : begin + field;
    sum += end + (entry >> 28U);
    if ((entry & 0x70000000U) == 0x50000000U) sum += walk(data + ((begin + 3U) & ~3U));
  }
  return sum;
}
inline std::uint64_t walk(std::span<const std::byte> jsonb) {
  return walk(jsonb.data());
}

}  // namespace tenancy::jsonschema::bench
