#include "jsonschema/value/utf8.hpp"

#include <algorithm>

#include "jsonschema/value/bytes.hpp"
#include "jsonschema/value/jsonb.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

bool is_ascii_text(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint64_t seen = 0;
  if (text.size() >= 8) {
    for (; end - at > 8; at += 8) seen |= load_word<std::uint64_t>(at);
    seen |= load_word<std::uint64_t>(end - 8);  // overlaps what has been seen
  } else if (text.size() >= 4) {
    seen = load_word<std::uint32_t>(at) | load_word<std::uint32_t>(end - 4);
  } else {
    for (; at != end; ++at) seen |= static_cast<unsigned char>(*at);
  }
  return (seen & 0x8080808080808080U) == 0;
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
