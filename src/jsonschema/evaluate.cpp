#include "evaluate.hpp"

#include <array>

#include "evaluator.hpp"
#include "format.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Kind;
using jsonb::Value;

namespace {

// By kind: its type, and its run.
constexpr std::array<TypeMask, 7> types_of_kind{
    types::null,   types::false_value, types::true_value, types::number,
    types::string, types::array,       types::object};
constexpr std::array<RunKind, 7> run_of_kind{RunKind::literal, RunKind::literal, RunKind::literal,
                                             RunKind::number,  RunKind::string,  RunKind::array,
                                             RunKind::object};

constexpr std::size_t index_of(Kind kind) noexcept {
  return static_cast<std::size_t>(kind);
}

constexpr Verdict verdict_of(bool holds) noexcept {
  return holds ? Verdict::valid : Verdict::invalid;
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

}  // namespace

bool Evaluator::admits(TypeMask types, const Value& value, const Decimal& number) noexcept {
  if (value.kind != Kind::number) return (types & types_of_kind[index_of(value.kind)]) != 0;
  return (types & (number.is_integer() ? types::integer : types::fraction)) != 0;
}

const Instruction* Evaluator::run_of(const Subschema& subschema, Kind kind) const noexcept {
  return tables_.instructions.data() + subschema.run(run_of_kind[index_of(kind)]);
}

Verdict Evaluator::check(SubschemaIndex index, const Value& value) noexcept {
  if (watch_.interrupted()) return Verdict::interrupted;
  const Subschema& subschema = tables_.subschemas[index];
  Decimal number;
  if (value.kind == Kind::number) {
    if (!read_numeric(value.data, value.size, number)) return Verdict::corrupt;
    if (!admits(subschema.types, value, number)) return Verdict::invalid;
  } else if ((subschema.types & types_of_kind[index_of(value.kind)]) == 0) {
    return Verdict::invalid;
  }
  return run(run_of(subschema, value.kind), value, number);
}

Verdict Evaluator::run(const Instruction* instruction, const Value& value,
                       const Decimal& number) noexcept {
  for (; instruction->opcode != Opcode::accept; ++instruction) {
    const Verdict verdict = step(*instruction, value, number);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

Verdict Evaluator::step(const Instruction& instruction, const Value& value,
                        const Decimal& number) noexcept {
  switch (instruction.opcode) {
    case Opcode::accept:
      return Verdict::valid;

    case Opcode::string_length:
      return verdict_of(length_within(value.text(), instruction));
    case Opcode::string_set:
      return verdict_of(string_set(instruction, value.text()));
    case Opcode::pattern:
      return match(instruction.first, value.text());
    case Opcode::format:
      return verdict_of(match_format(static_cast<Format>(instruction.first), value.text()) ==
                        Match::yes);

    case Opcode::minimum:
      return verdict_of(compare(number, tables_.number(instruction.first)) >= 0);
    case Opcode::exclusive_minimum:
      return verdict_of(compare(number, tables_.number(instruction.first)) > 0);
    case Opcode::maximum:
      return verdict_of(compare(number, tables_.number(instruction.first)) <= 0);
    case Opcode::exclusive_maximum:
      return verdict_of(compare(number, tables_.number(instruction.first)) < 0);
    case Opcode::number_set:
      return verdict_of(number_set(instruction, number));
    case Opcode::multiple_of:
      return verdict_of(tables_.divisors[instruction.first].divides(number));

    case Opcode::array_length:
    case Opcode::object_size:
      return verdict_of(within(stored_count(value), instruction));
    case Opcode::elements:
      return elements(tables_.elements[instruction.first], value);
    case Opcode::contains: {
      const Contains& contains = tables_.contains[instruction.first];
      std::uint32_t count = 0;
      const Verdict verdict = count_contained(contains, value, count);
      if (verdict != Verdict::valid) return verdict;
      return verdict_of(count >= contains.minimum && count <= contains.maximum);
    }
    case Opcode::unique_items: {
      std::uint32_t first = 0;
      std::uint32_t second = 0;
      return unique_elements(value, watch_, first, second);
    }

    case Opcode::members:
      return members(tables_.members[instruction.first], value);
    case Opcode::dependent_required:
      return dependent_required(instruction, value);
    case Opcode::dependent_schema: {
      const std::string_view name = tables_.string(tables_.strings[instruction.first]);
      const Verdict present = has_property(value, name);
      if (present == Verdict::invalid) return Verdict::valid;
      return present == Verdict::valid ? check(instruction.second, value) : present;
    }
    case Opcode::constant_set:
      return constant_set(instruction, value);

    case Opcode::reference:
      return check(instruction.first, value);
    case Opcode::all_of:
      for (std::uint32_t i = 0; i < instruction.second; ++i) {
        const Verdict verdict = check(tables_.subschema_lists[instruction.first + i], value);
        if (verdict != Verdict::valid) return verdict;
      }
      return Verdict::valid;
    case Opcode::any_of:
      return any_of(instruction, value);
    case Opcode::one_of: {
      std::uint32_t count = 0;
      std::uint32_t first = 0;
      const Verdict verdict = count_branches(instruction, value, count, first);
      return verdict == Verdict::valid ? verdict_of(count == 1) : verdict;
    }
    case Opcode::negation: {
      const Verdict verdict = check(instruction.first, value);
      if (verdict == Verdict::valid) return Verdict::invalid;
      return verdict == Verdict::invalid ? Verdict::valid : verdict;
    }
    case Opcode::conditional: {
      const SubschemaIndex* parts = tables_.subschema_lists.data() + instruction.first;
      const Verdict condition = check(parts[0], value);
      if (condition == Verdict::valid) return check(parts[1], value);
      return condition == Verdict::invalid ? check(parts[2], value) : condition;
    }
  }
  return Verdict::corrupt;
}

// --- strings and numbers ---------------------------------------------------------------------

Verdict Evaluator::match(std::uint32_t pattern, std::string_view text) noexcept {
  switch (tables_.patterns[pattern].search(text, *matcher_)) {
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
  limited_pattern_ = pattern;
  return Verdict::pattern_limit;
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

Verdict Evaluator::elements(const Elements& elements, const Value& value) noexcept {
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container array;
  if (!array.open(value)) return Verdict::corrupt;
  std::uint32_t count = array.count();
  if (elements.rest == nothing && count > elements.prefix_count) return Verdict::invalid;
  if (elements.rest == anything && count > elements.prefix_count) count = elements.prefix_count;
  Entries entries = array.begin();
  for (std::uint32_t i = 0; i < count; ++i) {
    Value element;
    if (!entries.step() || !entries.value(element)) return Verdict::corrupt;
    const SubschemaIndex subschema = i < elements.prefix_count
                                         ? tables_.subschema_lists[elements.first_prefix + i]
                                         : elements.rest;
    const Verdict verdict = check(subschema, element);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

Verdict Evaluator::count_contained(const Contains& contains, const Value& value,
                                   std::uint32_t& count) noexcept {
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container array;
  if (!array.open(value)) return Verdict::corrupt;
  Entries entries = array.begin();
  count = 0;
  for (std::uint32_t i = 0; i < array.count(); ++i) {
    if (count > contains.maximum) break;
    if (count >= contains.minimum && contains.maximum == unlimited) break;
    Value element;
    if (!entries.step() || !entries.value(element)) return Verdict::corrupt;
    const Verdict verdict = check(contains.element, element);
    if (verdict == Verdict::valid) {
      ++count;
    } else if (verdict != Verdict::invalid) {
      return verdict;
    }
  }
  return Verdict::valid;
}

// --- objects ---------------------------------------------------------------------------------

// One merge of two lists that are sorted alike: the stored keys and the table's.
Verdict Evaluator::members(const Members& members, const Value& value) noexcept {
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container object;
  if (!object.open(value)) return Verdict::corrupt;
  const std::uint32_t count = object.count();
  if (count < members.required_count) return Verdict::invalid;
  if (count == 0) return Verdict::valid;

  const MemberKey* key = tables_.member_keys.data() + members.first_key;
  const MemberKey* const end = key + members.key_count;
  const bool every_member =
      members.additional != anything || members.names != anything || members.pattern_count != 0;
  Entries names = object.begin();
  Entries values;
  if (!object.values(values)) return Verdict::corrupt;

  for (std::uint32_t i = 0; i < count; ++i) {
    std::string_view name;
    if (!names.step() || !names.key(name) || !values.step()) return Verdict::corrupt;
    int order = 1;
    for (; key != end; ++key) {
      order = jsonb::compare_keys(tables_.string(key->name), name);
      if (order >= 0) break;
      if (key->required) return Verdict::invalid;
    }
    const bool named = order == 0 && key != end;
    if (!named && !every_member) {
      if (key == end) return Verdict::valid;
      if (watch_.interrupted()) return Verdict::interrupted;
      continue;
    }
    const bool declared = named && key->declared;
    if (named && key->value != anything) {
      Value member;
      if (!values.value(member)) return Verdict::corrupt;
      const Verdict verdict = check(key->value, member);
      if (verdict != Verdict::valid) return verdict;
    }
    if (named) ++key;
    if (every_member && (!declared || members.pattern_count != 0 || members.names != anything)) {
      Value member;
      if (!values.value(member)) return Verdict::corrupt;
      const Verdict verdict = unmatched_member(members, name, member, declared);
      if (verdict != Verdict::valid) return verdict;
    }
  }
  for (; key != end; ++key) {
    if (key->required) return Verdict::invalid;
  }
  return Verdict::valid;
}

// What applies to a property because of its name's form, or because nothing else does.
Verdict Evaluator::unmatched_member(const Members& members, std::string_view name,
                                    const Value& value, bool declared) noexcept {
  if (watch_.interrupted()) return Verdict::interrupted;
  if (members.names != anything) {
    const Value name_value{reinterpret_cast<const std::byte*>(name.data()),
                           static_cast<std::uint32_t>(name.size()), Kind::string};
    const Verdict verdict = check(members.names, name_value);
    if (verdict != Verdict::valid) return verdict;
  }
  bool matched = declared;
  for (std::uint32_t i = 0; i < members.pattern_count; ++i) {
    const MemberPattern& pattern = tables_.member_patterns[members.first_pattern + i];
    const Verdict match = this->match(pattern.pattern, name);
    if (match == Verdict::invalid) continue;
    if (match != Verdict::valid) return match;
    matched = true;
    const Verdict verdict = check(pattern.value, value);
    if (verdict != Verdict::valid) return verdict;
  }
  if (matched || members.additional == anything) return Verdict::valid;
  return check(members.additional, value);
}

Verdict Evaluator::has_property(const Value& value, std::string_view name) noexcept {
  Container object;
  std::uint32_t index = 0;
  if (!object.open(value) || !object.find(name, index)) return Verdict::corrupt;
  return verdict_of(index < object.count());
}

Verdict Evaluator::dependent_required(const Instruction& instruction, const Value& value) noexcept {
  for (std::uint32_t i = 0; i < instruction.second; ++i) {
    const std::string_view name = tables_.string(tables_.strings[instruction.first + i]);
    const Verdict present = has_property(value, name);
    if (present == Verdict::invalid) return verdict_of(i == 0);
    if (present != Verdict::valid) return present;
  }
  return Verdict::valid;
}

Verdict Evaluator::constant_set(const Instruction& instruction, const Value& value) noexcept {
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

Verdict Evaluator::any_of(const Instruction& instruction, const Value& value) noexcept {
  for (std::uint32_t i = 0; i < instruction.second; ++i) {
    const Verdict verdict = check(tables_.subschema_lists[instruction.first + i], value);
    if (verdict != Verdict::invalid) return verdict;
  }
  return Verdict::invalid;
}

Verdict Evaluator::count_branches(const Instruction& instruction, const Value& value,
                                  std::uint32_t& count, std::uint32_t& first) noexcept {
  count = 0;
  for (std::uint32_t i = 0; i < instruction.second && count < 2; ++i) {
    const Verdict verdict = check(tables_.subschema_lists[instruction.first + i], value);
    if (verdict == Verdict::valid) {
      if (count++ == 0) first = i;
    } else if (verdict != Verdict::invalid) {
      return verdict;
    }
  }
  return Verdict::valid;
}

Verdict evaluate(const Program& program, std::span<const std::byte> instance,
                 const Host& host) noexcept {
  Value value;
  if (!jsonb::root(instance, value)) return Verdict::corrupt;
  return Evaluator(program, host).check(program.tables().root, value);
}

}  // namespace tenancy::jsonschema
