#include "bundle.hpp"

#include <set>

#include "concat.hpp"
#include "json_text.hpp"
#include "metaschema_text.hpp"
#include "schemas.hpp"
#include "uri.hpp"

#include "pure.hpp"

namespace tenancy::jsonschema {
namespace {

class Bundler {
 public:
  explicit Bundler(const Schemas& schemas) : schemas_(schemas), document_(schemas.document()) {}

  std::string run() {
    const Rules& rules = schemas_.resource(schemas_.root_resource()).rules;
    begin_schema(0, rules.dialect, {}, {});
    begin_member(definitions(rules.dialect));
    out_ += '{';
    const NodeIndex own = document_.find(0, definitions(rules.dialect));
    if (own != no_node) {
      for (const NodeIndex child : document_.children(own)) member(child);
    }
    for (const Schemas::Loaded& loaded : schemas_.loaded()) embed(loaded, rules);
    out_ += "}}";
    return std::move(out_);
  }

 private:
  static std::string_view definitions(Dialect dialect) noexcept {
    return name_of(dialect >= Dialect::draft2019_09 ? Keyword::defs : Keyword::definitions);
  }
  static std::string_view identifier(Dialect dialect) noexcept {
    return name_of(dialect == Dialect::draft4 ? Keyword::id : Keyword::dollar_id);
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
    append_json(document_, value, out_);
  }

  // The members of a schema but its definitions; the brace stays open. A `$ref` that makes its
  // siblings be ignored, up to draft 7, would do so with the definitions: it moves into an allOf.
  // `uri`: its identifier, if not the own one; `dialect_uri`: its `$schema`, if it has none.
  void begin_schema(NodeIndex schema, Dialect dialect, std::string_view uri,
                    std::string_view dialect_uri) {
    out_ += '{';
    if (!uri.empty()) string_member(identifier(dialect), uri);
    const NodeIndex given_dialect = document_.find(schema, name_of(Keyword::schema));
    if (given_dialect == no_node && !dialect_uri.empty()) {
      string_member(name_of(Keyword::schema), dialect_uri);
    }
    const NodeIndex reference = document_.find(schema, name_of(Keyword::ref));
    if (reference != no_node && dialect <= Dialect::draft7) {
      if (given_dialect != no_node) member(given_dialect);
      begin_member(name_of(Keyword::all_of));
      out_ += "[{";
      member(reference);
      out_ += "}]";
      return;
    }
    for (const NodeIndex child : document_.children(schema)) {
      const std::string_view name = document_.name(child);
      if (name == definitions(dialect)) continue;
      if (name == identifier(dialect) && !uri.empty()) continue;
      member(child);
    }
  }

  void embed(const Schemas::Loaded& loaded, const Rules& root) {
    const Resource& resource = schemas_.resource(loaded.resource);
    const Dialect dialect = resource.rules.dialect;
    begin_member(unused_name(resource.uri));
    if (document_.is_boolean(loaded.root)) {
      out_ += '{';
      string_member(identifier(dialect), resource.uri);
      if (document_.kind(loaded.root) == NodeKind::false_value) out_ += R"(,"not":{})";
      out_ += '}';
    } else {
      const bool same = resource.rules == root;
      begin_schema(loaded.root, dialect, with_own_anchor(loaded.root, resource),
                   same ? std::string_view{} : metaschema_uri(dialect));
      const NodeIndex own = document_.find(loaded.root, definitions(dialect));
      if (own != no_node) member(own);
      out_ += '}';
    }
    if (loaded.uri == resource.uri) return;
    // It was found under another name than the one that it has.
    begin_member(unused_name(loaded.uri));
    out_ += '{';
    string_member(identifier(root.dialect), loaded.uri);
    begin_member(name_of(Keyword::all_of));
    out_ += "[{";
    string_member(name_of(Keyword::ref), resource.uri);
    out_ += "}]}";
  }

  // Up to draft 7 an anchor is the fragment of the identifier.
  std::string with_own_anchor(NodeIndex root, const Resource& resource) const {
    const NodeIndex id = document_.find(root, identifier(resource.rules.dialect));
    if (id == no_node || document_.kind(id) != NodeKind::string) return resource.uri;
    const std::string_view anchor = fragment_of(document_.text(id));
    return anchor.empty() ? resource.uri : concat({resource.uri, "#", anchor});
  }

  // A name for a definition, which none of the root's own has.
  std::string unused_name(const std::string& uri) {
    const NodeIndex own =
        document_.find(0, definitions(schemas_.resource(schemas_.root_resource()).rules.dialect));
    std::string name = uri;
    while (used_.contains(name) || (own != no_node && document_.find(own, name) != no_node)) {
      name += '_';
    }
    used_.insert(name);
    return name;
  }

  const Schemas& schemas_;
  const Document& document_;
  std::string out_;
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
  compile(bundled, options);  // whatever it needs is inside of it
  return bundled;
}

}  // namespace tenancy::jsonschema
