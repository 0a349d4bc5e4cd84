#include "jsonschema/bundle.hpp"

#include <algorithm>
#include <set>

#include "jsonschema/schema/json_text.hpp"
#include "jsonschema/schema/schemas.hpp"
#include "jsonschema/uri/uri.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

class Bundler {
 public:
  explicit Bundler(const Schemas& schemas)
      : schemas_(schemas),
        document_(schemas.document()),
        root_(schemas.resource(schemas.root_resource()).rules),
        references_(schemas.references_below_second_names()) {}

  std::string run() {
    begin_schema(0, root_.dialect, {}, {});
    begin_member(definitions(root_.dialect));
    out_ += '{';
    const NodeIndex own = document_.find(0, definitions(root_.dialect));
    if (own != no_node) {
      for (const NodeIndex child : document_.children(own)) member(child);
    }
    for (const Schemas::Loaded& loaded : schemas_.loaded()) embed(loaded);
    out_ += "}}";
    return std::move(out_);
  }

 private:
  static std::string_view definitions(Dialect dialect) noexcept {
    return name_of(dialect >= Dialect::draft2019_09 ? Keyword::defs : Keyword::definitions);
  }

  void begin_member(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    append_json_string(name, out_);
    out_ += ':';
  }
  void string_member(std::string_view name, std::string_view value) {
    begin_member(name);
    append_json_string(value, out_);
  }
  void member(NodeIndex value) {
    begin_member(document_.name(value));
    append_json(document_, value, out_, references_);
  }

  // The members of a schema but its definitions; the brace stays open. A `$ref` that makes its
  // siblings be ignored, by the schema's own dialect or by the root's, would do so with the
  // definitions and the identifier: it moves into an allOf.
  // `uri`: its identifier, if not the own one; `dialect_uri`: its `$schema`, if it has none.
  void begin_schema(NodeIndex schema, Dialect dialect, std::string_view uri,
                    std::string_view dialect_uri) {
    out_ += '{';
    if (!uri.empty()) string_member(identifier_of(dialect), uri);
    if (document_.find(schema, name_of(Keyword::schema)) == no_node && !dialect_uri.empty()) {
      string_member(name_of(Keyword::schema), dialect_uri);
    }
    const NodeIndex reference = document_.find(schema, name_of(Keyword::ref));
    const bool is_alone = reference != no_node && dialect <= Dialect::draft7;
    const bool moves = is_alone || (reference != no_node && root_.dialect <= Dialect::draft7);
    for (const NodeIndex child : document_.children(schema)) {
      const std::string_view name = document_.name(child);
      if (name == definitions(dialect)) continue;
      if (name == identifier_of(dialect) && (is_alone || !uri.empty())) continue;
      if (moves && (child == reference || name == name_of(Keyword::all_of))) continue;
      // What was ignored must not come to life; what no dialect knows may be referred to.
      if (is_alone && is_keyword(name, dialect) && name != name_of(Keyword::schema)) continue;
      member(child);
    }
    if (moves) move_reference(reference, is_alone ? no_node : document_.find(schema, "allOf"));
  }

  static bool is_keyword(std::string_view name, Dialect dialect) noexcept {
    return find_keyword(name, Rules{dialect, every_vocabulary}) != nullptr;
  }

  // Behind the elements of an allOf that is there, so that these keep their places.
  void move_reference(NodeIndex reference, NodeIndex all_of) {
    begin_member(name_of(Keyword::all_of));
    out_ += '[';
    if (all_of != no_node) {
      for (const NodeIndex branch : document_.children(all_of)) {
        append_json(document_, branch, out_, references_);
        out_ += ',';
      }
    }
    out_ += '{';
    member(reference);
    out_ += "}]";
  }

