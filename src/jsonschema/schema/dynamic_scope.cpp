#include "jsonschema/schema/dynamic_scope.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "jsonschema/schema/metaschema.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t max_contexts = 1'000;

}  // namespace

Context DynamicScopes::enter_first(Context context, ResourceIndex index) {
  const Resource& resource = schemas_.resource(index);
  std::vector<DynamicAnchor> outermost;
  for (const DynamicAnchor& anchor : resource.dynamic_anchors) {
    if (find_outermost(context, anchor.name)) continue;
    if (outermost.empty()) outermost = contexts_[context];
    outermost.push_back(anchor);
  }
  if (outermost.empty()) return context;
  std::sort(
      outermost.begin(), outermost.end(),
      [](const DynamicAnchor& left, const DynamicAnchor& right) { return left.name < right.name; });
  const auto same = [&](const std::vector<DynamicAnchor>& known) {
    return std::equal(known.begin(), known.end(), outermost.begin(), outermost.end(),
                      [](const DynamicAnchor& left, const DynamicAnchor& right) {
                        return left.name == right.name && left.schema == right.schema;
                      });
  };
  const auto known = std::find_if(contexts_.begin(), contexts_.end(), same);
  if (known != contexts_.end()) return static_cast<Context>(known - contexts_.begin());
  if (contexts_.size() == max_contexts) {
    refuse(SchemaErrorKind::too_large, schemas_.document(), resource.root,
           "more than " + std::to_string(max_contexts) + " different dynamic scopes");
  }
  contexts_.push_back(std::move(outermost));
  return static_cast<Context>(contexts_.size() - 1);
}

const DynamicAnchor* DynamicScopes::find_outermost(Context context, NameIndex name) const {
  const std::vector<DynamicAnchor>& anchors = contexts_[context];
  const auto found = std::lower_bound(
      anchors.begin(), anchors.end(), name,
      [](const DynamicAnchor& anchor, NameIndex wanted) { return anchor.name < wanted; });
  return found != anchors.end() && found->name == name ? &*found : nullptr;
}

NodeIndex DynamicScopes::resolve(Context context, const Target& target) const {
  if (target.name == no_name) return target.schema;
  const DynamicAnchor* outermost = find_outermost(context, target.name);
  return outermost != nullptr ? outermost->schema : target.schema;
}

}  // namespace tenancy::jsonschema
