// By which rules a schema is read: what its `$schema` says. See schemas.hpp.
#include <optional>
#include <utility>

#include "jsonschema/schema/metaschema.hpp"
#include "jsonschema/schema/metaschema_text.hpp"
#include "jsonschema/schema/schemas.hpp"
#include "jsonschema/uri/uri.hpp"
#include "jsonschema/value/concat.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

// How many metaschemas may describe each other before one of the five dialects is reached.
constexpr std::size_t max_open_metaschemas = 8;
// How many there may be beside the five: each is compiled.
constexpr std::size_t max_metaschemas = 100;

}  // namespace

Rules Schemas::rules_of(NodeIndex schema, const Rules& inherited) {
  const NodeIndex node = document_.find(schema, name_of(Keyword::schema));
  if (node == no_node) return inherited;
  if (document_.kind(node) != NodeKind::string) {
    refuse(SchemaErrorKind::invalid, document_, node, "$schema must be a string");
  }
  return rules_named(node, std::string(document_.text(node)));
}

// `$schema` names one of the five dialects, or a metaschema that says, by its own `$schema` and its
// `$vocabulary`, which keywords there are. `uri` outlives texts that are appended.
Rules Schemas::rules_named(NodeIndex keyword, const std::string& uri) {
  if (const std::optional<Dialect> dialect = dialect_named(uri)) {
    return {*dialect, default_vocabularies};
  }
  const auto known = dialects_.find(without_fragment(uri));
  if (known == dialects_.end()) return add_metaschema(keyword, uri);
  const Metaschema& metaschema = metaschemas_[known->second - 1];
  return metaschema.is_open ? rules_of_open(keyword, metaschema) : metaschema.rules;
}

// A metaschema that describes itself, or one that describes it. What its keywords mean it can say
// by its vocabularies alone: the core vocabulary is another one in each dialect that has any.
Rules Schemas::rules_of_open(NodeIndex keyword, const Metaschema& metaschema) const {
  const NodeIndex vocabularies = document_.find(metaschema.root, name_of(Keyword::vocabulary));
  std::optional<Dialect> dialect;
  if (vocabularies != no_node) {
    for (const NodeIndex vocabulary : document_.children(vocabularies)) {
      if (!dialect) dialect = dialect_of_core(document_.name(vocabulary));
    }
  }
  if (!dialect) refuse_dialect(keyword, document_.text(keyword));
  Rules rules = described(metaschema.root, {*dialect, default_vocabularies});
  rules.metaschema = dialects_.find(metaschema.uri)->second;
  return rules;
}

Rules Schemas::add_metaschema(NodeIndex keyword, const std::string& uri) {
  if (open_metaschemas_ == max_open_metaschemas) refuse_dialect(keyword, uri);
  if (metaschemas_.size() == max_metaschemas) {
    refuse(SchemaErrorKind::too_large, document_, keyword,
           concat({"more than ", std::to_string(max_metaschemas), " metaschemas"}));
  }
  const std::string plain(without_fragment(uri));
  const ResourceIndex resource = known_resource(plain);
  NodeIndex root = resource == no_resource ? find_identified(plain) : resources_[resource].root;
  std::optional<FoundText> added;
  if (root == no_node) {
    poll(options_.interrupted);
    added = find_text(plain);
    if (added) root = append(added->text, plain);
  }
  if (root == no_node || document_.kind(root) != NodeKind::object) refuse_dialect(keyword, uri);

  metaschemas_.push_back({plain, keyword, root, true, {}});
  const auto index = static_cast<std::uint32_t>(metaschemas_.size());
  dialects_.emplace(plain, index);
  ++open_metaschemas_;
  const NodeIndex own = string_property(root, name_of(Keyword::schema));
  Rules rules{options_.dialect, default_vocabularies};
  if (own != no_node) rules = rules_named(own, std::string(document_.text(own)));
  rules = described(root, rules);
  rules.metaschema = index;
  --open_metaschemas_;
  metaschemas_[index - 1].is_open = false;
  metaschemas_[index - 1].rules = rules;

  if (added) {
    std::vector<Pending> before = std::exchange(pending_, {});
    add_text(root, plain, {options_.dialect, default_vocabularies}, added->is_given);
    pending_ = std::move(before);
  }
  return rules;
}

