// The keywords of arrays. See comparison.hpp.
#include "jsonschema/compatibility/comparison.hpp"

#include <algorithm>
#include <span>

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

std::size_t longest_prefix(const Schemas& schemas, const Conjunction& conjunction) {
  std::size_t longest = 0;
  for (const ElementRules& rules : conjunction.elements) {
    if (rules.prefix == no_node) continue;
    longest = std::max(longest, schemas.document().children(rules.prefix).size());
  }
  return longest;
}

}  // namespace

SchemaSet SchemaComparison::elements_at(const Schemas& schemas, const Conjunction& conjunction,
                                        std::size_t position) {
  SchemaSet set;
  for (const ElementRules& rules : conjunction.elements) {
    const auto prefix = rules.prefix == no_node ? std::span<const NodeIndex>()
                                                : schemas.document().children(rules.prefix);
    const NodeIndex schema = position < prefix.size() ? prefix[position] : rules.rest;
    if (schema != no_node) add_schema(schemas, schema, set);
  }
  return set;
}

void SchemaComparison::arrays(const Conjunction& a, const Conjunction& b) {
  if (a.has_unique_items != b.has_unique_items) {
    add_narrowing("uniqueItems", b.has_unique_items, a.has_unique_items ? "true" : "false",
                  b.has_unique_items ? "true" : "false");
  }
  const std::size_t count = std::max(longest_prefix(before_, a), longest_prefix(after_, b));
  for (std::size_t i = 0; i < count; ++i) {
    if (!effort_.spend(1 + a.elements.size() + b.elements.size())) return;
    push({}, static_cast<std::uint32_t>(i), elements_at(before_, a, i), elements_at(after_, b, i),
         certainty_);
  }
  push("*", no_place, elements_at(before_, a, count), elements_at(after_, b, count), certainty_);
}

}  // namespace tenancy::jsonschema
