#include "jsonschema/schema/schemas.hpp"

#include <algorithm>
#include <utility>

#include "jsonschema/schema/json_text.hpp"
#include "jsonschema/schema/metaschema.hpp"
#include "jsonschema/uri/uri.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

bool is_reference(Keyword keyword) noexcept {
  return keyword == Keyword::ref || keyword == Keyword::dynamic_ref ||
         keyword == Keyword::recursive_ref;
}

}  // namespace

Schemas::Schemas(std::string_view text, const CompileOptions& options) : options_(options) {
  const NodeIndex root = append(text, {});
  own_size_ = static_cast<NodeIndex>(document_.size());
  if (document_.kind(root) != NodeKind::object && !document_.is_boolean(root)) {
    refuse(SchemaErrorKind::invalid, document_, root, "a schema must be an object, true or false");
  }
  const Rules rules{options.dialect, default_vocabularies};
  root_resource_ = add_document(root, {}, rules);
  discover(root, root_resource_);
  resolve_all();
  find_metaschemas();
  keep_dynamic_anchors();
}

NodeIndex Schemas::append(std::string_view text, std::string_view uri) {
  const NodeIndex root = document_.append(text, uri, options_.interrupted);
  resource_of_.resize(document_.size(), no_resource);
  keywords_.resize(document_.size(), no_keyword);
  return root;
}

// --- resources -------------------------------------------------------------------------------

ResourceIndex Schemas::add_resource(NodeIndex root, std::string uri, const Rules& rules) {
  resources_.push_back({root, std::move(uri), rules, {}, {}});
  return static_cast<ResourceIndex>(resources_.size() - 1);
}

void Schemas::name_resource(std::string_view uri, ResourceIndex resource, NodeIndex keyword) {
  if (!uris_.emplace(uri, resource).second) refuse_second(uri, keyword);
}

// Relative identifiers make long ones of short ones: a schema must not grow beyond measure.
void Schemas::count_identifier(std::string_view uri, NodeIndex keyword) {
  identifiers_size_ += uri.size();
  if (identifiers_size_ <= Document::max_size) return;
  refuse(SchemaErrorKind::too_large, document_, keyword,
         concat({"identifiers are together larger than ", std::to_string(Document::max_size),
                 " bytes"}));
}

void Schemas::refuse_second(std::string_view uri, NodeIndex keyword) const {
  refuse(SchemaErrorKind::invalid, document_, keyword,
         concat({"the identifier '", uri, "' is given twice"}));
}

// A whole text is a resource. It is called what its own `$id` says, and `uri`, by which it was
// found. Another text may have that identifier already: found under a second name, it is that one.
ResourceIndex Schemas::add_document(NodeIndex root, std::string_view uri, const Rules& inherited) {
  Rules rules = inherited;
  std::string identifier(uri);
  NodeIndex id = no_node;
  if (document_.kind(root) == NodeKind::object) {
    rules = rules_of(root, inherited);
    const bool ignored =
        rules.dialect <= Dialect::draft7 && string_property(root, "$ref") != no_node;
    if (!ignored) {
      id = string_property(root, identifier_of(rules.dialect));
    }
    if (id != no_node) {
      identifier = without_fragment(resolve_uri(uri, document_.text(id)));
    }
  }
  const auto known = uris_.find(identifier);
  if (known != uris_.end()) {
    if (!same(root, resources_[known->second].root)) refuse_second(identifier, id);
    found_as_.emplace(uri, known->second);
    return known->second;
  }
  const ResourceIndex resource = add_resource(root, identifier, rules);
  uris_.emplace(identifier, resource);
  found_as_.emplace(uri, resource);
  return resource;
}

bool Schemas::same(NodeIndex left, NodeIndex right) const {
  std::string texts[2];
  append_json(document_, left, texts[0]);
  append_json(document_, right, texts[1]);
  return texts[0] == texts[1];
}

// The resource of a schema inside of `parent`: that one, or a new one.
ResourceIndex Schemas::identify(NodeIndex schema, ResourceIndex parent) {
  if (resources_[parent].root == schema) return parent;
  const Rules inherited = resources_[parent].rules;
  if (inherited.dialect <= Dialect::draft7 && string_property(schema, "$ref") != no_node) {
    return parent;  // what stands beside $ref is ignored
  }
  Rules rules = rules_of(schema, inherited);
  const NodeIndex id = string_property(schema, identifier_of(rules.dialect));
  const std::string_view given =
      id == no_node ? std::string_view{} : without_fragment(document_.text(id));
  if (given.empty()) {
    rules.metaschema = inherited.metaschema;  // only a resource has one of its own
    if (rules != inherited) {
      refuse(SchemaErrorKind::invalid, document_, document_.find(schema, "$schema"),
             "another dialect inside of a schema needs an identifier beside $schema");
    }
    return parent;
  }
  std::string uri(without_fragment(resolve_uri(resources_[parent].uri, given)));
  count_identifier(uri, id);
  const ResourceIndex resource = add_resource(schema, uri, rules);
  name_resource(uri, resource, id);
  return resource;
}

NodeIndex Schemas::string_property(NodeIndex schema, std::string_view name) const noexcept {
  const NodeIndex node = document_.find(schema, name);
  return node != no_node && document_.kind(node) == NodeKind::string ? node : no_node;
}

