#include "jsonschema/evaluator/layouts.hpp"

#include <cstring>

#include "jsonschema/program.hpp"
#include "jsonschema/value/bytes.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

Layouts::Layouts(const Tables& tables) {
  constexpr std::uint32_t word = sizeof(std::uint32_t);
  layouts_.resize(tables.members.size());
  std::size_t words = 0;
  for (const Instruction& instruction : tables.instructions) {
    if (instruction.opcode != Opcode::plain_members) continue;
    const Members& members = tables.members[instruction.first];
    Layout& layout = layouts_[instruction.first];
    if (layout.room != 0 || members.key_count == 0) continue;
    layout.first_word = static_cast<std::uint32_t>(words);
    layout.room = members.key_count;
    for (std::uint32_t i = 0; i < members.key_count; ++i) {
      layout.names_room += tables.member_keys[members.first_key + i].name.size;
    }
    words += 2 * std::size_t{layout.room} + (layout.names_room + word - 1) / word;
  }
  words_.resize(words);
}

std::uint32_t* Layouts::place(std::uint32_t table, const jsonb::Container& object,
                              std::uint32_t names_size) noexcept {
  Layout& layout = layouts_[table];
  if (layout.met != 0 || layout.held != 0 || object.count() > layout.room ||
      names_size > layout.names_room) {
    return nullptr;
  }
  layout.count = unknown;
  return words_.data() + layout.first_word + layout.room;
}

void Layouts::learn(std::uint32_t table, const jsonb::Container& object,
                    std::uint32_t names_size) noexcept {
  Layout& layout = layouts_[table];
  std::uint32_t* const words = words_.data() + layout.first_word;
  std::memcpy(words, object.entries(), object.count() * sizeof *words);
  std::memcpy(words + 2 * layout.room, object.data(), names_size);
  layout.count = object.count();
  layout.names_size = names_size;
  layout.met = 1;
}

void Layouts::prefetch() const noexcept {
  prefetch_all(layouts_);
  prefetch_all(words_);
}

std::size_t Layouts::memory() const noexcept {
  return layouts_.capacity() * sizeof(Layout) + words_.capacity() * sizeof(std::uint32_t);
}

}  // namespace tenancy::jsonschema
