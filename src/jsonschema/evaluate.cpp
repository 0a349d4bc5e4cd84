#include "jsonschema/evaluate.hpp"

#include <array>

#include "jsonschema/evaluator/evaluator_inline.hpp"
#include "jsonschema/format/format.hpp"
#include "jsonschema/value/bytes.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

using jsonb::Container;
using jsonb::Entries;
using jsonb::Kind;
using jsonb::Value;

namespace {

static_assert(type_of(Kind::string) == types::string && type_of(Kind::number) == types::integer &&
              type_of(Kind::false_value) == types::false_value &&
              type_of(Kind::true_value) == types::true_value &&
              type_of(Kind::null) == types::null && type_of(Kind::array) == types::array &&
              type_of(Kind::object) == types::object);

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
    case Match::too_long:
      return Verdict::too_long;
    case Match::limit:
      break;
  }
  return limit;
}

// Code points are counted only where the number of bytes leaves it open.
bool length_within(std::string_view text, const Instruction& limits) noexcept {
  const auto bytes = static_cast<std::uint32_t>(text.size());
  if (bytes < limits.first || (bytes + 3) / 4 > limits.second) return false;
  return is_length_clear(bytes, limits) || within(jsonb::count_code_points(text), limits);
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

// Small numbers, which most are, in ranges, which most limits are, need no decimals.
Verdict Evaluator::check_number(const Subschema& subschema, Value value) noexcept {
  const TypeMask admitted = subschema.types & types::number;
  const Instruction* instruction = instructions_ + subschema.run(RunKind::number);
  std::int64_t floor = 0;
  bool has_fraction = false;
  if (!read_small(value.data, value.size, floor, has_fraction)) {
    return check_decimal(subschema, value);
  }
  if ((admitted & (has_fraction ? types::fraction : types::integer)) == 0) return Verdict::invalid;
  if (instruction->opcode == Opcode::range) {
    const Range& range = tables_.ranges[instruction->first];
    if (!has_fraction) {
      if (floor < range.low || floor > range.high) return Verdict::invalid;
      ++instruction;
    } else if (!range.has_fraction) {
      if (floor < range.floor_low || floor > range.floor_high) return Verdict::invalid;
      ++instruction;
    }
  }
  if (instruction->opcode == Opcode::accept) return Verdict::valid;
  return check_decimal(subschema, value);
}

Verdict Evaluator::check_decimal(const Subschema& subschema, Value value) noexcept {
  const TypeMask admitted = subschema.types & types::number;
  if (admitted == types::none) return Verdict::invalid;
  const std::uint32_t run = subschema.run(RunKind::number);
  if (admitted == types::number && run == accept_run) return Verdict::valid;
  Decimal number;
  if (!read_numeric(value.data, value.size, number)) return Verdict::corrupt;
  if ((admitted & (number.is_integer() ? types::integer : types::fraction)) == 0) {
    return Verdict::invalid;
  }
  return run_number(instructions_ + run, value, number);
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

// Most runs are one of these two and no more. That they are looked for here and not in the loop
// alone, whose function has registers to save, spares 4 % of an event and 6 to 14 % of texts in an
// array.
Verdict Evaluator::run_string(const Instruction* instruction, Value value) noexcept {
  if (instruction[1].opcode == Opcode::accept) {
    if (instruction->opcode == Opcode::pattern) return match(instruction->first, value.text());
    if (instruction->opcode == Opcode::string_set) {
      return verdict_of(string_set(*instruction, value));
    }
  }
  return run_string_from(instruction, value);
}

Verdict Evaluator::run_string_from(const Instruction* instruction, Value value) noexcept {
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
        if (!string_set(*instruction, value)) return Verdict::invalid;
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
  if (match <= Match::yes) [[likely]]
    return verdict_of(match == Match::yes);
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

// A few are compared one after the other, by size first.
bool Evaluator::string_set(const Instruction& instruction, Value value) const noexcept {
  constexpr std::uint32_t few = 8;
  const Text* first = tables_.strings.data() + instruction.first;
  std::uint32_t count = instruction.second;
  const char* const texts = tables_.text.data();
  while (count > few) {
    const std::uint32_t half = count / 2;
    const int order = jsonb::compare_keys(tables_.string(first[half]), value.text());
    if (order == 0) return true;
    if (order < 0) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  for (; count > 0; --count, ++first) {
    if (first->size == value.size && same_bytes(texts + first->offset, value.data, value.size)) {
      return true;
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

// --- arrays and objects, whole ----------------------------------------------------------------

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

// Of the elements of an array, or the values of an object.
Verdict Evaluator::unevaluated(const Instruction& instruction, Value value,
                               Evaluated* evaluated) noexcept {
  if (evaluated == nullptr || evaluated->all()) return Verdict::valid;
  if (watch_.stack_exhausted()) return Verdict::too_deep;
  Container container;
  if (!container.open(value)) return Verdict::corrupt;
  Entries children = container.begin();
  if (value.kind == Kind::object && !container.values(children)) return Verdict::corrupt;
  for (std::uint32_t i = 0; i < container.count(); ++i) {
    if (!children.step()) return Verdict::corrupt;
    if (watch_.interrupted()) return Verdict::interrupted;
    if (evaluated->has(i)) continue;
    const Verdict verdict = check_entry(instruction.first, children);
    if (verdict != Verdict::valid) return verdict;
  }
  evaluated->add_all();
  return Verdict::valid;
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
  Evaluator evaluator(program, host);
  // Not by its index: so this check is inlined.
  return evaluator.check(evaluator.subschemas_[program.tables().root], value, nullptr);
}

}  // namespace tenancy::jsonschema
