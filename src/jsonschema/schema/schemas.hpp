// The schemas that one compilation needs: those of the given text, and of each text that a
// reference leads to; which of them are resources of their own, by which rules each is read, and
// what every reference names. (2020-12 Core, sections 8 and 9.)
//
// A reference is resolved against the base URI of its resource (RFC 3986, 5.2). The resource that
// it names is looked for among those inside of the texts at hand, those that the caller finds
// (CompileOptions::find_resource), and the bundled metaschemas, in this order; never in a network
// or a file. Its fragment is empty, a JSON Pointer (RFC 6901) or an anchor.
//
// schemas.cpp finds the schemas and their resources, dialect.cpp by which rules they are read, and
// reference.cpp what references name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "jsonschema/compile.hpp"
#include "jsonschema/schema/document.hpp"
#include "jsonschema/schema/vocabulary.hpp"

namespace tenancy::jsonschema {

using ResourceIndex = std::uint32_t;
using NameIndex = std::uint32_t;  // of a dynamic anchor
inline constexpr NameIndex no_name = 0xFFFFFFFF;

// An anchor that `$dynamicRef` looks for in the dynamic scope. The one that `$recursiveAnchor`
// makes has a name of its own.
struct DynamicAnchor {
  NameIndex name = no_name;
  NodeIndex schema = no_node;
};

struct Resource {
  NodeIndex root = no_node;
  std::string uri;  // its base URI; empty for a text without `$id` that nobody named
  Rules rules;
  std::map<std::string, NodeIndex, std::less<>> anchors;
  // Sorted by name. In the end those alone that several resources have, and references look for: it
  // matters which of those resources the dynamic scope has.
  std::vector<DynamicAnchor> dynamic_anchors;
};

// What a reference names. With a `name`, the outermost resource of the dynamic scope that has a
// dynamic anchor of that name takes the place of `schema`.
struct Target {
  NodeIndex schema = no_node;
  NameIndex name = no_name;
};

class Schemas {
 public:
  // Parses `text` and finds all. Every keyword of every schema found has been checked against its
  // dialect (see metaschema.hpp). Throws as compile().
  Schemas(std::string_view text, const CompileOptions& options);

  const Document& document() const noexcept { return document_; }

  // In the order in which they were found. Those below own_size() are of the text itself.
  const std::vector<NodeIndex>& found() const noexcept { return found_; }
  NodeIndex own_size() const noexcept { return own_size_; }

  // Of a schema that was found, an object.
  ResourceIndex resource_index(NodeIndex schema) const noexcept { return resource_of_[schema]; }
  const Resource& resource(ResourceIndex index) const noexcept { return resources_[index]; }
  const std::vector<Resource>& resources() const noexcept { return resources_; }
  const Rules& rules(NodeIndex schema) const noexcept {
    return resources_[resource_of_[schema]].rules;
  }

  // That of the text itself.
  ResourceIndex root_resource() const noexcept { return root_resource_; }

  // The texts that CompileOptions::find_resource gave.
  struct Loaded {
    std::string uri;  // by which it was found
    NodeIndex root;
    ResourceIndex resource;
  };
  const std::vector<Loaded>& loaded() const noexcept { return loaded_; }

  // References to places in a text of those under another name than its own, written with its own.
  std::unordered_map<NodeIndex, std::string> references_below_second_names() const;

  // The `$schema` that stands for these rules.
  std::string_view dialect_uri(const Rules& rules) const noexcept;

  // The root of the metaschema whose schemas are read by these rules; no_node where that is one of
  // the five.
  NodeIndex metaschema(const Rules& rules) const noexcept {
    return rules.metaschema == 0 ? no_node : metaschemas_[rules.metaschema - 1].root;
  }
  bool has_own_metaschemas() const noexcept { return !metaschemas_.empty(); }
  // Those of the schema that a schema stands in; it must stand in one.
  const Rules& rules_around(NodeIndex schema) const noexcept;

  // What keyword the node, a value in a schema that was found, belongs to; null when to none.
  const KeywordEntry* keyword(NodeIndex value) const noexcept {
    return keywords_[value] == no_keyword ? nullptr
                                          : &entry_of(static_cast<Keyword>(keywords_[value]));
  }

  // What the value of a `$ref`, `$dynamicRef` or `$recursiveRef` names.
  const Target& target(NodeIndex reference) const { return targets_.at(reference); }

  // Whether any schema has unevaluatedItems or unevaluatedProperties.
  bool tracks_evaluation() const noexcept { return tracks_evaluation_; }

 private:
  static constexpr ResourceIndex no_resource = 0xFFFFFFFF;
  static constexpr std::uint8_t no_keyword = 0xFF;

  struct Pending {
    NodeIndex schema;
    ResourceIndex resource;  // that it stands in
  };

