#include "jsonschema/compatibility/comparison.hpp"

#include <algorithm>
#include <utility>

#include "jsonschema/message.hpp"
#include "jsonschema/schema/json_text.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t longest_excerpt = 160;  // bytes of a schema or of a value
constexpr std::size_t longest_location = 2'000;
constexpr std::uint32_t deepest_place = 512;
constexpr std::size_t most_places = 500'000;
constexpr std::uint32_t visits = 16;  // of one pair of schemas, at different places

std::string_view name_of(Dialect dialect) noexcept {
  switch (dialect) {
    case Dialect::draft4:
      return "draft 4";
    case Dialect::draft6:
      return "draft 6";
    case Dialect::draft7:
      return "draft 7";
    case Dialect::draft2019_09:
      return "2019-09";
    case Dialect::draft2020_12:
      break;
  }
  return "2020-12";
}

}  // namespace

std::vector<Difference> SchemaComparison::run() {
  const Dialect dialects[]{before_.resource(before_.root_resource()).rules.dialect,
                           after_.resource(after_.root_resource()).rules.dialect};
  is_same_text_ = canonical(before_, 0) == canonical(after_, 0) && dialects[0] == dialects[1];
  if (dialects[0] != dialects[1]) {
    rows_.push_back({"dialect changed", "", std::string(name_of(dialects[0])),
                     std::string(name_of(dialects[1])), std::nullopt});
  }
  push({}, no_place, set_of(before_, 0), set_of(after_, 0), Certainty::certain);
  while (true) {
    // In document order, though the last one of a list is next.
    std::reverse(next_.begin(), next_.end());
    pending_.insert(pending_.end(), next_.begin(), next_.end());
    next_.clear();
    if (pending_.empty() || is_full()) break;
    place_ = pending_.back();
    pending_.pop_back();
    // A copy: comparing adds others.
    const Pair pair = pairs_[places_[place_].pair]->first;
    certainty_ = pair.certainty;
    compare_conjunctions(
        read_conjunction(before_, pair.before, options_.before_asserts_format, effort_),
        read_conjunction(after_, pair.after, options_.after_asserts_format, effort_));
  }
  if (is_incomplete_ || is_full()) {
    rows_.resize(std::min(rows_.size(), options_.limit));
    rows_.push_back({"not compared further", "", std::nullopt, std::nullopt, std::nullopt});
  }
  return std::move(rows_);
}

void SchemaComparison::compare_conjunctions(const Conjunction& a, const Conjunction& b) {
  if (a.allows_nothing || b.allows_nothing) {
    if (!b.allows_nothing) add("value allowed", std::nullopt, std::nullopt, Breaks::no);
    if (!a.allows_nothing) add("value forbidden", std::nullopt, std::nullopt, Breaks::yes);
    return;
  }
  unevaluated(b);
  types_and_values(a, b);
  const auto both = static_cast<TypeMask>(a.types & b.types);
  if ((both & types::number) != 0) numbers(a, b);
  if ((both & types::string) != 0) strings(a, b);
  if ((both & types::array) != 0) arrays(a, b);
  if ((both & types::object) != 0) objects(a, b);
  counts(a, b, both);
  others(a, b);
}

void SchemaComparison::push(std::string_view name, std::uint32_t position, SchemaSet before,
                            SchemaSet after, Certainty certainty) {
  if (before.empty() && after.empty()) return;
  if (!effort_.spend(1 + before.size() + after.size())) return;
  if (places_.size() >= most_places) {
    is_incomplete_ = true;
    return;
  }
  const auto [known, is_new] =
      numbers_.try_emplace(Pair{std::move(before), std::move(after), certainty},
                           static_cast<std::uint32_t>(pairs_.size()));
  if (is_new) {
    pairs_.push_back(known);
    visited_.push_back(0);
  }
  const std::uint32_t pair = known->second;
  const bool is_root = places_.empty();
  const std::uint32_t depth = is_root ? 0 : places_[place_].depth + 1;
  if (depth > deepest_place) {
    is_incomplete_ = true;
    return;
  }
  // A schema within itself is the same at every turn.
  if (!is_root) {
    effort_.spend(1 + depth / 8);
    for (std::uint32_t at = place_; at != no_place; at = places_[at].parent)
      if (places_[at].pair == pair) return;
  }
  if (visited_[pair]++ >= visits) return;
  next_.push_back(static_cast<std::uint32_t>(places_.size()));
  places_.push_back({is_root ? no_place : place_, depth, pair, name, position});
}

