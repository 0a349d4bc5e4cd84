#include "evaluate.hpp"

#include <array>

#include "evaluator.hpp"
#include "format.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {

using jsonb::Child;
using jsonb::Container;
using jsonb::Entries;
using jsonb::Kind;
using jsonb::Value;

namespace {

// Children of one container between two looks at the host.
constexpr std::uint32_t polling_stride = 1024;

// An object with so many properties for each name of a table is searched, not merged with it.
constexpr std::uint32_t search_factor = 16;

constexpr std::array<RunKind, 7> run_of_kind{RunKind::string,  RunKind::number,  RunKind::literal,
                                             RunKind::literal, RunKind::literal, RunKind::array,
                                             RunKind::object};

constexpr RunKind run_kind(Kind kind) noexcept {
  return run_of_kind[static_cast<std::size_t>(kind)];
}

constexpr TypeMask type_of(Kind kind) noexcept {
  return static_cast<TypeMask>(1U << static_cast<unsigned>(kind));
}
static_assert(type_of(Kind::string) == types::string && type_of(Kind::number) == types::integer &&
              type_of(Kind::false_value) == types::false_value &&
              type_of(Kind::true_value) == types::true_value &&
              type_of(Kind::null) == types::null && type_of(Kind::array) == types::array &&
              type_of(Kind::object) == types::object);

constexpr Verdict verdict_of(bool holds) noexcept {
  return holds ? Verdict::valid : Verdict::invalid;
}

// `limit`: the verdict for Match::limit.
constexpr Verdict verdict_of(Match match, Verdict limit) noexcept {
  switch (match) {
    case Match::yes:
      return Verdict::valid;
    case Match::no:
      return Verdict::invalid;
    case Match::malformed:
      return Verdict::corrupt;
    case Match::interrupted:
      return Verdict::interrupted;
    case Match::limit:
      break;
  }
  return limit;
}

bool within(std::uint32_t count, const Instruction& limits) noexcept {
  return count >= limits.first && count <= limits.second;
}

// Code points are counted only where the number of bytes leaves it open: a character has one to
// four of them.
bool length_within(std::string_view text, const Instruction& limits) noexcept {
  const auto bytes = static_cast<std::uint32_t>(text.size());
  if (bytes < limits.first || (bytes + 3) / 4 > limits.second) return false;
  if ((bytes + 3) / 4 >= limits.first && bytes <= limits.second) return true;
  return within(jsonb::count_code_points(text), limits);
}

// The count in the header of an array or object. Not yet known to fit its bytes.
std::uint32_t stored_count(const Value& container) noexcept {
  return jsonb::load32(container.data) & jsonb::count_mask;
}

Value string_value(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), static_cast<std::uint32_t>(text.size()),
          Kind::string};
}

}  // namespace

// --- subschemas ------------------------------------------------------------------------------

bool Evaluator::admits(TypeMask types, Value value, const Decimal& number) noexcept {
  if (value.kind != Kind::number) return (types & type_of(value.kind)) != 0;
  return (types & (number.is_integer() ? types::integer : types::fraction)) != 0;
}

const Instruction* Evaluator::run_of(const Subschema& subschema, Kind kind) const noexcept {
  return instructions_ + subschema.run(run_kind(kind));
}

Verdict Evaluator::check(SubschemaIndex index, Value value, Evaluated* evaluated) noexcept {
  return check(subschemas_[index], value, evaluated);
}

inline Verdict Evaluator::check(const Subschema& subschema, Value value,
                                Evaluated* evaluated) noexcept {
  if (value.kind == Kind::number) return check_number(subschema, value);
  if ((subschema.types & type_of(value.kind)) == 0) return Verdict::invalid;
  const std::uint32_t run = subschema.run(run_kind(value.kind));
  if (run == accept_run) return Verdict::valid;
  const Instruction* const instruction = instructions_ + run;
  switch (value.kind) {
    case Kind::string:
      return run_string(instruction, value);
    case Kind::object:
      if (subschema.collects) return check_collecting(instruction, value, evaluated);
      return run_object(instruction, value, evaluated);
    case Kind::array:
      if (subschema.collects) return check_collecting(instruction, value, evaluated);
      return run_array(instruction, value, evaluated);
    default:
      return run_literal(instruction, value);
  }
}