// The rules by which it is read itself become those of what it describes.
Rules Schemas::described(NodeIndex metaschema, Rules rules) const {
  if (document_.find(metaschema, name_of(Keyword::vocabulary)) == no_node) return rules;
  rules.vocabularies = vocabularies_of(metaschema);
  rules.asserts_format = (rules.vocabularies & set_of(Vocabulary::format_assertion)) != 0;
  return rules;
}

// A vocabulary that must be understood and is not makes the schema impossible to evaluate.
VocabularySet Schemas::vocabularies_of(NodeIndex metaschema) const {
  VocabularySet set = set_of(Vocabulary::core);
  const NodeIndex vocabularies = document_.find(metaschema, name_of(Keyword::vocabulary));
  for (const NodeIndex required : document_.children(vocabularies)) {
    const VocabularySet known = vocabularies_named(document_.name(required));
    if (known == 0 && document_.kind(required) == NodeKind::true_value) {
      refuse(SchemaErrorKind::unsupported, document_, required,
             concat({"the vocabulary '", document_.name(required), "' is not known"}));
    }
    set |= known;
    // In 2019-09 the format vocabulary asserts when it is required.
    if (known == set_of(Vocabulary::format_annotation) &&
        document_.name(required).ends_with("/format") &&
        document_.kind(required) == NodeKind::true_value) {
      set |= set_of(Vocabulary::format_assertion);
    }
  }
  return set;
}

// A schema that calls itself `uri`, wherever it stands: a metaschema is needed before it is known
// where schemas stand. find_metaschemas() makes sure of it later.
NodeIndex Schemas::find_identified(std::string_view uri) {
  find_identifiers();
  const auto found = identified_.find(uri);
  return found == identified_.end() ? no_node : found->second;
}

// Of what was appended since the last time. Where `$schema` names none of the later dialects, `id`
// is taken for an identifier too.
void Schemas::find_identifiers() {
  struct Scope {
    NodeIndex last;    // node in it
    std::string base;  // URI
    bool is_early;
  };
  std::vector<Scope> scopes;
  SeldomPoll seldom_poll(options_.interrupted);
  const auto size = static_cast<NodeIndex>(document_.size());
  for (NodeIndex node = identified_size_; node < size; ++node) {
    while (!scopes.empty() && scopes.back().last < node) scopes.pop_back();
    seldom_poll();
    if (document_.kind(node) != NodeKind::object) continue;
    const bool is_early =
        scopes.empty() ? node != 0 || options_.dialect == Dialect::draft4 : scopes.back().is_early;
    Scope scope{0, scopes.empty() ? document_.uri(node) : std::string(), is_early};
    const NodeIndex dialect = string_property(node, name_of(Keyword::schema));
    if (dialect != no_node) {
      const std::optional<Dialect> named = dialect_named(document_.text(dialect));
      scope.is_early = !named || *named == Dialect::draft4;
    }
    NodeIndex id = string_property(node, name_of(Keyword::dollar_id));
    if (id == no_node && scope.is_early) id = string_property(node, name_of(Keyword::id));
    if (id == no_node && dialect == no_node && !scopes.empty()) continue;
    if (!scopes.empty()) scope.base = scopes.back().base;
    if (id != no_node) {
      scope.base = without_fragment(resolve_uri(scope.base, document_.text(id)));
      count_identifier(scope.base, id);
      identified_.emplace(scope.base, node);
    }
    scope.last = document_.last_within(node);
    scopes.push_back(std::move(scope));
  }
  identified_size_ = size;
}

// Once all schemas are found: is each metaschema one of them?
void Schemas::find_metaschemas() {
  for (Metaschema& metaschema : metaschemas_) {
    const ResourceIndex resource = known_resource(metaschema.uri);
    if (resource == no_resource) refuse_dialect(metaschema.keyword, metaschema.uri);
    metaschema.root = resources_[resource].root;
  }
}

const Rules& Schemas::rules_around(NodeIndex schema) const noexcept {
  do {
    schema = document_.parent(schema);
  } while (resource_of_[schema] == no_resource);
  return rules(schema);
}

std::string_view Schemas::dialect_uri(const Rules& rules) const noexcept {
  return rules.metaschema == 0 ? metaschema_uri(rules.dialect)
                               : std::string_view(metaschemas_[rules.metaschema - 1].uri);
}

void Schemas::refuse_dialect(NodeIndex keyword, std::string_view uri) const {
  refuse(Unresolved::dialect, document_, keyword, concat({"unknown dialect '", uri, "'"}));
}

}  // namespace tenancy::jsonschema