  struct Reference {
    NodeIndex value;
    Keyword keyword;
    ResourceIndex resource;
  };

  // A metaschema other than the five.
  struct Metaschema {
    std::string uri;    // by which it was found
    NodeIndex keyword;  // the first `$schema` that named it
    NodeIndex root;
    bool is_open;  // how it is to be read itself is being found out
    Rules rules;   // of what it describes, afterwards
  };

  // schemas.cpp
  NodeIndex append(std::string_view text, std::string_view uri);
  ResourceIndex add_document(NodeIndex root, std::string_view uri, const Rules& inherited);
  void discover(NodeIndex schema, ResourceIndex resource);
  void visit(const Pending& pending);
  void visit_keyword(NodeIndex value, const KeywordEntry& entry, ResourceIndex resource,
                     std::vector<NodeIndex>& subschemas);
  ResourceIndex identify(NodeIndex schema, ResourceIndex parent);
  ResourceIndex add_resource(NodeIndex root, std::string uri, const Rules& rules);
  void name_resource(std::string_view uri, ResourceIndex resource, NodeIndex keyword);
  void count_identifier(std::string_view uri, NodeIndex keyword);
  [[noreturn]] void refuse_second(std::string_view uri, NodeIndex keyword) const;
  bool same(NodeIndex left, NodeIndex right) const;
  void collect_anchors(NodeIndex schema, ResourceIndex resource);
  void add_anchor(std::string_view name, NodeIndex keyword, NodeIndex schema, Resource& resource);
  void add_dynamic_anchor(std::string_view name, NodeIndex schema, Resource& resource);
  void keep_dynamic_anchors();
  NodeIndex string_property(NodeIndex schema, std::string_view name) const noexcept;

  // dialect.cpp
  Rules rules_of(NodeIndex schema, const Rules& inherited);
  Rules rules_named(NodeIndex keyword, const std::string& uri);
  Rules rules_of_open(NodeIndex keyword, const Metaschema& metaschema) const;
  Rules add_metaschema(NodeIndex keyword, const std::string& uri);
  Rules described(NodeIndex metaschema, Rules rules) const;
  VocabularySet vocabularies_of(NodeIndex metaschema) const;
  NodeIndex find_identified(std::string_view uri);
  void find_identifiers();
  void find_metaschemas();
  [[noreturn]] void refuse_dialect(NodeIndex keyword, std::string_view uri) const;

  // reference.cpp
  void resolve_all();
  std::string uri_of(const Reference& reference) const;
  bool finds_resource(const Reference& reference);
  Target resolve(const Reference& reference);
  ResourceIndex known_resource(std::string_view uri) const;
  // A text that somebody gave, or a bundled one.
  struct FoundText {
    std::string text;
    bool is_given;
  };
  std::optional<FoundText> find_text(std::string_view uri) const;
  void add_text(NodeIndex root, std::string_view uri, const Rules& inherited, bool is_given);
  ResourceIndex load(std::string_view uri, const Rules& inherited);
  NodeIndex follow_pointer(NodeIndex root, std::string_view pointer, NodeIndex reference,
                           std::string_view uri) const;
  NodeIndex child(NodeIndex node, std::string_view token) const;
  void discover_target(NodeIndex schema, NodeIndex reference);
  [[noreturn]] void refuse_unresolved(NodeIndex reference, std::string_view uri) const;

  const CompileOptions& options_;
  Document document_;
  std::vector<Resource> resources_;
  std::map<std::string, ResourceIndex, std::less<>> uris_;      // by identifier
  std::map<std::string, ResourceIndex, std::less<>> found_as_;  // by the name that found a text
  std::vector<Metaschema> metaschemas_;                         // by Rules::metaschema - 1
  std::map<std::string, std::uint32_t, std::less<>> dialects_;  // those, by URI
  std::size_t open_metaschemas_ = 0;
  std::map<std::string, NodeIndex, std::less<>> identified_;  // see find_identified()
  NodeIndex identified_size_ = 0;                             // nodes that were looked at for it
  std::size_t identifiers_size_ = 0;                          // bytes of all identifiers
  std::vector<ResourceIndex> resource_of_;                    // by node
  std::vector<std::uint8_t> keywords_;                        // by node
  std::vector<NodeIndex> found_;
  NodeIndex own_size_ = 0;
  ResourceIndex root_resource_ = 0;
  std::vector<Loaded> loaded_;
  std::vector<Pending> pending_;
  std::vector<Reference> references_;
  std::size_t resolved_ = 0;  // of references_
  std::unordered_map<NodeIndex, Target> targets_;
  std::unordered_map<std::string, NameIndex> names_;  // of dynamic anchors; "": $recursiveAnchor
  std::vector<std::uint32_t> carriers_;               // by NameIndex: resources that have it
  bool tracks_evaluation_ = false;
};

}  // namespace tenancy::jsonschema