// Small integers, which most numbers are, in ranges, which most limits are, need no decimals.
Verdict Evaluator::check_number(const Subschema& subschema, Value value) noexcept {
  const TypeMask admitted = subschema.types & types::number;
  if (admitted == types::none) return Verdict::invalid;
  const std::uint32_t run = subschema.run(RunKind::number);
  if (admitted == types::number && run == accept_run) return Verdict::valid;
  const Instruction* instruction = instructions_ + run;
  std::int64_t small = 0;
  if ((admitted & types::integer) != 0 && read_small_integer(value.data, value.size, small)) {
    if (instruction->opcode == Opcode::accept) return Verdict::valid;
    if (instruction->opcode == Opcode::range) {
      const Range& range = tables_.ranges[instruction->first];
      if (small < range.low || small > range.high) return Verdict::invalid;
      ++instruction;
      if (instruction->opcode == Opcode::accept) return Verdict::valid;
    }
  }
  Decimal number;
  if (!read_numeric(value.data, value.size, number)) return Verdict::corrupt;
  if ((admitted & (number.is_integer() ? types::integer : types::fraction)) == 0) {
    return Verdict::invalid;
  }
  return run_number(instruction, value, number);
}

// A child: its entry, and its data, which begin so far behind its container's first byte. Most
// children are strings. Inlined, so that walks stay in registers.
[[gnu::always_inline]] inline Verdict Evaluator::check_child(SubschemaIndex index,
                                                             Child child) noexcept {
  const Subschema& subschema = subschemas_[index];
  Value value{child.data, child.size, Kind::string};
  if (child.is_string()) {
    if ((subschema.types & types::string) == 0) return Verdict::invalid;
    const std::uint32_t run = subschema.run(RunKind::string);
    if (run == accept_run) return Verdict::valid;
    return run_string(instructions_ + run, value);
  }
  if (!child.read(value)) return Verdict::corrupt;
  if (value.kind == Kind::number) return check_number(subschema, value);
  return check_other(subschema, value);
}

inline Verdict Evaluator::check_entry(SubschemaIndex index, const Entries& entry) noexcept {
  return check_child(index, entry.child());
}

// Not a string or a number.
Verdict Evaluator::check_other(const Subschema& subschema, Value value) noexcept {
  return check(subschema, value, nullptr);
}

// With notes of its own: what is around a subschema does not see what its unevaluated... sees, but
// is told when all is valid.
Verdict Evaluator::check_collecting(const Instruction* run, Value value,
                                    Evaluated* evaluated) noexcept {
  Container container;
  if (!container.open(value)) return Verdict::corrupt;
  Evaluated own(container.count());
  if (!own.ready()) return Verdict::out_of_memory;
  const Verdict verdict =
      value.kind == Kind::object ? run_object(run, value, &own) : run_array(run, value, &own);
  if (verdict == Verdict::valid && evaluated != nullptr) evaluated->add(own);
  return verdict;
}

Verdict Evaluator::run(const Instruction* instruction, Value value, const Decimal& number,
                       Evaluated* evaluated) noexcept {
  switch (value.kind) {
    case Kind::string:
      return run_string(instruction, value);
    case Kind::number:
      return run_number(instruction, value, number);
    case Kind::array:
      return run_array(instruction, value, evaluated);
    case Kind::object:
      return run_object(instruction, value, evaluated);
    default:
      return run_literal(instruction, value);
  }
}

Verdict Evaluator::step(const Instruction& instruction, Value value,
                        const Decimal& number) noexcept {
  const std::array<Instruction, 2> single{instruction, Instruction{}};
  return run(single.data(), value, number, nullptr);
}