  void embed(const Schemas::Loaded& loaded) {
    const Resource& resource = schemas_.resource(loaded.resource);
    const bool is_new = loaded.root >= schemas_.own_size() && embedded_.insert(loaded.root).second;
    const bool is_boolean = document_.is_boolean(loaded.root);
    const Dialect dialect = is_boolean ? root_.dialect : resource.rules.dialect;
    // What has a metaschema of one's own says so itself, so that it is held against that.
    const bool says_dialect =
        !is_boolean && (resource.rules != root_ || resource.rules.metaschema != 0);
    const std::string_view dialect_uri =
        says_dialect ? schemas_.dialect_uri(resource.rules) : std::string_view{};
    if (is_new) {
      begin_member(unused_name(resource.uri));
      if (is_boolean) {
        out_ += '{';
        string_member(identifier_of(dialect), resource.uri);
        if (document_.kind(loaded.root) == NodeKind::false_value) out_ += R"(,"not":{})";
      } else {
        begin_schema(loaded.root, dialect, with_own_anchor(loaded.root, resource), dialect_uri);
        const NodeIndex own = document_.find(loaded.root, definitions(dialect));
        if (own != no_node) member(own);
      }
      out_ += '}';
    }
    if (loaded.uri != resource.uri) embed_second_name(loaded, resource, dialect, dialect_uri);
  }

  // It was found under another name than the one that it has. As a metaschema, too, both mean the
  // same; but there is nothing below it.
  void embed_second_name(const Schemas::Loaded& loaded, const Resource& resource, Dialect dialect,
                         std::string_view dialect_uri) {
    begin_member(unused_name(loaded.uri));
    out_ += '{';
    string_member(identifier_of(dialect), loaded.uri);
    const NodeIndex own = document_.find(loaded.root, name_of(Keyword::schema));
    if (own != no_node) {
      member(own);
    } else if (!dialect_uri.empty()) {
      string_member(name_of(Keyword::schema), dialect_uri);
    }
    const NodeIndex vocabularies = document_.find(loaded.root, name_of(Keyword::vocabulary));
    if (vocabularies != no_node) member(vocabularies);
    if (std::min(dialect, root_.dialect) >= Dialect::draft2019_09) {
      string_member(name_of(Keyword::ref), resource.uri);
      out_ += '}';
      return;
    }
    begin_member(name_of(Keyword::all_of));
    out_ += "[{";
    string_member(name_of(Keyword::ref), resource.uri);
    out_ += "}]}";
  }

  // Up to draft 7 an anchor is the fragment of the identifier.
  std::string with_own_anchor(NodeIndex root, const Resource& resource) const {
    const NodeIndex id = document_.find(root, identifier_of(resource.rules.dialect));
    if (id == no_node || document_.kind(id) != NodeKind::string) return resource.uri;
    const std::string_view anchor = fragment_of(document_.text(id));
    return anchor.empty() ? resource.uri : concat({resource.uri, "#", anchor});
  }

  // A name for a definition, which none of the root's own has.
  std::string unused_name(const std::string& uri) {
    const NodeIndex own = document_.find(0, definitions(root_.dialect));
    std::string name = uri;
    while (used_.contains(name) || (own != no_node && document_.find(own, name) != no_node)) {
      name += '_';
    }
    used_.insert(name);
    return name;
  }

  const Schemas& schemas_;
  const Document& document_;
  const Rules root_;
  const OtherTexts references_;  // that are written otherwise
  std::string out_;
  std::set<NodeIndex> embedded_;
  std::set<std::string> used_;
};

}  // namespace

std::string bundle(std::string_view schema, const FindResource& find) {
  CompileOptions options;
  options.find_resource = find;
  const Schemas schemas(schema, options);
  if (schemas.loaded().empty()) return std::string(schema);
  std::string bundled = Bundler(schemas).run();
  options.find_resource = nullptr;
  try {
    compile(bundled, options);  // whatever it needs is inside of it
  } catch (const SchemaError& error) {
    if (error.kind() != SchemaErrorKind::unresolved) throw;
    throw SchemaError(SchemaErrorKind::unsupported, error.pointer(),
                      concat({"schema cannot be bundled: in one document, ", error.what()}));
  }
  return bundled;
}

}  // namespace tenancy::jsonschema
