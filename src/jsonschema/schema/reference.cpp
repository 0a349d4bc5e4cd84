// What references name. See schemas.hpp.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "jsonschema/schema/metaschema.hpp"
#include "jsonschema/schema/metaschema_text.hpp"
#include "jsonschema/schema/schemas.hpp"
#include "jsonschema/uri/uri.hpp"
#include "jsonschema/value/ascii.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return decoded;
}

// A token of a JSON Pointer with its escapes undone; nothing when one is malformed.
std::optional<std::string> unescape(std::string_view token) {
  std::string plain;
  for (std::size_t at = 0; at < token.size(); ++at) {
    if (token[at] != '~') {
      plain += token[at];
      continue;
    }
    const char next = ++at < token.size() ? token[at] : '\0';
    if (next != '0' && next != '1') return std::nullopt;
    plain += next == '0' ? '~' : '/';
  }
  return plain;
}

}  // namespace

// What a reference leads to may be a schema that was not found yet, with references of its own.
// One that names no text that is known waits: a text that is found later may hold what it names.
void Schemas::resolve_all() {
  std::vector<Reference> waiting;
  while (true) {
    for (; resolved_ < references_.size(); ++resolved_) {
      const Reference reference = references_[resolved_];
      if (finds_resource(reference)) {
        targets_[reference.value] = resolve(reference);
      } else {
        waiting.push_back(reference);
      }
    }
    const auto known =
        std::stable_partition(waiting.begin(), waiting.end(), [this](const Reference& reference) {
          return known_resource(without_fragment(uri_of(reference))) == no_resource;
        });
    if (known == waiting.end()) break;
    const std::vector<Reference> now(known, waiting.end());
    waiting.erase(known, waiting.end());
    for (const Reference& reference : now) targets_[reference.value] = resolve(reference);
  }
  if (!waiting.empty()) refuse_unresolved(waiting[0].value, uri_of(waiting[0]));
}

std::string Schemas::uri_of(const Reference& reference) const {
  return resolve_uri(resources_[reference.resource].uri, document_.text(reference.value));
}

// Whether it leads to a text, known or now found.
bool Schemas::finds_resource(const Reference& reference) {
  const std::string uri = uri_of(reference);
  const std::string_view identifier = without_fragment(uri);
  if (known_resource(identifier) != no_resource) return true;
  poll(options_.interrupted);
  const Rules inherited = resources_[reference.resource].rules;
  return load(identifier, inherited) != no_resource;
}

// Its resource is known.
Target Schemas::resolve(const Reference& reference) {
  const NodeIndex value = reference.value;
  const Keyword keyword = reference.keyword;
  const std::string uri = uri_of(reference);
  const ResourceIndex index = known_resource(without_fragment(uri));
  const std::optional<std::string> fragment = percent_decode(fragment_of(uri));
  if (!fragment) refuse_unresolved(value, uri);

  Target target;
  if (fragment->empty()) {
    target.schema = resources_[index].root;
  } else if (fragment->starts_with('/')) {
    target.schema = follow_pointer(resources_[index].root, *fragment, value, uri);
  } else {
    const Resource& resource = resources_[index];
    const auto anchor = resource.anchors.find(*fragment);
    if (anchor == resource.anchors.end()) refuse_unresolved(value, uri);
    target.schema = anchor->second;
  }
  discover_target(target.schema, value);

  // A dynamic reference is one only where it first leads to a dynamic anchor.
  const bool by_name = keyword == Keyword::dynamic_ref && !fragment->empty();
  const bool by_root = keyword == Keyword::recursive_ref && fragment->empty();
  if (by_name || by_root) {
    const auto& anchors = resources_[index].dynamic_anchors;
    const auto named = names_.find(by_name ? *fragment : std::string());
    if (named == names_.end()) return target;
    const auto anchor = std::lower_bound(
        anchors.begin(), anchors.end(), named->second,
        [](const DynamicAnchor& left, NameIndex name) { return left.name < name; });
    const bool found = anchor != anchors.end() && anchor->name == named->second;
    if (found && anchor->schema == target.schema) target.name = anchor->name;
  }
  return target;
}

