#include "jsonschema/regex/simple_characters.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema::simple {

void Set::complement() noexcept {
  ascii = {~ascii[0], ~ascii[1]};
  switch (beyond) {
    case Beyond::none:
      beyond = Beyond::all;
      return;
    case Beyond::all:
      beyond = Beyond::none;
      return;
    case Beyond::spaces:
      beyond = Beyond::all_but_spaces;
      return;
    default:
      beyond = Beyond::spaces;
      return;
  }
}

std::optional<Set> set_of(const ClassMember& member) noexcept {
  Set set;
  switch (member.kind) {
    case ClassMember::Kind::range:
      if (member.last >= 0x80 && (member.first > 0x80 || member.last < 0x10FFFF))
        return std::nullopt;
      set.add(std::array{CodePoints{member.first, member.last}});
      if (member.last >= 0x80) set.beyond = Beyond::all;
      break;
    case ClassMember::Kind::digit:
      set.add(digits);
      break;
    case ClassMember::Kind::word:
      set.add(words);
      break;
    case ClassMember::Kind::space:
      set.add(spaces);
      set.beyond = Beyond::spaces;
      break;
    case ClassMember::Kind::property:
      return std::nullopt;
  }
  if (member.negated) set.complement();
  return set;
}

std::optional<Fixed> Fixed::of(const Set& set) noexcept {
  if (set.beyond != Beyond::none) return std::nullopt;
  Fixed fixed;
  for (std::uint32_t c = 0; c < 0x80; ++c) {
    if (!set.has(c)) continue;
    if (fixed.count == max_ranges) return std::nullopt;
    fixed.first[fixed.count] = static_cast<unsigned char>(c);
    while (c + 1 < 0x80 && set.has(c + 1)) ++c;
    fixed.last[fixed.count++] = static_cast<unsigned char>(c);
  }
  return fixed;
}

}  // namespace tenancy::jsonschema::simple