// --- schemas ---------------------------------------------------------------------------------

// Visits every place where keywords put a schema.
void Schemas::discover(NodeIndex schema, ResourceIndex resource) {
  pending_.push_back({schema, resource});
  while (!pending_.empty()) {
    const Pending next = pending_.back();
    pending_.pop_back();
    visit(next);
  }
}

void Schemas::visit(const Pending& pending) {
  const NodeIndex schema = pending.schema;
  if (document_.is_boolean(schema) || resource_of_[schema] != no_resource) return;
  poll(options_.interrupted);
  const ResourceIndex resource = identify(schema, pending.resource);
  const Rules rules = resources_[resource].rules;
  resource_of_[schema] = resource;
  found_.push_back(schema);

  std::vector<NodeIndex> subschemas;
  const NodeIndex reference = document_.find(schema, "$ref");
  if (reference != no_node && rules.dialect <= Dialect::draft7) {  // its siblings are ignored
    visit_keyword(reference, *find_keyword("$ref", rules), resource, subschemas);
    return;
  }
  collect_anchors(schema, resource);
  for (const NodeIndex value : document_.children(schema)) {
    const KeywordEntry* entry = find_keyword(document_.name(value), rules);
    if (entry != nullptr) {
      visit_keyword(value, *entry, resource, subschemas);
    } else {
      check_unknown_keyword(document_, value, rules.dialect);
    }
  }
  for (auto subschema = subschemas.rbegin(); subschema != subschemas.rend(); ++subschema) {
    pending_.push_back({*subschema, resource});
  }
}

void Schemas::visit_keyword(NodeIndex value, const KeywordEntry& entry, ResourceIndex resource,
                            std::vector<NodeIndex>& subschemas) {
  check_keyword_value(document_, value, entry, resources_[resource].rules.dialect);
  keywords_[value] = static_cast<std::uint8_t>(entry.keyword);
  append_subschemas(document_, value, entry, subschemas);
  if (is_reference(entry.keyword)) references_.push_back({value, entry.keyword, resource});
  if (entry.keyword == Keyword::unevaluated_items ||
      entry.keyword == Keyword::unevaluated_properties) {
    tracks_evaluation_ = true;
  }
}

// --- anchors ---------------------------------------------------------------------------------

void Schemas::collect_anchors(NodeIndex schema, ResourceIndex index) {
  Resource& resource = resources_[index];
  const auto collect = [&](std::string_view keyword) {
    const NodeIndex node = string_property(schema, keyword);
    if (node != no_node) add_anchor(document_.text(node), node, schema, resource);
    return node;
  };
  switch (resource.rules.dialect) {
    case Dialect::draft4:
    case Dialect::draft6:
    case Dialect::draft7: {  // the fragment of the identifier
      const NodeIndex id = string_property(schema, identifier_of(resource.rules.dialect));
      if (id == no_node) return;
      const std::string_view name = fragment_of(document_.text(id));
      if (!name.empty() && !name.starts_with('/')) add_anchor(name, id, schema, resource);
      return;
    }
    case Dialect::draft2019_09: {
      collect(name_of(Keyword::anchor));
      const NodeIndex recursive = document_.find(schema, name_of(Keyword::recursive_anchor));
      const bool is_set = recursive != no_node &&
                          document_.kind(recursive) == NodeKind::true_value &&
                          schema == resource.root;
      if (is_set) add_dynamic_anchor({}, schema, resource);
      return;
    }
    case Dialect::draft2020_12: {
      collect(name_of(Keyword::anchor));
      const NodeIndex dynamic = collect(name_of(Keyword::dynamic_anchor));
      if (dynamic != no_node) add_dynamic_anchor(document_.text(dynamic), schema, resource);
      return;
    }
  }
}

void Schemas::add_anchor(std::string_view name, NodeIndex keyword, NodeIndex schema,
                         Resource& resource) {
  const auto [at, added] = resource.anchors.emplace(name, schema);
  if (added || at->second == schema) return;
  refuse(SchemaErrorKind::invalid, document_, keyword,
         concat({"anchor '", name, "' is given twice"}));
}

void Schemas::add_dynamic_anchor(std::string_view name, NodeIndex schema, Resource& resource) {
  const NameIndex next{static_cast<NameIndex>(carriers_.size())};
  const NameIndex index = names_.try_emplace(std::string(name), next).first->second;
  if (index == next) carriers_.push_back(0);
  ++carriers_[index];
  std::vector<DynamicAnchor>& anchors = resource.dynamic_anchors;
  const auto place = std::upper_bound(
      anchors.begin(), anchors.end(), index,
      [](NameIndex wanted, const DynamicAnchor& anchor) { return wanted < anchor.name; });
  anchors.insert(place, {index, schema});
}

// Only those that matter: others must not make dynamic scopes differ.
void Schemas::keep_dynamic_anchors() {
  std::vector<bool> sought(carriers_.size(), false);
  for (const auto& [reference, target] : targets_) {
    if (target.name != no_name) sought[target.name] = carriers_[target.name] > 1;
  }
  for (Resource& resource : resources_) {
    std::erase_if(resource.dynamic_anchors,
                  [&](const DynamicAnchor& anchor) { return !sought[anchor.name]; });
  }
}

}  // namespace tenancy::jsonschema
