#include "jsonschema/compiler/builder.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "jsonschema/value/jsonb.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
Builder::Builder(bool (*interrupted)() noexcept) : interrupted_(interrupted) {
  add_rule();
  Runs none;
  none.types = types::none;
  none.narrowings.push_back({Keyword::negation, types::none, 0});
  set_rule(add_rule(), std::move(none));
}

void Builder::poll() const {
  jsonschema::poll(interrupted_);
}

SubschemaIndex Builder::add_rule() {
  rules_.emplace_back();
  return size_of(rules_) - 1;
}

void Builder::set_rule(SubschemaIndex index, Runs runs) {
  Rule& rule = rules_[index];
  rule.types = runs.types;
  rule.collects = !runs.last_for_array.empty() || !runs.last_for_object.empty();
  rule.narrowings = std::move(runs.narrowings);
  rule.run(RunKind::string) = std::move(runs.string);
  rule.run(RunKind::number) = std::move(runs.number);
  rule.run(RunKind::array) = std::move(runs.array);
  rule.run(RunKind::object) = std::move(runs.object);
  const auto append = [](std::vector<Instruction>& run, const std::vector<Instruction>& more) {
    run.insert(run.end(), more.begin(), more.end());
  };
  for (std::vector<Instruction>& run : rule.runs) append(run, runs.every);
  append(rule.run(RunKind::array), runs.last_for_array);
  append(rule.run(RunKind::object), runs.last_for_object);
}

Text Builder::add_text(std::string_view text) {
  poll();
  const auto [at, added] = texts_.try_emplace(std::string(text));
  if (added) {
    at->second = {size_of(tables_.text), static_cast<std::uint32_t>(text.size())};
    tables_.text += text;
  }
  return at->second;
}

MemberKey Builder::member_key(std::string_view name, SubschemaIndex value, bool required,
                              bool declared) {
  MemberKey key{0, add_text(name), value, 0, required, declared};
  if (!name.empty()) {
    std::array<std::byte, 8> first{};
    std::memcpy(first.data(), name.data(), std::min(name.size(), first.size()));
    key.shift = jsonb::head_shift(static_cast<std::uint32_t>(name.size()));
    key.head = jsonb::head_of(first.data(), key.shift);
  }
  return key;
}

std::uint32_t Builder::add_string(std::string_view text) {
  tables_.strings.push_back(add_text(text));
  return size_of(tables_.strings) - 1;
}

std::uint32_t Builder::add_number(const DecimalNumber& number) {
  poll();
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

}  // namespace tenancy::jsonschema
