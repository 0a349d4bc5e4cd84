// Arrays. See evaluator.hpp.
#include "jsonschema/evaluator/evaluator_inline.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Value;

// Most runs limit the length, and have one schema for all elements. That these are looked for here,
// and not in the loop alone, spares 6 to 7 % of a short array and 15 % of an array of such.
Verdict Evaluator::run_array(const Instruction* instruction, Value value,
                             Evaluated* evaluated) noexcept {
  if (instruction->opcode == Opcode::array_length) {
    if (!within(stored_count(value), *instruction)) return Verdict::invalid;
    ++instruction;
  }
  if (instruction[0].opcode == Opcode::elements && instruction[1].opcode == Opcode::accept) {
    return elements(tables_.elements[instruction->first], value, evaluated);
  }
  return run_array_from(instruction, value, evaluated);
}

Verdict Evaluator::run_array_from(const Instruction* instruction, Value value,
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
        verdict = unevaluated(*instruction, value, evaluated);
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
  if (elements.prefix_count == 0 && count < polling_stride) {
    if (watch_.interrupted(count)) return Verdict::interrupted;
    return check_children(array, array.entries(), count, 0,
                          [&]() noexcept { return elements.rest; });
  }
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

}  // namespace tenancy::jsonschema
