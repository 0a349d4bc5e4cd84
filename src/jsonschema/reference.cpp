#include "reference.hpp"

#include <optional>
#include <vector>

#include "concat.hpp"
#include "metaschema.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

std::string_view without_fragment(std::string_view uri) noexcept {
  return uri.substr(0, uri.find('#'));
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

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

References::References(const Document& document, Dialect dialect)
    : document_(document), dialect_(dialect) {
  const NodeIndex id = document.find(0, name_of_id());
  if (id != no_node && document.kind(id) == NodeKind::string) {
    root_id_ = without_fragment(document.text(id));
  }
  collect_anchors();
}

// Visits every place where the dialect's keywords put a schema. Values that are malformed are
// passed over here and refused when they are compiled.
void References::collect_anchors() {
  std::vector<NodeIndex> pending{0};
  while (!pending.empty()) {
    const NodeIndex schema = pending.back();
    pending.pop_back();
    if (document_.kind(schema) != NodeKind::object) continue;
    if (schema != 0) refuse_resource(schema);
    collect_anchor(schema);
    for (const NodeIndex value : document_.children(schema)) {
      const KeywordEntry* entry = find_keyword(document_.name(value), dialect_);
      if (entry != nullptr) append_subschemas(document_, value, *entry, pending);
    }
  }
}

void References::collect_anchor(NodeIndex schema) {
  const auto collect = [&](std::string_view keyword, std::string_view prefix) {
    const NodeIndex node = document_.find(schema, keyword);
    if (node == no_node || document_.kind(node) != NodeKind::string) return;
    std::string_view name = document_.text(node);
    if (!name.starts_with(prefix)) return;
    name.remove_prefix(prefix.size());
    if (!name.empty()) add_anchor(name, node, schema);
  };
  switch (dialect_) {
    case Dialect::draft4:
      return collect("id", "#");
    case Dialect::draft6:
    case Dialect::draft7:
      return collect("$id", "#");
    case Dialect::draft2019_09:
      return collect("$anchor", "");
    case Dialect::draft2020_12:
      collect("$anchor", "");
      return collect("$dynamicAnchor", "");
  }
}

void References::add_anchor(std::string_view name, NodeIndex keyword, NodeIndex schema) {
  const auto [at, added] = anchors_.emplace(name, schema);
  if (added || at->second == schema) return;
  refuse(SchemaErrorKind::invalid, document_, keyword,
         "anchor '" + std::string(name) + "' is given twice");
}

NodeIndex References::resolve(NodeIndex reference) const {
  std::string_view uri = document_.text(reference);
  if (!root_id_.empty() && without_fragment(uri) == root_id_) uri.remove_prefix(root_id_.size());
  if (uri.empty()) return 0;
  if (!uri.starts_with('#')) refuse_unresolved(reference);
  const std::optional<std::string> fragment = percent_decode(uri.substr(1));
  if (!fragment) refuse_unresolved(reference);
  if (fragment->empty()) return 0;
  if (fragment->starts_with('/')) return follow_pointer(*fragment, reference);
  const auto anchor = anchors_.find(*fragment);
  if (anchor == anchors_.end()) refuse_unresolved(reference);
  return anchor->second;
}

NodeIndex References::follow_pointer(std::string_view pointer, NodeIndex reference) const {
  NodeIndex node = 0;
  while (!pointer.empty()) {
    const std::size_t end = pointer.find('/', 1);
    const std::optional<std::string> token = unescape(pointer.substr(1, end - 1));
    pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
    if (!token) refuse_unresolved(reference);
    node = child(node, *token);
    if (node == no_node) refuse_unresolved(reference);

    refuse_resource(node);
  }
  return node;
}

void References::refuse_resource(NodeIndex schema) const {
  if (dialect_ <= Dialect::draft7 && document_.find(schema, "$ref") != no_node) return;  // ignored
  const NodeIndex id = document_.find(schema, name_of_id());
  if (id == no_node || document_.kind(id) != NodeKind::string) return;
  const std::string_view uri = document_.text(id);
  if (uri.empty() || uri.starts_with('#')) return;
  refuse(SchemaErrorKind::unsupported, document_, id,
         concat({name_of_id(), " inside of a schema is not supported yet"}));
}

NodeIndex References::child(NodeIndex node, std::string_view token) const {
  if (document_.kind(node) == NodeKind::object) return document_.find(node, token);
  if (document_.kind(node) != NodeKind::array) return no_node;
  if (token.empty() || token.size() > 9 || (token.size() > 1 && token[0] == '0')) return no_node;
  std::size_t index = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') return no_node;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  const std::span<const NodeIndex> elements = document_.children(node);
  return index < elements.size() ? elements[index] : no_node;
}

void References::refuse_unresolved(NodeIndex reference) const {
  const std::string_view uri = document_.text(reference);
  const bool local = uri.starts_with('#');
  refuse(SchemaErrorKind::unresolved, document_, reference,
         "reference '" + std::string(uri) + "' " +
             (local ? "names nothing in this schema"
                    : "leads outside of this schema, where no other schema is known"));
}

}  // namespace tenancy::jsonschema
