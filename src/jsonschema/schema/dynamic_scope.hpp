// Dynamic scopes, as far as they make a difference (2020-12 Core, 7.1 and 8.2.3.2).
//
// A schema whose dynamic references depend on the way by which it is reached is compiled once for
// each dynamic scope that makes a difference: a context says, for each dynamic anchor that several
// resources have, which of them is the outermost. So evaluation knows no dynamic scope.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "jsonschema/schema/schemas.hpp"

namespace tenancy::jsonschema {

using Context = std::uint32_t;
inline constexpr Context no_context = 0;  // no dynamic scope makes a difference

// For tables by a context and what is compiled in it.
constexpr std::uint64_t pair_of(Context context, std::uint32_t other) noexcept {
  return std::uint64_t{context} << 32U | other;
}

class DynamicScopes {
 public:
  explicit DynamicScopes(const Schemas& schemas) : schemas_(schemas), contexts_(1) {}

  // The context inside of a resource that is reached with `context`. Throws SchemaError(too_large).
  Context enter(Context context, ResourceIndex index) {
    if (schemas_.resource(index).dynamic_anchors.empty()) return context;
    const auto [at, added] = entered_.try_emplace(pair_of(context, index));
    if (added) at->second = enter_first(context, index);
    return at->second;
  }

  // The schema that a reference applies there.
  NodeIndex resolve(Context context, const Target& target) const;

 private:
  Context enter_first(Context context, ResourceIndex index);
  const DynamicAnchor* find_outermost(Context context, NameIndex name) const;

  const Schemas& schemas_;
  std::vector<std::vector<DynamicAnchor>> contexts_;    // by Context, sorted by name
  std::unordered_map<std::uint64_t, Context> entered_;  // by Context and ResourceIndex
};

}  // namespace tenancy::jsonschema