Verdict Evaluator::run_literal(const Instruction* instruction, Value value) noexcept {
  for (; instruction->opcode != Opcode::accept; ++instruction) {
    const Verdict verdict = apply(*instruction, value, nullptr);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

// --- strings ---------------------------------------------------------------------------------

Verdict Evaluator::run_string(const Instruction* instruction, Value value) noexcept {
  const std::string_view text = value.text();
  for (;; ++instruction) {
    Verdict verdict = Verdict::valid;
    switch (instruction->opcode) {
      case Opcode::accept:
        return Verdict::valid;
      case Opcode::string_length:
        if (!length_within(text, *instruction)) return Verdict::invalid;
        continue;
      case Opcode::string_set:
        if (!string_set(*instruction, text)) return Verdict::invalid;
        continue;
      case Opcode::pattern:
        verdict = match(instruction->first, text);
        break;
      case Opcode::format:
        verdict = match_format(static_cast<Format>(instruction->first), text);
        break;
      case Opcode::content:
        verdict = match_content(static_cast<Content>(instruction->first), text);
        break;
      default:
        verdict = apply(*instruction, value, nullptr);
        break;
    }
    if (verdict != Verdict::valid) return verdict;
  }
}

Verdict Evaluator::match(std::uint32_t pattern, std::string_view text) noexcept {
  const Match match =
      tables_.patterns[pattern].search(text, *matcher_, watch_.interrupted_callback());
  if (match == Match::limit) limited_pattern_ = pattern;
  return verdict_of(match, Verdict::pattern_limit);
}

Verdict Evaluator::match_format(Format format, std::string_view text) noexcept {
  return verdict_of(jsonschema::match_format(format, text, watch_.interrupted_callback()),
                    Verdict::out_of_memory);
}

Verdict Evaluator::match_content(Content content, std::string_view text) noexcept {
  return verdict_of(jsonschema::match_content(content, text, watch_.interrupted_callback()),
                    Verdict::too_deep);
}

bool Evaluator::string_set(const Instruction& instruction, std::string_view text) const noexcept {
  std::uint32_t low = 0;
  std::uint32_t high = instruction.second;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const Text& candidate = tables_.strings[instruction.first + middle];
    const int order = jsonb::compare_keys(tables_.string(candidate), text);
    if (order == 0) return true;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

// --- numbers ---------------------------------------------------------------------------------

Verdict Evaluator::run_number(const Instruction* instruction, Value value,
                              const Decimal& number) noexcept {
  for (;; ++instruction) {
    const std::uint32_t first = instruction->first;
    bool holds = true;
    switch (instruction->opcode) {
      case Opcode::accept:
        return Verdict::valid;
      case Opcode::range:
        holds = in_range(tables_.ranges[first], number);
        break;
      case Opcode::minimum:
        holds = compare(number, tables_.number(first)) >= 0;
        break;
      case Opcode::exclusive_minimum:
        holds = compare(number, tables_.number(first)) > 0;
        break;
      case Opcode::maximum:
        holds = compare(number, tables_.number(first)) <= 0;
        break;
      case Opcode::exclusive_maximum:
        holds = compare(number, tables_.number(first)) < 0;
        break;
      case Opcode::number_set:
        holds = number_set(*instruction, number);
        break;
      case Opcode::multiple_of:
        holds = tables_.divisors[first].divides(number);
        break;
      case Opcode::no_fraction:
        holds = numeric_scale(value.data) == 0;
        break;
      default: {
        const Verdict verdict = apply(*instruction, value, nullptr);
        if (verdict != Verdict::valid) return verdict;
        break;
      }
    }
    if (!holds) return Verdict::invalid;
  }
}

bool Evaluator::in_range(const Range& range, const Decimal& number) const noexcept {
  std::int64_t small = 0;
  if (number.to_small_integer(small)) return small >= range.low && small <= range.high;
  if (range.minimum != unlimited) {
    const int order = compare(number, tables_.number(range.minimum));
    if (order < 0 || (order == 0 && range.excludes_minimum)) return false;
  }
  if (range.maximum != unlimited) {
    const int order = compare(number, tables_.number(range.maximum));
    if (order > 0 || (order == 0 && range.excludes_maximum)) return false;
  }
  return true;
}

bool Evaluator::number_set(const Instruction& instruction, const Decimal& number) const noexcept {
  std::uint32_t low = 0;
  std::uint32_t high = instruction.second;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const int order = compare(tables_.number(instruction.first + middle), number);
    if (order == 0) return true;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

// --- arrays ----------------------------------------------------------------------------------

Verdict Evaluator::run_array(const Instruction* instruction, Value value,
                             Evaluated* evaluated) noexcept {
  for (;; ++instruction) {
    Verdict verdict = Verdict::valid;
    switch (instruction->opcode) {
      case Opcode::accept:
        return Verdict::valid;
      case Opcode::array_length:
        verdict = verdict_of(within(stored_count(value), *instruction));
        break;
      case Opcode::elements:
        verdict = elements(tables_.elements[instruction->first], value, evaluated);
        break;
      case Opcode::contains: {
        const Contains& contains = tables_.contains[instruction->first];
        std::uint32_t count = 0;
        verdict = count_contained(contains, value, count, evaluated);
        if (verdict == Verdict::valid) {
          verdict = verdict_of(count >= contains.minimum && count <= contains.maximum);
        }
        break;
      }
      case Opcode::unique_items: {
        std::uint32_t first = 0;
        std::uint32_t second = 0;
        verdict = unique_elements(value, watch_, first, second);
        break;
      }
      case Opcode::constant_set:
        verdict = constant_set(*instruction, value);
        break;
      case Opcode::unevaluated_items:
        verdict = unevaluated_items(*instruction, value, evaluated);
        break;
      default:
        verdict = apply(*instruction, value, evaluated);
        break;
    }
    if (verdict != Verdict::valid) return verdict;
  }
}

Verdict Evaluator::elements(const Elements& elements, Value value, Evaluated* evaluated) noexcept {
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container array;
  if (!array.open(value)) return Verdict::corrupt;
  std::uint32_t count = array.count();
  if (watch_.interrupted(1)) return Verdict::interrupted;
  if (elements.rest == nothing && count > elements.prefix_count) return Verdict::invalid;
  if (evaluated != nullptr) {
    if (elements.evaluates_all) evaluated->add_all();
    for (std::uint32_t i = 0; i < count && i < elements.prefix_count; ++i) evaluated->add(i);
  }
  if (elements.rest == anything && count > elements.prefix_count) count = elements.prefix_count;
  Entries entries = array.begin();
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!entries.step()) return Verdict::corrupt;
    if (watch_.interrupted()) return Verdict::interrupted;
    const SubschemaIndex subschema = i < elements.prefix_count
                                         ? tables_.subschema_lists[elements.first_prefix + i]
                                         : elements.rest;
    const Verdict verdict = check_entry(subschema, entries);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

Verdict Evaluator::count_contained(const Contains& contains, Value value, std::uint32_t& count,
                                   Evaluated* evaluated) noexcept {
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container array;
  if (!array.open(value)) return Verdict::corrupt;
  const bool notes = evaluated != nullptr && contains.evaluates;
  Entries entries = array.begin();
  count = 0;
  for (std::uint32_t i = 0; i < array.count(); ++i) {
    if (count > contains.maximum) break;
    if (!notes && count >= contains.minimum && contains.maximum == unlimited) break;
    if (!entries.step()) return Verdict::corrupt;
    if (watch_.interrupted()) return Verdict::interrupted;
    const Verdict verdict = check_entry(contains.element, entries);
    if (verdict == Verdict::valid) {
      ++count;
      if (notes) evaluated->add(i);
    } else if (verdict != Verdict::invalid) {
      return verdict;
    }
  }
  return Verdict::valid;
}

Verdict Evaluator::unevaluated_items(const Instruction& instruction, Value value,
                                     Evaluated* evaluated) noexcept {
  if (evaluated == nullptr || evaluated->all()) return Verdict::valid;
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container array;
  if (!array.open(value)) return Verdict::corrupt;
  Entries entries = array.begin();
  for (std::uint32_t i = 0; i < array.count(); ++i) {
    if (!entries.step()) return Verdict::corrupt;
    if (watch_.interrupted()) return Verdict::interrupted;
    if (evaluated->has(i)) continue;
    const Verdict verdict = check_entry(instruction.first, entries);
    if (verdict != Verdict::valid) return verdict;
  }
  evaluated->add_all();
  return Verdict::valid;
}

// --- objects ---------------------------------------------------------------------------------

Verdict Evaluator::run_object(const Instruction* instruction, Value value,
                              Evaluated* evaluated) noexcept {
  for (;; ++instruction) {
    Verdict verdict = Verdict::valid;
    switch (instruction->opcode) {
      case Opcode::accept:
        return Verdict::valid;
      case Opcode::object_size:
        verdict = verdict_of(within(stored_count(value), *instruction));
        break;
      case Opcode::plain_members:
        if (evaluated == nullptr) [[likely]] {
          verdict = plain_members(tables_.members[instruction->first], value);
          break;
        }
        [[fallthrough]];
      case Opcode::members:
        verdict = members(tables_.members[instruction->first], value, evaluated);
        break;
      case Opcode::dependent_required:
        verdict = dependent_required(*instruction, value);
        break;
      case Opcode::dependent_schema:
        verdict = dependent_schema(*instruction, value, evaluated);
        break;
      case Opcode::constant_set:
        verdict = constant_set(*instruction, value);
        break;
      case Opcode::dispatch:
        verdict = dispatch(tables_.dispatches[instruction->first], value, evaluated);
        break;
      case Opcode::unevaluated_properties:
        verdict = unevaluated_properties(*instruction, value, evaluated);
        break;
      default:
        verdict = apply(*instruction, value, evaluated);
        break;
    }
    if (verdict != Verdict::valid) return verdict;
  }
}

// One merge of two lists that are sorted alike: the stored keys and the table's.
Verdict Evaluator::members(const Members& members, Value value, Evaluated* evaluated) noexcept {
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container object;
  if (!object.open(value)) return Verdict::corrupt;
  const std::uint32_t count = object.count();
  if (count < members.required_count) return Verdict::invalid;
  if (evaluated != nullptr && members.evaluates_all) evaluated->add_all();
  if (count == 0) return Verdict::valid;
  if (watch_.interrupted(1)) return Verdict::interrupted;

  const bool looks_at_named = members.names != anything || members.pattern_count != 0;
  const bool looks_at_every_one = members.additional != anything || looks_at_named;
  if (!looks_at_every_one && evaluated == nullptr && count / search_factor > members.key_count) {
    return look_up_members(members, object);
  }
  const MemberKey* key = tables_.member_keys.data() + members.first_key;
  const MemberKey* const end = key + members.key_count;
  Entries names = object.begin();
  Entries values;
  if (!object.values(values)) return Verdict::corrupt;

  for (std::uint32_t i = 0; i < count; ++i) {
    if (!names.step() || !values.step() || !names.is_string()) [[unlikely]] {
      return Verdict::corrupt;
    }
    if (i % polling_stride == polling_stride - 1 && watch_.interrupted(polling_stride)) {
      return Verdict::interrupted;
    }
    const std::string_view name = names.text();
    if (key != end) key = pass(key, end, name);
    if (key == nullptr && end != nullptr) return Verdict::invalid;
    const bool named = key != end && tables_.string(key->name) == name;
    if (named) {
      const bool declared = key->declared;
      const SubschemaIndex subschema = key->value;
      ++key;
      if (subschema != anything) {
        const Verdict verdict = check_entry(subschema, values);
        if (verdict != Verdict::valid) return verdict;
      }
      if (declared && evaluated != nullptr) evaluated->add(i);
      if (declared && !looks_at_named) continue;
    } else if (key == end && !looks_at_every_one) {
      return Verdict::valid;
    }
    if (!looks_at_every_one) continue;
    const bool declared = named && (key - 1)->declared;
    bool noted = false;
    Value member;
    if (!values.value(member)) return Verdict::corrupt;
    const Verdict verdict = unmatched_member(members, name, member, declared, noted);
    if (verdict != Verdict::valid) return verdict;
    if (noted && evaluated != nullptr) evaluated->add(i);
  }
  for (; key != end; ++key) {
    if (key->required) return Verdict::invalid;
  }
  return Verdict::valid;
}

// The same merge where nothing but the table matters: what most objects of most schemas take.
Verdict Evaluator::plain_members(const Members& members, Value value) noexcept {
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container object;
  if (!object.open(value)) return Verdict::corrupt;
  std::uint32_t left = object.count();
  if (left < members.required_count) return Verdict::invalid;
  if (left / search_factor > members.key_count || left >= polling_stride) {
    return this->members(members, value, nullptr);
  }
  if (left == 0) return Verdict::valid;
  if (watch_.interrupted(left)) return Verdict::interrupted;

  const MemberKey* key = tables_.member_keys.data() + members.first_key;
  const MemberKey* const end = key + members.key_count;
  std::uint32_t first_value = 0;
  if (!object.offset_of(left, first_value)) return Verdict::corrupt;
  const std::byte* const data = object.data();
  const std::byte* const data_end = data + object.data_size();
  const std::byte* entry = object.entries();
  const std::size_t to_value = left * sizeof(std::uint32_t);
  const std::byte* name = data;
  const std::byte* child = data + first_value;
  for (; left > 0; --left) {
    const std::uint32_t name_entry = jsonb::load32(entry);
    const std::uint32_t child_entry = jsonb::load32(entry + to_value);
    entry += sizeof(std::uint32_t);
    std::uint32_t size = name_entry;  // a string without an offset is its length
    if (name_entry > jsonb::length_mask) [[unlikely]] {
      if ((name_entry & jsonb::type_mask) != jsonb::string_type) return Verdict::corrupt;
      const std::uint32_t begin = static_cast<std::uint32_t>(name - data);
      size = (name_entry & jsonb::length_mask) - begin;
      if ((name_entry & jsonb::length_mask) < begin) return Verdict::corrupt;
    }
    std::uint32_t child_size = child_entry & jsonb::length_mask;
    if ((child_entry & jsonb::has_offset) != 0) [[unlikely]] {
      const std::uint32_t begin = static_cast<std::uint32_t>(child - data);
      if (child_size < begin) return Verdict::corrupt;
      child_size -= begin;
    }
    if (size > static_cast<std::size_t>(data_end - name) ||
        child_size > static_cast<std::size_t>(data_end - child)) [[unlikely]] {
      return Verdict::corrupt;
    }
    // Mostly, the next stored key is the next one of the table.
    const bool readable = data_end - name >= static_cast<std::ptrdiff_t>(sizeof(std::uint64_t));
    const bool same_head = key != end && key->name.size == size && readable &&
                           jsonb::head_of(name, key->shift) == key->head;
    const bool is_next = same_head && (size - 1 < sizeof(std::uint64_t) || is_named(*key, name));
    if (!is_next) [[unlikely]] {
      const std::string_view text(reinterpret_cast<const char*>(name), size);
      if (key != end) key = pass(key, end, text);
      if (key == nullptr && end != nullptr) return Verdict::invalid;
      if (key == end || tables_.string(key->name) != text) {
        if (members.additional == nothing) return Verdict::invalid;
        if (key == end) return Verdict::valid;
        name += size;
        child += child_size;
        continue;
      }
    }
    const SubschemaIndex subschema = key->value;
    ++key;
    name += size;
    if (subschema != anything) {
      const Verdict verdict = check_child(
          subschema, {child, child_size, static_cast<std::uint32_t>(child - data), child_entry});
      if (verdict != Verdict::valid) return verdict;
    }
    child += child_size;
  }
  for (; key != end; ++key) {
    if (key->required) return Verdict::invalid;
  }
  return Verdict::valid;
}

bool Evaluator::is_named(const MemberKey& key, const std::byte* name) const noexcept {
  return std::memcmp(tables_.text.data() + key.name.offset, name, key.name.size) == 0;
}

// The first key of a table, from `key` on, that does not come before `name`; null when that passes
// one that is required.
const MemberKey* Evaluator::pass(const MemberKey* key, const MemberKey* end,
                                 std::string_view name) const noexcept {
  for (; key != end; ++key) {
    if (jsonb::compare_keys(tables_.string(key->name), name) >= 0) break;
    if (key->required) return nullptr;
  }
  return key;
}

// The other way around, for an object that has many more properties than are asked for.
Verdict Evaluator::look_up_members(const Members& members, const Container& object) noexcept {
  for (std::uint32_t i = 0; i < members.key_count; ++i) {
    if (watch_.interrupted()) return Verdict::interrupted;
    const MemberKey& key = tables_.member_keys[members.first_key + i];
    std::uint32_t index = 0;
    if (!object.find(tables_.string(key.name), index)) return Verdict::corrupt;
    if (index == object.count()) {
      if (key.required) return Verdict::invalid;
      continue;
    }
    if (key.value == anything) continue;
    Entries value;
    if (!object.value_at(index, value) || !value.step()) return Verdict::corrupt;
    const Verdict verdict = check_entry(key.value, value);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

// What applies to a property because of its name's form, or because nothing else does.
Verdict Evaluator::unmatched_member(const Members& members, std::string_view name, Value value,
                                    bool declared, bool& evaluated) noexcept {
  if (members.names != anything) {
    const Verdict verdict = check(members.names, string_value(name));
    if (verdict != Verdict::valid) return verdict;
  }
  bool matched = declared;
  for (std::uint32_t i = 0; i < members.pattern_count; ++i) {
    if (watch_.interrupted()) return Verdict::interrupted;
    const MemberPattern& pattern = tables_.member_patterns[members.first_pattern + i];
    const Verdict match = this->match(pattern.pattern, name);
    if (match == Verdict::invalid) continue;
    if (match != Verdict::valid) return match;
    matched = evaluated = true;
    const Verdict verdict = check(pattern.value, value);
    if (verdict != Verdict::valid) return verdict;
  }
  if (matched || members.additional == anything) return Verdict::valid;
  return check(members.additional, value);
}

Verdict Evaluator::unevaluated_properties(const Instruction& instruction, Value value,
                                          Evaluated* evaluated) noexcept {
  if (evaluated == nullptr || evaluated->all()) return Verdict::valid;
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container object;
  Entries values;
  if (!object.open(value) || !object.values(values)) return Verdict::corrupt;
  for (std::uint32_t i = 0; i < object.count(); ++i) {
    if (!values.step()) return Verdict::corrupt;
    if (watch_.interrupted()) return Verdict::interrupted;
    if (evaluated->has(i)) continue;
    const Verdict verdict = check_entry(instruction.first, values);
    if (verdict != Verdict::valid) return verdict;
  }
  evaluated->add_all();
  return Verdict::valid;
}

Verdict Evaluator::has_property(Value value, std::string_view name) noexcept {
  Container object;
  std::uint32_t index = 0;
  if (!object.open(value) || !object.find(name, index)) return Verdict::corrupt;
  return verdict_of(index < object.count());
}

Verdict Evaluator::dependent_required(const Instruction& instruction, Value value) noexcept {
  for (std::uint32_t i = 0; i < instruction.second; ++i) {
    const std::string_view name = tables_.string(tables_.strings[instruction.first + i]);
    const Verdict present = has_property(value, name);
    if (present == Verdict::invalid) return verdict_of(i == 0);
    if (present != Verdict::valid) return present;
  }
  return Verdict::valid;
}

Verdict Evaluator::dependent_schema(const Instruction& instruction, Value value,
                                    Evaluated* evaluated) noexcept {
  const std::string_view name = tables_.string(tables_.strings[instruction.first]);
  const Verdict present = has_property(value, name);
  if (present == Verdict::invalid) return Verdict::valid;
  return present == Verdict::valid ? check(instruction.second, value, evaluated) : present;
}

Verdict Evaluator::dispatch(const Dispatch& dispatch, Value value, Evaluated* evaluated) noexcept {
  Container object;
  std::uint32_t index = 0;
  if (!object.open(value) || !object.find(tables_.string(dispatch.key), index)) {
    return Verdict::corrupt;
  }
  if (index == object.count()) return Verdict::invalid;
  Entries entry;
  if (!object.value_at(index, entry) || !entry.step()) return Verdict::corrupt;
  if (!entry.is_string()) return Verdict::invalid;
  const std::string_view text = entry.text();
  std::uint32_t low = 0;
  std::uint32_t high = dispatch.choice_count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const Choice& choice = tables_.choices[dispatch.first_choice + middle];
    const int order = jsonb::compare_keys(tables_.string(choice.value), text);
    if (order == 0) return check(choice.branch, value, evaluated);
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Verdict::invalid;
}

Verdict Evaluator::constant_set(const Instruction& instruction, Value value) noexcept {
  for (std::uint32_t i = 0; i < instruction.second; ++i) {
    const Constant& constant = tables_.constants[instruction.first + i];
    const Value candidate{tables_.constant_bytes.data() + constant.offset, constant.size,
                          value.kind};
    const Verdict verdict = equal(value, candidate, watch_);
    if (verdict != Verdict::invalid) return verdict;
  }
  return Verdict::invalid;
}

// --- schemas for the same value --------------------------------------------------------------

Verdict Evaluator::apply(const Instruction& instruction, Value value,
                         Evaluated* evaluated) noexcept {
  if (watch_.interrupted()) return Verdict::interrupted;
  switch (instruction.opcode) {
    case Opcode::reference:
      return check(instruction.first, value, evaluated);
    case Opcode::all_of:
      for (std::uint32_t i = 0; i < instruction.second; ++i) {
        const SubschemaIndex branch = tables_.subschema_lists[instruction.first + i];
        const Verdict verdict = check(branch, value, evaluated);
        if (verdict != Verdict::valid) return verdict;
      }
      return Verdict::valid;
    case Opcode::any_of:
      return any_of(instruction, value, evaluated);
    case Opcode::one_of: {
      std::uint32_t count = 0;
      std::uint32_t first = 0;
      const Verdict verdict = count_branches(instruction, value, count, first, evaluated);
      return verdict == Verdict::valid ? verdict_of(count == 1) : verdict;
    }
    case Opcode::negation: {
      const Verdict verdict = check(instruction.first, value);
      if (verdict == Verdict::valid) return Verdict::invalid;
      return verdict == Verdict::invalid ? Verdict::valid : verdict;
    }
    case Opcode::conditional:
      return conditional(instruction, value, evaluated);
    default:
      return Verdict::corrupt;
  }
}

// A branch that may fail: what it has evaluated by then does not count.
Verdict Evaluator::check_branch(SubschemaIndex branch, Value value, Evaluated* evaluated) noexcept {
  if (watch_.interrupted()) return Verdict::interrupted;
  if (evaluated == nullptr) return check(branch, value);
  Evaluated own(stored_count(value));
  if (!own.ready()) return Verdict::out_of_memory;
  const Verdict verdict = check(branch, value, &own);
  if (verdict == Verdict::valid) evaluated->add(own);
  return verdict;
}

Verdict Evaluator::any_of(const Instruction& instruction, Value value,
                          Evaluated* evaluated) noexcept {
  Verdict result = Verdict::invalid;
  for (std::uint32_t i = 0; i < instruction.second; ++i) {
    const SubschemaIndex branch = tables_.subschema_lists[instruction.first + i];
    const Verdict verdict = check_branch(branch, value, evaluated);
    if (verdict == Verdict::invalid) continue;
    if (verdict != Verdict::valid || evaluated == nullptr) return verdict;
    result = Verdict::valid;
  }
  return result;
}

Verdict Evaluator::count_branches(const Instruction& instruction, Value value, std::uint32_t& count,
                                  std::uint32_t& first, Evaluated* evaluated) noexcept {
  count = 0;
  for (std::uint32_t i = 0; i < instruction.second && count < 2; ++i) {
    const SubschemaIndex branch = tables_.subschema_lists[instruction.first + i];
    const Verdict verdict = check_branch(branch, value, evaluated);
    if (verdict == Verdict::valid) {
      if (count++ == 0) first = i;
    } else if (verdict != Verdict::invalid) {
      return verdict;
    }
  }
  return Verdict::valid;
}

Verdict Evaluator::conditional(const Instruction& instruction, Value value,
                               Evaluated* evaluated) noexcept {
  const SubschemaIndex* parts = tables_.subschema_lists.data() + instruction.first;
  const Verdict condition = check_branch(parts[0], value, evaluated);
  if (condition == Verdict::valid) return check(parts[1], value, evaluated);
  return condition == Verdict::invalid ? check(parts[2], value, evaluated) : condition;
}

Verdict evaluate(const Program& program, std::span<const std::byte> instance,
                 const Host& host) noexcept {
  Value value;
  if (!jsonb::root(instance, value)) return Verdict::corrupt;
  return Evaluator(program, host).check(program.tables().root, value);
}

}  // namespace tenancy::jsonschema
