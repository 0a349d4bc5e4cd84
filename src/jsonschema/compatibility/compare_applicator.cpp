// What applies other schemas to the same value, or to some elements. See comparison.hpp.
#include "jsonschema/compatibility/comparison.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "jsonschema/schema/json_text.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

void SchemaComparison::others(const Conjunction& a, const Conjunction& b) {
  std::set<Keyword> keywords;
  for (const auto& [keyword, values] : a.others) keywords.insert(keyword);
  for (const auto& [keyword, values] : b.others) keywords.insert(keyword);
  // Forbidding what is not evaluated forbids other properties, and is told with those.
  static const std::vector<NodeIndex> none;
  const auto values_of = [](const Schemas& schemas, const Conjunction& conjunction,
                            Keyword keyword) {
    const auto found = conjunction.others.find(keyword);
    const bool is_told =
        keyword == Keyword::unevaluated_properties && forbids_unevaluated(schemas, conjunction);
    return found == conjunction.others.end() || is_told ? &none : &found->second;
  };
  for (const Keyword keyword : keywords) {
    const std::vector<NodeIndex>& before = *values_of(before_, a, keyword);
    const std::vector<NodeIndex>& after = *values_of(after_, b, keyword);
    const std::size_t count = std::min(before.size(), after.size());
    for (std::size_t i = 0; i < count; ++i) other(keyword, before[i], after[i]);
    for (std::size_t i = count; i < before.size(); ++i) {
      add(concat({name_of(keyword), " removed"}), excerpt(before_, before[i]), std::nullopt,
          Breaks::no);
    }
    for (std::size_t i = count; i < after.size(); ++i) {
      add(concat({name_of(keyword), " added"}), std::nullopt, excerpt(after_, after[i]),
          Breaks::unknown);
    }
  }
}

void SchemaComparison::other(Keyword keyword, NodeIndex before, NodeIndex after) {
  switch (keyword) {
    case Keyword::any_of:
      return alternatives(keyword, before, after, Certainty::perhaps);
    case Keyword::one_of:
      return alternatives(keyword, before, after, Certainty::unknown);
    case Keyword::dependent_required:
    case Keyword::dependent_schemas:
    case Keyword::dependencies:
      return dependencies(keyword, before, after);
    case Keyword::contains:
    case Keyword::unevaluated_items:
    case Keyword::unevaluated_properties:
      return push("*", no_place, set_of(before_, before), set_of(after_, after),
                  Certainty::unknown);
    default:
      return push_here(before, after, Certainty::unknown);
  }
}

void SchemaComparison::alternatives(Keyword keyword, NodeIndex before, NodeIndex after,
                                    Certainty certainty) {
  std::multimap<std::string, NodeIndex> left;
  for (const NodeIndex branch : after_.document().children(after)) {
    if (effort_.is_spent()) return;
    left.emplace(canonical(after_, branch), branch);
  }
  std::vector<NodeIndex> removed;
  for (const NodeIndex branch : before_.document().children(before)) {
    if (effort_.is_spent()) return;
    const auto same = left.find(canonical(before_, branch));
    if (same == left.end()) {
      removed.push_back(branch);
      continue;
    }
    push_here(branch, same->second, certainty);
    left.erase(same);
  }
  std::vector<NodeIndex> added;
  for (const auto& [text, branch] : left) added.push_back(branch);
  std::sort(added.begin(), added.end());
  const std::size_t count = std::min(removed.size(), added.size());
  for (std::size_t i = 0; i < count; ++i) push_here(removed[i], added[i], certainty);
  for (std::size_t i = count; i < removed.size(); ++i) {
    add(concat({"alternative of ", name_of(keyword), " removed"}), excerpt(before_, removed[i]),
        std::nullopt, Breaks::unknown);
  }
  for (std::size_t i = count; i < added.size(); ++i) {
    add(concat({"alternative of ", name_of(keyword), " added"}), std::nullopt,
        excerpt(after_, added[i]), certainty == Certainty::perhaps ? Breaks::no : Breaks::unknown);
  }
}

void SchemaComparison::dependencies(Keyword keyword, NodeIndex before, NodeIndex after) {
  if (canonical(before_, before) != canonical(after_, after)) {
    add(concat({name_of(keyword), " changed"}), excerpt(before_, before), excerpt(after_, after),
        Breaks::unknown);
    return;
  }
  for (const NodeIndex child : before_.document().children(before)) {
    if (before_.document().kind(child) != NodeKind::object) continue;
    const NodeIndex same = after_.document().find(after, before_.document().name(child));
    if (same != no_node) push_here(child, same, Certainty::unknown);
  }
}

}  // namespace tenancy::jsonschema
