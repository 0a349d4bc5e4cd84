#include "builder.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::uint32_t accept_run = 0;  // the first instruction: a run that accepts at once

template <typename Table>
std::uint32_t size_of(const Table& table) {
  return static_cast<std::uint32_t>(table.size());
}

template <typename Table>
void cut(Table& table, std::size_t size) {
  table.erase(table.begin() + static_cast<std::ptrdiff_t>(size), table.end());
}

}  // namespace

Builder::Builder() {
  tables_.instructions.push_back({});
  lay_out(add_subschema(), {});
  Runs runs;
  runs.types = types::none;
  runs.narrowings.push_back({Keyword::negation, types::none, 0});
  lay_out(add_subschema(), runs);
}

SubschemaIndex Builder::add_subschema() {
  tables_.subschemas.emplace_back();
  return size_of(tables_.subschemas) - 1;
}

// What applies to every kind is laid out once, behind the first kind that has instructions of its
// own; further kinds get copies.
void Builder::lay_out(SubschemaIndex index, const Runs& runs) {
  Subschema subschema;
  subschema.types = runs.types;
  subschema.first_narrowing = size_of(tables_.narrowings);
  subschema.narrowing_count = static_cast<std::uint16_t>(runs.narrowings.size());
  tables_.narrowings.insert(tables_.narrowings.end(), runs.narrowings.begin(),
                            runs.narrowings.end());

  bool every_placed = runs.every.empty();
  std::uint32_t every_run = accept_run;
  const auto place = [&](const std::vector<Instruction>& own) {
    const std::uint32_t run = append_run(own, runs.every);
    if (!every_placed) every_run = run + size_of(own);
    every_placed = true;
    return run;
  };
  struct Own {
    RunKind kind;
    const std::vector<Instruction>& instructions;
  };
  const Own all[] = {{RunKind::object, runs.object},
                     {RunKind::string, runs.string},
                     {RunKind::number, runs.number},
                     {RunKind::array, runs.array}};
  const auto run_of = [&](RunKind kind) -> std::uint32_t& {
    return subschema.runs[static_cast<std::size_t>(kind)];
  };
  for (const Own& own : all) {
    if (!own.instructions.empty()) run_of(own.kind) = place(own.instructions);
  }
  if (!every_placed) every_run = append_run({}, runs.every);
  run_of(RunKind::literal) = every_run;
  for (const Own& own : all) {
    if (own.instructions.empty()) run_of(own.kind) = every_run;
  }
  tables_.subschemas[index] = subschema;
}

std::uint32_t Builder::append_run(std::span<const Instruction> own,
                                  std::span<const Instruction> every) {
  std::vector<Instruction>& instructions = tables_.instructions;
  const std::uint32_t run = size_of(instructions);
  instructions.insert(instructions.end(), own.begin(), own.end());
  instructions.insert(instructions.end(), every.begin(), every.end());
  instructions.push_back({});
  return run;
}

Text Builder::add_text(std::string_view text) {
  const Text part{size_of(tables_.text), static_cast<std::uint32_t>(text.size())};
  tables_.text += text;
  return part;
}

std::uint32_t Builder::add_string(std::string_view text) {
  tables_.strings.push_back(add_text(text));
  return size_of(tables_.strings) - 1;
}

std::uint32_t Builder::add_number(const DecimalNumber& number) {
  tables_.numbers.push_back(
      {size_of(tables_.digits), size_of(number.digits), number.weight, number.negative});
  tables_.digits.insert(tables_.digits.end(), number.digits.begin(), number.digits.end());
  return size_of(tables_.numbers) - 1;
}

std::uint32_t Builder::add_pattern(std::string_view text) {
  const auto known = patterns_.find(std::string(text));
  if (known != patterns_.end()) return known->second;
  tables_.patterns.emplace_back(text);
  const std::uint32_t index = size_of(tables_.patterns) - 1;
  patterns_.emplace(text, index);
  return index;
}

std::uint32_t Builder::add_subschema_list(std::span<const SubschemaIndex> list) {
  const std::uint32_t first = size_of(tables_.subschema_lists);
  tables_.subschema_lists.insert(tables_.subschema_lists.end(), list.begin(), list.end());
  return first;
}

Builder::Mark Builder::mark() const noexcept {
  const Tables& t = tables_;
  return {t.subschemas.size(),      t.instructions.size(), t.narrowings.size(),
          t.subschema_lists.size(), t.member_keys.size(),  t.member_patterns.size(),
          t.members.size(),         t.elements.size(),     t.contains.size(),
          t.strings.size(),         t.numbers.size(),      t.digits.size(),
          t.divisors.size(),        t.constants.size(),    t.constant_bytes.size(),
          t.patterns.size(),        t.text.size()};
}

void Builder::forget_since(const Mark& mark) {
  cut(tables_.subschemas, mark.subschemas);
  cut(tables_.instructions, mark.instructions);
  cut(tables_.narrowings, mark.narrowings);
  cut(tables_.subschema_lists, mark.subschema_lists);
  cut(tables_.member_keys, mark.member_keys);
  cut(tables_.member_patterns, mark.member_patterns);
  cut(tables_.members, mark.members);
  cut(tables_.elements, mark.elements);
  cut(tables_.contains, mark.contains);
  cut(tables_.strings, mark.strings);
  cut(tables_.numbers, mark.numbers);
  cut(tables_.digits, mark.digits);
  cut(tables_.divisors, mark.divisors);
  cut(tables_.constants, mark.constants);
  cut(tables_.constant_bytes, mark.constant_bytes);
  cut(tables_.patterns, mark.patterns);
  cut(tables_.text, mark.text);
  patterns_.clear();
}

}  // namespace tenancy::jsonschema
