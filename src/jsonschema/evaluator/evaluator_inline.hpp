// What the walks over values, arrays and objects share, inlined into each of them. Part of
// evaluator.hpp, for the files that implement it.
#pragma once

#include <array>

#include "jsonschema/evaluator/evaluator.hpp"

namespace tenancy::jsonschema {

// Children of one container between two looks at the host.
inline constexpr std::uint32_t polling_stride = 1024;

inline constexpr std::array<RunKind, 7> run_of_kind{
    RunKind::string,  RunKind::number, RunKind::literal, RunKind::literal,
    RunKind::literal, RunKind::array,  RunKind::object};

constexpr RunKind run_kind(jsonb::Kind kind) noexcept {
  return run_of_kind[static_cast<std::size_t>(kind)];
}

constexpr TypeMask type_of(jsonb::Kind kind) noexcept {
  return static_cast<TypeMask>(1U << static_cast<unsigned>(kind));
}

constexpr Verdict verdict_of(bool holds) noexcept {
  return holds ? Verdict::valid : Verdict::invalid;
}

inline bool within(std::uint32_t count, const Instruction& limits) noexcept {
  return count >= limits.first && count <= limits.second;
}

// Is a text of so many bytes long enough and not too long, whatever its characters are? They have
// one to four bytes each.
constexpr bool is_length_clear(std::uint32_t bytes, const Instruction& limits) noexcept {
  return (bytes + 3) / 4 >= limits.first && bytes <= limits.second;
}

inline jsonb::Value string_value(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), static_cast<std::uint32_t>(text.size()),
          jsonb::Kind::string};
}

// Most strings are of a type alone, or of a length.
[[gnu::always_inline]] inline Verdict Evaluator::check_string(const Subschema& subschema,
                                                              jsonb::Value value) noexcept {
  if ((subschema.types & types::string) == 0) return Verdict::invalid;
  const std::uint32_t run = subschema.run(RunKind::string);
  if (run == accept_run) return Verdict::valid;
  const Instruction* const instruction = instructions_ + run;
  const bool is_length_alone =
      instruction[0].opcode == Opcode::string_length && instruction[1].opcode == Opcode::accept;
  if (is_length_alone && is_length_clear(value.size, *instruction)) return Verdict::valid;
  return run_string(instruction, value);
}

[[gnu::always_inline]] inline Verdict Evaluator::check(const Subschema& subschema,
                                                       jsonb::Value value,
                                                       Evaluated* evaluated) noexcept {
  // Mostly an object with a table of names, and no more.
  if (value.kind == jsonb::Kind::object && evaluated == nullptr &&
      subschema.plain_table != unlimited) {
    return plain_members(subschema.plain_table, value);
  }
  if (value.kind == jsonb::Kind::string) return check_string(subschema, value);
  if (value.kind == jsonb::Kind::number) return check_number(subschema, value);
  if ((subschema.types & type_of(value.kind)) == 0) return Verdict::invalid;
  const std::uint32_t run = subschema.run(run_kind(value.kind));
  if (run == accept_run) return Verdict::valid;
  const Instruction* const instruction = instructions_ + run;
  if (value.kind < jsonb::Kind::array) return run_literal(instruction, value);
  if (subschema.collects) return check_collecting(instruction, value, evaluated);
  return value.kind == jsonb::Kind::object ? run_object(instruction, value, evaluated)
                                           : run_array(instruction, value, evaluated);
}

// A child: its entry, and its data, which begin so far behind its container's first byte. Most
// children are strings. Inlined with all of check(), so that walks stay in registers: calling it
// for what is neither a string nor a number takes 2 % more for an event, 7 % for an array of
// objects.
[[gnu::always_inline]] inline Verdict Evaluator::check_child(SubschemaIndex index,
                                                             jsonb::Child child) noexcept {
  const Subschema& subschema = subschemas_[index];
  jsonb::Value value{child.data, child.size, jsonb::Kind::string};
  if (child.is_string()) return check_string(subschema, value);
  if (!child.read(value)) return Verdict::corrupt;
  return check(subschema, value, nullptr);
}

[[gnu::always_inline]] inline Verdict Evaluator::check_entry(SubschemaIndex index,
                                                             const jsonb::Entries& entry) noexcept {
  return check_child(index, entry.child());
}

// As many children as `count`, from `entry` on, whose data begin so far behind the first of their
// container; subschema_of_next() is the subschema of each.
template <typename SubschemaOfNext>
[[gnu::always_inline]] inline Verdict Evaluator::check_children(
    const jsonb::Container& container, const std::byte* entry, std::uint32_t count,
    std::uint32_t begin, SubschemaOfNext subschema_of_next) noexcept {
  const std::byte* const data = container.data();
  const std::byte* const data_end = data + container.data_size();
  const std::byte* child = data + begin;
  for (; count > 0; --count) {
    const std::uint32_t word = jsonb::load32(entry);
    entry += sizeof word;
    std::uint32_t size = word & jsonb::length_mask;
    if ((word & jsonb::has_offset) != 0) [[unlikely]] {
      begin = static_cast<std::uint32_t>(child - data);
      if (size < begin) return Verdict::corrupt;
      size -= begin;
    }
    if (size > static_cast<std::size_t>(data_end - child)) [[unlikely]]
      return Verdict::corrupt;
    const SubschemaIndex subschema = subschema_of_next();
    if (subschema != anything) {
      const Verdict verdict =
          check_child(subschema, {child, size, static_cast<std::uint32_t>(child - data), word});
      if (verdict != Verdict::valid) return verdict;
    }
    child += size;
  }
  return Verdict::valid;
}

}  // namespace tenancy::jsonschema