std::unordered_map<NodeIndex, std::string> Schemas::references_below_second_names() const {
  std::set<std::string_view> second_names;
  for (const Loaded& loaded : loaded_) {
    if (loaded.uri != resources_[loaded.resource].uri) second_names.insert(loaded.uri);
  }
  std::unordered_map<NodeIndex, std::string> written;
  if (second_names.empty()) return written;
  for (const Reference& reference : references_) {
    const std::string uri = uri_of(reference);
    const std::string_view name = without_fragment(uri);
    if (fragment_of(uri).empty() || uris_.contains(name) || !second_names.contains(name)) continue;
    std::string text = concat({resources_[known_resource(name)].uri, "#", fragment_of(uri)});
    // A name that is relative means something else in another place.
    if (resolve_uri(resources_[reference.resource].uri, text) != text) continue;
    written.emplace(reference.value, std::move(text));
  }
  return written;
}

// What a schema calls itself counts before the name under which a text was found.
ResourceIndex Schemas::known_resource(std::string_view uri) const {
  for (const auto* names : {&uris_, &found_as_}) {
    const auto known = names->find(uri);
    if (known != names->end()) return known->second;
  }
  return no_resource;
}

std::optional<Schemas::FoundText> Schemas::find_text(std::string_view uri) const {
  if (options_.find_resource) {
    if (std::optional<std::string> text = options_.find_resource(uri)) {
      return FoundText{*std::move(text), true};
    }
  }
  const std::string_view bundled = metaschema_text(uri);
  if (bundled.empty()) return std::nullopt;
  return FoundText{std::string(bundled), false};
}

// Names an appended text and finds the schemas in it.
void Schemas::add_text(NodeIndex root, std::string_view uri, const Rules& inherited,
                       bool is_given) {
  const ResourceIndex resource = add_document(root, uri, inherited);
  if (is_given) loaded_.push_back({std::string(uri), resources_[resource].root, resource});
  if (resources_[resource].root == root) discover(root, resource);
}

ResourceIndex Schemas::load(std::string_view uri, const Rules& inherited) {
  const std::optional<FoundText> found = find_text(uri);
  if (!found) return no_resource;
  add_text(append(found->text, uri), uri, inherited, found->is_given);
  return known_resource(uri);
}

NodeIndex Schemas::follow_pointer(NodeIndex root, std::string_view pointer, NodeIndex reference,
                                  std::string_view uri) const {
  NodeIndex node = root;
  while (!pointer.empty()) {
    const std::size_t end = pointer.find('/', 1);
    const std::optional<std::string> token = unescape(pointer.substr(1, end - 1));
    pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
    if (token) node = child(node, *token);
    if (!token || node == no_node) refuse_unresolved(reference, uri);
  }
  return node;
}

NodeIndex Schemas::child(NodeIndex node, std::string_view token) const {
  if (document_.kind(node) == NodeKind::object) return document_.find(node, token);
  if (document_.kind(node) != NodeKind::array) return no_node;
  if (token.empty() || token.size() > 9 || (token.size() > 1 && token[0] == '0')) return no_node;
  std::size_t index = 0;
  for (const char c : token) {
    if (!is_digit(c)) return no_node;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  const std::span<const NodeIndex> elements = document_.children(node);
  return index < elements.size() ? elements[index] : no_node;
}

// A JSON Pointer may lead to a place where no keyword puts a schema. It is one all the same.
void Schemas::discover_target(NodeIndex schema, NodeIndex reference) {
  if (document_.is_boolean(schema)) return;
  if (document_.kind(schema) != NodeKind::object) {
    refuse(
        SchemaErrorKind::invalid, document_, reference,
        concat({"reference '", document_.text(reference),
                "' names something that is not a schema: a schema is an object, true or false"}));
  }
  if (resource_of_[schema] != no_resource) return;
  NodeIndex parent = document_.parent(schema);
  while (resource_of_[parent] == no_resource) parent = document_.parent(parent);
  discover(schema, resource_of_[parent]);
}

void Schemas::refuse_unresolved(NodeIndex reference, std::string_view uri) const {
  const std::string_view given = document_.text(reference);
  const std::string_view identifier = without_fragment(uri);
  const std::string start = concat({"reference '", given, "' names nothing "});
  Unresolved unresolved = Unresolved::place;
  std::string rest;
  if (given.starts_with('#')) {
    rest = "in this schema";
  } else if (known_resource(identifier) != no_resource) {
    rest = concat({"in the schema '", identifier, "'"});
  } else {
    unresolved = Unresolved::schema;
    rest = "that is known";
    if (given != identifier) {
      rest += concat({": no schema has the identifier '", identifier, "'"});
    }
  }
  refuse(unresolved, document_, reference, start + rest);
}

}  // namespace tenancy::jsonschema
