#include "jsonschema/compiler/fuse.hpp"

#include <algorithm>
#include <limits>

#include "jsonschema/value/jsonb.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// A limit among the integers of at most 16 digits, those that Decimal::to_small_integer() knows.
struct SmallLimit {
  std::int64_t towards_zero;  // its integer part
  bool has_fraction;
  bool negative;
  bool is_beyond;  // greater, or less, than any of them
};

SmallLimit small_limit(const Decimal& limit) noexcept {
  constexpr std::int32_t greatest_weight = 3;
  SmallLimit small{0, !limit.is_integer(), limit.negative, limit.weight > greatest_weight};
  for (std::int32_t i = 0; i <= limit.weight && !small.is_beyond; ++i) {
    const auto index = static_cast<std::uint32_t>(i);
    small.towards_zero =
        small.towards_zero * 10'000 + (index < limit.count ? limit.digit(index) : 0);
  }
  if (limit.negative) small.towards_zero = -small.towards_zero;
  return small;
}

// The least small integer that is not below (or, excluding it, above) the limit.
std::int64_t least_above(const Decimal& limit, bool excludes) noexcept {
  const SmallLimit small = small_limit(limit);
  if (small.is_beyond) {
    return small.negative ? std::numeric_limits<std::int64_t>::min()
                          : std::numeric_limits<std::int64_t>::max();
  }
  if (small.has_fraction) return small.towards_zero + (small.negative ? 0 : 1);
  return small.towards_zero + (excludes ? 1 : 0);
}

std::int64_t greatest_below(const Decimal& limit, bool excludes) noexcept {
  const SmallLimit small = small_limit(limit);
  if (small.is_beyond) {
    return small.negative ? std::numeric_limits<std::int64_t>::min()
                          : std::numeric_limits<std::int64_t>::max();
  }
  if (small.has_fraction) return small.towards_zero - (small.negative ? 1 : 0);
  return small.towards_zero - (excludes ? 1 : 0);
}

constexpr std::uint32_t longest_chain = 16;

bool is_plain(const Members& members) noexcept {
  return members.names == anything && members.pattern_count == 0 &&
         (members.additional == anything || members.additional == nothing);
}

bool may_evaluate(Opcode opcode) noexcept {
  switch (opcode) {
    case Opcode::members:
    case Opcode::elements:
    case Opcode::contains:
    case Opcode::dependent_schema:
    case Opcode::reference:
    case Opcode::all_of:
    case Opcode::any_of:
    case Opcode::one_of:
    case Opcode::conditional:
    case Opcode::dispatch:
      return true;
    default:
      return false;
  }
}

}  // namespace

// One of each: what more there are stay as they are.
void Fuse::ranges(std::vector<Instruction>& run) {
  Range range;
  range.low = range.floor_low = std::numeric_limits<std::int64_t>::min();
  range.high = range.floor_high = std::numeric_limits<std::int64_t>::max();
  std::vector<Instruction> rest;
  for (const Instruction& instruction : run) {
    const bool excludes = instruction.opcode == Opcode::exclusive_minimum ||
                          instruction.opcode == Opcode::exclusive_maximum;
    switch (instruction.opcode) {
      case Opcode::minimum:
      case Opcode::exclusive_minimum:
        if (range.minimum != unlimited) break;
        range.minimum = instruction.first;
        range.excludes_minimum = excludes;
        range.low = least_above(tables_.number(instruction.first), excludes);
        range.floor_low = least_above(tables_.number(instruction.first), false);
        range.has_fraction |= !tables_.number(instruction.first).is_integer();
        continue;
      case Opcode::maximum:
      case Opcode::exclusive_maximum:
        if (range.maximum != unlimited) break;
        range.maximum = instruction.first;
        range.excludes_maximum = excludes;
        range.high = greatest_below(tables_.number(instruction.first), excludes);
        range.floor_high = greatest_below(tables_.number(instruction.first), true);
        range.has_fraction |= !tables_.number(instruction.first).is_integer();
        continue;
      default:
        break;
    }
    rest.push_back(instruction);
  }
  if (range.minimum == unlimited && range.maximum == unlimited) return;
  tables_.ranges.push_back(range);
  run.assign(1, {Opcode::range, Keyword::minimum, size_of(tables_.ranges) - 1, 0});
  run.insert(run.end(), rest.begin(), rest.end());
}

void Fuse::members(std::vector<Instruction>& run) {
  const auto is_members = [](const Instruction& instruction) {
    return instruction.opcode == Opcode::members;
  };
  auto first = std::find_if(run.begin(), run.end(), is_members);
  while (first != run.end()) {
    const auto next = std::find_if(first + 1, run.end(), is_members);
    if (next == run.end()) return;
    const std::optional<Members> merged =
        both(tables_.members[first->first], tables_.members[next->first]);
    if (!merged) {
      first = next;
      continue;
    }
    tables_.members.push_back(*merged);
    first->first = size_of(tables_.members) - 1;
    run.erase(next);
  }
}

// The simple merge does not ask whether a key that only `required` names may be there at all.
void Fuse::mark_plain(std::vector<Instruction>& run) {
  for (Instruction& instruction : run) {
    if (instruction.opcode != Opcode::members) continue;
    Members members = tables_.members[instruction.first];
    if (!is_plain(members)) continue;
    instruction.opcode = Opcode::plain_members;
    if (members.additional == anything) continue;
    std::vector<MemberKey> keys = keys_of(members);
    for (MemberKey& key : keys) {
      if (!key.declared) key.value = nothing;
    }
    members.first_key = size_of(tables_.member_keys);
    tables_.member_keys.insert(tables_.member_keys.end(), keys.begin(), keys.end());
    tables_.members.push_back(members);
    instruction.first = size_of(tables_.members) - 1;
  }
}

