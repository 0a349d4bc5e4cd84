#include "utf8.hpp"

#include <algorithm>
#include <cstring>

#include "jsonb.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

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

}  // namespace

Match check_utf8(std::string_view text, Interruption& interruption) noexcept {
  constexpr std::size_t slice = Interruption::slice;
  if (text.size() <= slice) {
    return is_ascii_text(text) || jsonb::is_utf8(text) ? Match::yes : Match::malformed;
  }
  while (!text.empty()) {
    std::size_t size = std::min(slice, text.size());
    while (size < text.size() && size > slice - 4 && is_continuation(text[size])) --size;
    if (!jsonb::is_utf8(text.substr(0, size))) return Match::malformed;
    text.remove_prefix(size);
    if (interruption.stops()) return Match::interrupted;
  }
  return Match::yes;
}

}  // namespace tenancy::jsonschema
