// What instructions evaluate, whether their values satisfy them or not: for reports, which name an
// unevaluated child only where nothing else would have been responsible for it.
#include "jsonschema/evaluator/evaluator.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Kind;
using jsonb::Value;

Verdict Evaluator::note_evaluated(const Instruction& instruction, Value value,
                                  Evaluated& evaluated) noexcept {
  const auto listed = [&](std::uint32_t i) {
    return tables_.subschema_lists[instruction.first + i];
  };
  switch (instruction.opcode) {
    case Opcode::members:
      return note_members(tables_.members[instruction.first], value, evaluated);
    case Opcode::elements:
      return note_elements(tables_.elements[instruction.first], value, evaluated);
    case Opcode::contains: {
      Contains contains = tables_.contains[instruction.first];
      contains.maximum = unlimited;  // else counting ends where there are too many
      std::uint32_t count = 0;
      return count_contained(contains, value, count, &evaluated);
    }
    case Opcode::unevaluated_items:
    case Opcode::unevaluated_properties:
      evaluated.add_all();
      return Verdict::valid;
    case Opcode::reference:
      return note_subschema(instruction.first, value, evaluated);
    case Opcode::dependent_schema: {
      const std::string_view name = tables_.string(tables_.strings[instruction.first]);
      const Verdict present = has_property(value, name);
      if (present == Verdict::invalid) return Verdict::valid;
      if (present != Verdict::valid) return present;
      return note_subschema(instruction.second, value, evaluated);
    }
    case Opcode::any_of:
    case Opcode::one_of: {
      bool is_satisfied = false;
      for (std::uint32_t i = 0; i < instruction.second; ++i) {
        const Verdict verdict = note_branch(listed(i), value, evaluated);
        if (verdict != Verdict::valid && verdict != Verdict::invalid) return verdict;
        is_satisfied = is_satisfied || verdict == Verdict::valid;
      }
      if (is_satisfied) return Verdict::valid;
      [[fallthrough]];  // each of them says itself what it misses
    }
    case Opcode::all_of:
      for (std::uint32_t i = 0; i < instruction.second; ++i) {
        const Verdict verdict = note_subschema(listed(i), value, evaluated);
        if (verdict != Verdict::valid) return verdict;
      }
      return Verdict::valid;
    case Opcode::conditional: {
      const Verdict condition = note_branch(listed(0), value, evaluated);
      if (condition != Verdict::valid && condition != Verdict::invalid) return condition;
      return note_subschema(listed(condition == Verdict::valid ? 1 : 2), value, evaluated);
    }
    default:
      return Verdict::valid;
  }
}

// Valid and invalid are the branch's own answers.
Verdict Evaluator::note_branch(SubschemaIndex branch, Value value, Evaluated& evaluated) noexcept {
  const Verdict verdict = check(branch, value);
  if (verdict != Verdict::valid) return verdict;
  return note_subschema(branch, value, evaluated);
}

Verdict Evaluator::note_subschema(SubschemaIndex index, Value value,
                                  Evaluated& evaluated) noexcept {
  const Instruction* instruction = run_of(subschemas_[index], value.kind);
  for (; instruction->opcode != Opcode::accept; ++instruction) {
    if (watch_.interrupted()) return Verdict::interrupted;
    const Verdict verdict = note_evaluated(*instruction, value, evaluated);
    if (verdict != Verdict::valid) return verdict;
  }
  return Verdict::valid;
}

Verdict Evaluator::note_elements(const Elements& elements, Value value,
                                 Evaluated& evaluated) noexcept {
  if (elements.evaluates_all) evaluated.add_all();
  Container array;
  if (!array.open(value)) return Verdict::corrupt;
  for (std::uint32_t i = 0; i < elements.prefix_count && i < array.count(); ++i) evaluated.add(i);
  return Verdict::valid;
}

Verdict Evaluator::note_members(const Members& members, Value value,
                                Evaluated& evaluated) noexcept {
  if (members.evaluates_all) evaluated.add_all();
  if (evaluated.all()) return Verdict::valid;
  Container object;
  if (!object.open(value)) return Verdict::corrupt;
  for (std::uint32_t i = 0; i < members.key_count; ++i) {
    const MemberKey& key = tables_.member_keys[members.first_key + i];
    std::uint32_t index = 0;
    if (!key.declared) continue;
    if (!object.find(tables_.string(key.name), index)) return Verdict::corrupt;
    if (index < object.count()) evaluated.add(index);
  }
  if (members.pattern_count == 0) return Verdict::valid;
  Entries names = object.begin();
  for (std::uint32_t i = 0; i < object.count(); ++i) {
    std::string_view name;
    if (!names.step() || !names.key(name)) return Verdict::corrupt;
    for (std::uint32_t p = 0; p < members.pattern_count; ++p) {
      if (watch_.interrupted()) return Verdict::interrupted;
      const Verdict match =
          this->match(tables_.member_patterns[members.first_pattern + p].pattern, name);
      if (match == Verdict::invalid) continue;
      if (match != Verdict::valid && match != Verdict::pattern_limit) return match;
      evaluated.add(i);
      break;
    }
  }
  return Verdict::valid;
}

}  // namespace tenancy::jsonschema