std::vector<MemberKey> Fuse::keys_of(const Members& members) const {
  const auto first = tables_.member_keys.begin() + static_cast<std::ptrdiff_t>(members.first_key);
  return {first, first + static_cast<std::ptrdiff_t>(members.key_count)};
}

std::optional<Members> Fuse::both(const Members& left, const Members& right) {
  if (!is_plain(left) || !is_plain(right)) return std::nullopt;
  const std::size_t most_keys = std::size_t{left.key_count} + right.key_count;
  if (most_keys > new_keys_) return std::nullopt;
  new_keys_ -= most_keys;
  const std::vector<MemberKey> lefts = keys_of(left);
  const std::vector<MemberKey> rights = keys_of(right);
  // What the one that does not declare a key says of it.
  const auto alone = [](MemberKey key, const Members& other) {
    if (other.additional == nothing) key.value = nothing;
    return key;
  };

  std::vector<MemberKey> keys;
  auto l = lefts.begin();
  auto r = rights.begin();
  while (l != lefts.end() || r != rights.end()) {
    const int order = l == lefts.end() ? 1
                      : r == rights.end()
                          ? -1
                          : jsonb::compare_keys(tables_.string(l->name), tables_.string(r->name));
    if (order < 0) {
      keys.push_back(alone(*l++, right));
    } else if (order > 0) {
      keys.push_back(alone(*r++, left));
    } else {
      const SubschemaIndex of_left =
          !l->declared && left.additional == nothing ? nothing : l->value;
      const SubschemaIndex of_right =
          !r->declared && right.additional == nothing ? nothing : r->value;
      const std::optional<SubschemaIndex> value = both(of_left, of_right);
      if (!value) return std::nullopt;
      MemberKey key = *l;
      key.value = *value;
      key.required = l->required || r->required;
      key.declared = l->declared || r->declared;
      keys.push_back(key);
      ++l;
      ++r;
    }
  }
  // A key that only `required` names, where additionalProperties forbids it.
  for (MemberKey& key : keys) {
    if (key.declared || key.value != anything) continue;
    if (left.additional == nothing || right.additional == nothing) key.value = nothing;
  }

  Members merged;
  merged.first_key = size_of(tables_.member_keys);
  merged.key_count = size_of(keys);
  merged.required_count = static_cast<std::uint32_t>(
      std::count_if(keys.begin(), keys.end(), [](const MemberKey& key) { return key.required; }));
  const bool closed = left.additional == nothing || right.additional == nothing;
  merged.additional = closed ? nothing : anything;
  merged.evaluates_all = left.evaluates_all || right.evaluates_all;
  // Decided above, for each key: the other one's additionalProperties have been heard.
  for (MemberKey& key : keys) key.declared = key.declared || closed;
  tables_.member_keys.insert(tables_.member_keys.end(), keys.begin(), keys.end());
  return merged;
}

// A rule that demands what both do; nothing where no more may be made.
std::optional<SubschemaIndex> Fuse::both(SubschemaIndex left, SubschemaIndex right) {
  if (left == right || right == anything) return left;
  if (left == anything) return right;
  if (left == nothing || right == nothing) return nothing;
  const auto [at, added] = made_.try_emplace(std::minmax(left, right), anything);
  if (!added) return at->second == anything ? std::optional<SubschemaIndex>() : at->second;
  const auto chain_of = [this](SubschemaIndex rule) {
    const auto chain = chains_.find(rule);
    return chain == chains_.end() ? 0U : chain->second;
  };
  const std::uint32_t chain = std::max(chain_of(left), chain_of(right)) + 1;
  if (new_rules_ == 0 || chain > longest_chain) return std::nullopt;
  --new_rules_;
  Runs runs;
  runs.every.push_back({Opcode::reference, Keyword::ref, left, 0});
  runs.every.push_back({Opcode::reference, Keyword::ref, right, 0});
  const SubschemaIndex rule = builder_.add_rule();
  builder_.set_rule(rule, std::move(runs));
  at->second = rule;
  chains_.emplace(rule, chain);
  return rule;
}

void Fuse::unevaluated(std::vector<Instruction>& run) {
  if (run.empty()) return;
  const Instruction asking = run.back();
  const bool object = asking.opcode == Opcode::unevaluated_properties;
  if (!object && asking.opcode != Opcode::unevaluated_items) return;
  const Opcode table = object ? Opcode::members : Opcode::elements;
  Instruction* found = nullptr;
  for (Instruction& instruction : run) {
    if (!may_evaluate(instruction.opcode)) continue;
    if (instruction.opcode != table || found != nullptr) return;
    found = &instruction;
  }
  // A second one to ask, merged into this run: rare, and left as it is.
  const auto asks_too = [&](const Instruction& instruction) {
    return instruction.opcode == asking.opcode;
  };
  if (std::count_if(run.begin(), run.end(), asks_too) > 1) return;

  if (object) {
    Members members = found != nullptr ? tables_.members[found->first] : Members{};
    if (!members.evaluates_all) {
      members.additional = asking.first;
      members.evaluates_all = true;
    }
    tables_.members.push_back(members);
  } else {
    Elements elements = found != nullptr ? tables_.elements[found->first] : Elements{};
    if (!elements.evaluates_all) {
      elements.rest = asking.first;
      elements.evaluates_all = true;
    }
    tables_.elements.push_back(elements);
  }
  const std::uint32_t index = (object ? size_of(tables_.members) : size_of(tables_.elements)) - 1;
  const Instruction fused{table, asking.keyword, index, 0};
  if (found != nullptr) {
    *found = fused;
    run.pop_back();
  } else {
    run.back() = fused;
  }
}

}  // namespace tenancy::jsonschema