void SchemaComparison::push_here(NodeIndex before, NodeIndex after, Certainty certainty) {
  push({}, no_place, set_of(before_, before), set_of(after_, after),
       std::max(certainty_, certainty));
}

std::string SchemaComparison::location(std::string_view name) const {
  std::vector<std::uint32_t> path;
  for (std::uint32_t at = place_; at != no_place; at = places_[at].parent) path.push_back(at);
  std::string pointer;
  for (auto at = path.rbegin(); at != path.rend() && pointer.size() < longest_location; ++at) {
    const Place& place = places_[*at];
    if (place.position != no_place) {
      pointer += concat({"/", std::to_string(place.position)});
    } else if (place.name.data() != nullptr) {
      append_pointer_token(pointer, place.name);
    }
  }
  if (name.data() != nullptr) append_pointer_token(pointer, name);
  return presentable(pointer);
}

void SchemaComparison::add(std::string_view change, const OptionalText& before,
                           const OptionalText& after, Breaks breaks, std::string_view name) {
  if (is_full()) return;
  if (certainty_ == Certainty::unknown) breaks = Breaks::unknown;
  if (certainty_ == Certainty::perhaps && breaks == Breaks::yes) breaks = Breaks::unknown;
  effort_.spend(16);
  rows_.push_back(
      {std::string(change), location(name), before ? OptionalText(presentable(*before)) : before,
       after ? OptionalText(presentable(*after)) : after,
       breaks == Breaks::unknown ? std::nullopt : std::optional(breaks == Breaks::yes)});
}

void SchemaComparison::add_narrowing(std::string_view what, bool narrows,
                                     const OptionalText& before, const OptionalText& after) {
  add(concat({what, narrows ? " tightened" : " loosened"}), before, after,
      narrows ? Breaks::yes : Breaks::no);
}

std::string SchemaComparison::excerpt(const Schemas& schemas, NodeIndex node) {
  return schemas.document().excerpt(node, longest_excerpt);
}

std::string SchemaComparison::canonical(const Schemas& schemas, NodeIndex node) {
  std::string text;
  append_canonical(schemas.document(), node, text);
  effort_.spend(schemas.document().last_within(node) - node + 1 + text.size() / 16);
  return text;
}

void SchemaComparison::add_schema(const Schemas& schemas, NodeIndex schema, SchemaSet& set) {
  schema = behind_references(schemas, schema, effort_);
  if (schemas.document().kind(schema) != NodeKind::true_value) add_to(set, schema);
}

SchemaSet SchemaComparison::set_of(const Schemas& schemas, NodeIndex schema) {
  SchemaSet set;
  add_schema(schemas, schema, set);
  return set;
}

bool SchemaComparison::forbids_unevaluated(const Schemas& schemas, const Conjunction& conjunction) {
  const auto found = conjunction.others.find(Keyword::unevaluated_properties);
  if (found == conjunction.others.end() || conjunction.own.size() != 1 ||
      found->second.size() != 1) {
    return false;
  }
  for (const Keyword applicator : {Keyword::any_of, Keyword::one_of, Keyword::if_condition,
                                   Keyword::dependent_schemas, Keyword::dependencies}) {
    if (conjunction.others.contains(applicator)) return false;
  }
  for (const PropertyRules& rules : conjunction.properties) {
    if (rules.additional != no_node) return false;  // which evaluates all
  }
  const NodeIndex value = found->second.front();
  return schemas.document().kind(value) == NodeKind::false_value &&
         schemas.document().parent(value) == conjunction.own.front();
}

void SchemaComparison::unevaluated(const Conjunction& b) {
  if (is_same_text_) return;
  for (const Keyword keyword : {Keyword::unevaluated_items, Keyword::unevaluated_properties}) {
    if (!b.others.contains(keyword)) continue;
    if (keyword == Keyword::unevaluated_properties && forbids_unevaluated(after_, b)) continue;
    add(concat({name_of(keyword), " may mean others"}), std::nullopt, std::nullopt, Breaks::unknown,
        "*");
  }
}

}  // namespace tenancy::jsonschema
