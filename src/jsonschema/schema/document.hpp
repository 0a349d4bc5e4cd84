// Parsed JSON: flat, exact, immutable once parsed. A Document holds one text, or several that refer
// to each other.
//
// Boost.JSON reads the text (RFC 8259; UTF-8 is checked); what it reports is kept here and not in
// its own value type, because a schema's numbers must stay exact: they are kept as written. Nodes
// lie in one array, so that no depth of nesting makes destruction recurse.
//
// Two properties of one object with the same name are refused: which of them was meant cannot be
// known, and a schema that says less than its author thinks is a hole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenancy::jsonschema {

// A node's position in its document; the root is 0.
using NodeIndex = std::uint32_t;
inline constexpr NodeIndex no_node = 0xFFFFFFFF;

enum class NodeKind : std::uint8_t { null, false_value, true_value, number, string, array, object };

class Document {
 public:
  static constexpr std::size_t max_depth = 512;                // of arrays and objects
  static constexpr std::size_t max_size = 64 * 1024 * 1024;    // bytes of one text
  static constexpr std::size_t max_total_size = 4 * max_size;  // bytes of all of them

  // Throws SchemaError: syntax, too_large, or invalid for a repeated name.
  static Document parse(std::string_view text);

  // Adds another text; returns its root. `uri`: what names it in messages, empty for none. What was
  // there stays where it is. Throws as parse(); then nothing but destruction is allowed.
  // `interrupted`: see CompileOptions.
  NodeIndex append(std::string_view text, std::string_view uri,
                   bool (*interrupted)() noexcept = nullptr);

  NodeKind kind(NodeIndex node) const noexcept { return nodes_[node].kind; }
  bool is_boolean(NodeIndex node) const noexcept {
    return kind(node) == NodeKind::true_value || kind(node) == NodeKind::false_value;
  }

  // A string's characters, or a number as written.
  std::string_view text(NodeIndex node) const noexcept {
    return {text_.data() + nodes_[node].first, nodes_[node].count};
  }
  // The name of a node that is a property's value.
  std::string_view name(NodeIndex node) const noexcept {
    return {text_.data() + nodes_[node].name, nodes_[node].name_size};
  }

  // Elements, or values of properties, in the order given.
  std::span<const NodeIndex> children(NodeIndex node) const noexcept;
  // Values of properties, sorted by name as jsonb sorts keys: by length, then by bytes.
  std::span<const NodeIndex> sorted(NodeIndex node) const noexcept;

  // The property `name` of an object; no_node when it has none or `node` is no object.
  NodeIndex find(NodeIndex node, std::string_view name) const noexcept;
  NodeIndex parent(NodeIndex node) const noexcept { return nodes_[node].parent; }

  std::size_t size() const noexcept { return nodes_.size(); }  // nodes
  // A node comes before what is in it, and that before what comes after. The last node of these.
  NodeIndex last_within(NodeIndex node) const noexcept;

  // What names the text that a node is of; empty where nothing does.
  const std::string& uri(NodeIndex node) const noexcept;
  // The JSON Pointer (RFC 6901) of a node in its own text.
  std::string pointer(NodeIndex node) const;
  // The same, behind the URI of the text and "#" if it has one. For messages.
  std::string location(NodeIndex node) const;

  // A node as JSON, at most about `limit` bytes of it. For messages.
  std::string excerpt(NodeIndex node, std::size_t limit) const;

 private:
  class Handler;

  struct Node {
    std::uint32_t first = 0;  // into text_, or of children in order_
    std::uint32_t count = 0;  // bytes, or children; an object's stand in order_ twice, see sorted()
    std::uint32_t name = 0;
    std::uint32_t name_size = 0;
    NodeIndex parent = no_node;
    NodeKind kind = NodeKind::null;
  };

  struct Root {
    NodeIndex node;
    std::string uri;
  };

  void append_excerpt(NodeIndex node, std::size_t limit, std::string& out) const;

  std::vector<Root> roots_;  // in the order of their nodes
  std::vector<Node> nodes_;
  std::vector<NodeIndex> order_;
  std::string text_;
};

// Whether two JSON texts say the same: whatever their white space and the order of properties. A
// number equals another only when it is written alike. Throws as Document::parse().
bool same_document(std::string_view a, std::string_view b);

// Appends `token` to a JSON Pointer, "~" and "/" escaped.
void append_pointer_token(std::string& pointer, std::string_view token);

}  // namespace tenancy::jsonschema
