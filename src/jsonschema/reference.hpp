// What `$ref` names: places inside of the same document.
//
//   "#"              the root
//   "#/a/b"          a JSON Pointer (RFC 6901), percent-encoded as in a URI (RFC 3986, 3.5)
//   "#name"          an `$anchor`; up to draft 7 an `$id` that is "#name"
//   "<root id>#..."  the same, after the root's own `$id`
//
// Everything else is an unresolved reference: nothing is ever read from a network or a file.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "document.hpp"
#include "vocabulary.hpp"

namespace tenancy::jsonschema {

class References {
 public:
  // Collects the anchors of `document`. Throws SchemaError for one that is given twice, and for
  // what refuse_resource() refuses.
  References(const Document& document, Dialect dialect);

  // The node that the value of a `$ref` names. Throws SchemaError.
  NodeIndex resolve(NodeIndex reference) const;

  // Throws SchemaError(unsupported) for a schema whose `$id` makes it a resource of its own, with
  // another base for the references inside.
  void refuse_resource(NodeIndex schema) const;

 private:
  std::string_view name_of_id() const noexcept {
    return name_of(dialect_ == Dialect::draft4 ? Keyword::id : Keyword::dollar_id);
  }
  void collect_anchors();
  void collect_anchor(NodeIndex schema);
  void add_anchor(std::string_view name, NodeIndex keyword, NodeIndex schema);
  NodeIndex follow_pointer(std::string_view pointer, NodeIndex reference) const;
  NodeIndex child(NodeIndex node, std::string_view token) const;
  [[noreturn]] void refuse_unresolved(NodeIndex reference) const;

  const Document& document_;
  Dialect dialect_;
  std::string_view root_id_;
  std::unordered_map<std::string_view, NodeIndex> anchors_;
};

}  // namespace tenancy::jsonschema
