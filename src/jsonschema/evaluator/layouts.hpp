// How the names of objects stood in the bytes when they were merged with a table of names.
//
// Objects that come one after the other mostly have the same properties, and then the same bytes
// for their names: a row of entries and a row of texts. Where these are those of a layout that is
// known, two comparisons of bytes say all that a merge would: no required name is missing, none is
// there that must not be, and which subschema is for which value.
//
// One layout is known for each table of names, the one most met of late: each object with that
// layout counts for it, each other one against it, and at zero the next one takes its place. There
// is room for as many names as the table has. Evaluations write to this, as they do to the Matcher:
// one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "jsonschema/value/bytes.hpp"
#include "jsonschema/value/jsonb.hpp"

namespace tenancy::jsonschema {

struct Tables;

class Layouts {
 public:
  // For the tables of names, Tables::members, that plain_members instructions merge with. Throws
  // std::bad_alloc.
  explicit Layouts(const Tables& tables);

  // What is known of the objects with one layout: the subschemas for their values in order, and how
  // many bytes their names take.
  struct Known {
    const std::uint32_t* subschemas;
    std::uint32_t names_size;
  };

  // The layout of `object` for members[table]. Its subschemas are null when it is not the one that
  // is known.
  [[gnu::always_inline]] Known find(std::uint32_t table, const jsonb::Container& object) noexcept {
    Layout& layout = layouts_[table];
    std::uint32_t* const words = words_.data() + layout.first_word;
    if (object.count() != layout.count || object.data_size() < layout.names_size ||
        !same_bytes(object.entries(), words, layout.count * sizeof *words) ||
        !same_bytes(object.data(), words + 2 * layout.room, layout.names_size)) {
      layout.met -= layout.met != 0;
      return {nullptr, 0};
    }
    layout.met += layout.met < most_met;
    return {words + layout.room, layout.names_size};
  }

  // What is known for a table stays from hold() to release(). They may be nested, as objects are.
  void hold(std::uint32_t table) noexcept { ++layouts_[table].held; }
  void release(std::uint32_t table) noexcept { --layouts_[table].held; }

  // Where the subschemas for the values of `object`, whose names take `names_size` bytes, are to be
  // written before learn() is called. What was known is forgotten. Null: there is no room, or the
  // layout that is known is met more often, or is held.
  std::uint32_t* place(std::uint32_t table, const jsonb::Container& object,
                       std::uint32_t names_size) noexcept;
  void learn(std::uint32_t table, const jsonb::Container& object,
             std::uint32_t names_size) noexcept;

  // As Program::prefetch().
  void prefetch() const noexcept;

  std::size_t memory() const noexcept;

 private:
  static constexpr std::uint32_t most_met = 15;
  static constexpr std::uint32_t unknown = 0xFFFFFFFF;  // more pairs than any object has

  struct Layout {
    std::uint32_t first_word = 0;   // words_[...]: entries, subschemas, `room` of each, and texts
    std::uint32_t room = 0;         // pairs
    std::uint32_t names_room = 0;   // bytes
    std::uint32_t count = unknown;  // pairs of the layout that is known
    std::uint32_t names_size = 0;
    std::uint32_t met = 0;
    std::uint32_t held = 0;
  };
  std::vector<Layout> layouts_;  // by table of names
  std::vector<std::uint32_t> words_;
};

}  // namespace tenancy::jsonschema
