#include "jsonschema/schema/vocabulary.hpp"

#include <algorithm>
#include <array>

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::uint8_t bit(Dialect dialect) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(dialect));
}
constexpr std::uint8_t d4 = bit(Dialect::draft4);
constexpr std::uint8_t d6 = bit(Dialect::draft6);
constexpr std::uint8_t d7 = bit(Dialect::draft7);
constexpr std::uint8_t d19 = bit(Dialect::draft2019_09);
constexpr std::uint8_t d20 = bit(Dialect::draft2020_12);
constexpr std::uint8_t from19 = d19 | d20;
constexpr std::uint8_t from7 = d7 | from19;
constexpr std::uint8_t from6 = d6 | from7;
constexpr std::uint8_t every = d4 | from6;

constexpr VocabularySet core = set_of(Vocabulary::core);
constexpr VocabularySet applicator = set_of(Vocabulary::applicator);
constexpr VocabularySet unevaluated = set_of(Vocabulary::unevaluated);
constexpr VocabularySet validation = set_of(Vocabulary::validation);
constexpr VocabularySet metadata = set_of(Vocabulary::metadata);
constexpr VocabularySet content = set_of(Vocabulary::content);
constexpr VocabularySet format =
    set_of(Vocabulary::format_annotation) | set_of(Vocabulary::format_assertion);

// Sorted by name, and in the order of the enumeration, so that either finds the other.
// `dependencies` is asserted in every dialect: from 2019-09 on it is deprecated, not redefined.
constexpr std::array<KeywordEntry, keyword_count> table{{
    {"$anchor", Keyword::anchor, from19, Shape::anchor, Role::core, core},
    {"$comment", Keyword::comment, from7, Shape::string, Role::annotation, core},
    {"$defs", Keyword::defs, from19, Shape::schema_map, Role::definitions, core},
    {"$dynamicAnchor", Keyword::dynamic_anchor, d20, Shape::anchor, Role::core, core},
    {"$dynamicRef", Keyword::dynamic_ref, d20, Shape::string, Role::core, core},
    {"$id", Keyword::dollar_id, from6, Shape::identifier, Role::core, core},
    {"$recursiveAnchor", Keyword::recursive_anchor, d19, Shape::boolean, Role::core, core},
    {"$recursiveRef", Keyword::recursive_ref, d19, Shape::string, Role::core, core},
    {"$ref", Keyword::ref, every, Shape::string, Role::core, core},
    {"$schema", Keyword::schema, every, Shape::string, Role::core, core},
    {"$vocabulary", Keyword::vocabulary, from19, Shape::vocabularies, Role::core, core},
    {"additionalItems", Keyword::additional_items, d4 | d6 | d7 | d19, Shape::schema_or_false,
     Role::assertion, applicator},
    {"additionalProperties", Keyword::additional_properties, every, Shape::schema_or_false,
     Role::assertion, applicator},
    {"allOf", Keyword::all_of, every, Shape::schema_list, Role::assertion, applicator},
    {"anyOf", Keyword::any_of, every, Shape::schema_list, Role::assertion, applicator},
    {"const", Keyword::constant, from6, Shape::any, Role::assertion, validation},
    {"contains", Keyword::contains, from6, Shape::schema, Role::assertion, applicator},
    {"contentEncoding", Keyword::content_encoding, from7, Shape::string, Role::annotation, content},
    {"contentMediaType", Keyword::content_media_type, from7, Shape::string, Role::annotation,
     content},
    {"contentSchema", Keyword::content_schema, from19, Shape::schema, Role::annotation, content},
    {"default", Keyword::default_value, every, Shape::any, Role::annotation, metadata},
    {"definitions", Keyword::definitions, every, Shape::schema_map, Role::definitions, core},
    {"dependencies", Keyword::dependencies, every, Shape::schema_or_names, Role::assertion,
     applicator},
    {"dependentRequired", Keyword::dependent_required, from19, Shape::names_map, Role::assertion,
     validation},
    {"dependentSchemas", Keyword::dependent_schemas, from19, Shape::schema_map, Role::assertion,
     applicator},
    {"deprecated", Keyword::deprecated, from19, Shape::boolean, Role::annotation, metadata},
    {"description", Keyword::description, every, Shape::string, Role::annotation, metadata},
    {"else", Keyword::else_branch, from7, Shape::schema, Role::assertion, applicator},
    {"enum", Keyword::enumeration, every, Shape::choices, Role::assertion, validation},
    {"examples", Keyword::examples, from6, Shape::array, Role::annotation, metadata},
    {"exclusiveMaximum", Keyword::exclusive_maximum, every, Shape::boolean_or_number,
     Role::assertion, validation},
    {"exclusiveMinimum", Keyword::exclusive_minimum, every, Shape::boolean_or_number,
     Role::assertion, validation},
    {"format", Keyword::format, every, Shape::string, Role::assertion, format},
    {"id", Keyword::id, d4, Shape::string, Role::core, core},
    {"if", Keyword::if_condition, from7, Shape::schema, Role::assertion, applicator},
    {"items", Keyword::items, every, Shape::schema_or_list, Role::assertion, applicator},
    {"maxContains", Keyword::max_contains, from19, Shape::count, Role::assertion, validation},
    {"maxItems", Keyword::max_items, every, Shape::count, Role::assertion, validation},
    {"maxLength", Keyword::max_length, every, Shape::count, Role::assertion, validation},
    {"maxProperties", Keyword::max_properties, every, Shape::count, Role::assertion, validation},
    {"maximum", Keyword::maximum, every, Shape::number, Role::assertion, validation},
    {"minContains", Keyword::min_contains, from19, Shape::count, Role::assertion, validation},
    {"minItems", Keyword::min_items, every, Shape::count, Role::assertion, validation},
    {"minLength", Keyword::min_length, every, Shape::count, Role::assertion, validation},
    {"minProperties", Keyword::min_properties, every, Shape::count, Role::assertion, validation},
    {"minimum", Keyword::minimum, every, Shape::number, Role::assertion, validation},
    {"multipleOf", Keyword::multiple_of, every, Shape::positive, Role::assertion, validation},
    {"not", Keyword::negation, every, Shape::schema, Role::assertion, applicator},
    {"oneOf", Keyword::one_of, every, Shape::schema_list, Role::assertion, applicator},
    {"pattern", Keyword::pattern, every, Shape::string, Role::assertion, validation},
    {"patternProperties", Keyword::pattern_properties, every, Shape::schema_map, Role::assertion,
     applicator},
    {"prefixItems", Keyword::prefix_items, d20, Shape::schema_list, Role::assertion, applicator},
    {"properties", Keyword::properties, every, Shape::schema_map, Role::assertion, applicator},
    {"propertyNames", Keyword::property_names, from6, Shape::schema, Role::assertion, applicator},
    {"readOnly", Keyword::read_only, from7, Shape::boolean, Role::annotation, metadata},
    {"required", Keyword::required, every, Shape::names, Role::assertion, validation},
    {"then", Keyword::then_branch, from7, Shape::schema, Role::assertion, applicator},
    {"title", Keyword::title, every, Shape::string, Role::annotation, metadata},
    {"type", Keyword::type, every, Shape::types, Role::assertion, validation},
    {"unevaluatedItems", Keyword::unevaluated_items, from19, Shape::schema, Role::assertion,
     unevaluated},
    {"unevaluatedProperties", Keyword::unevaluated_properties, from19, Shape::schema,
     Role::assertion, unevaluated},
    {"uniqueItems", Keyword::unique_items, every, Shape::boolean, Role::assertion, validation},
    {"writeOnly", Keyword::write_only, from7, Shape::boolean, Role::annotation, metadata},
}};

constexpr bool in_both_orders() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].keyword) != i) return false;
    if (i > 0 && table[i - 1].name >= table[i].name) return false;
  }
  return true;
}
static_assert(in_both_orders());

}  // namespace

std::optional<Dialect> dialect_named(std::string_view uri) noexcept {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  for (const std::string_view scheme :
       {std::string_view("https://"), std::string_view("http://")}) {
    if (uri.starts_with(scheme)) {
      uri.remove_prefix(scheme.size());
      break;
    }
  }
  if (uri == "json-schema.org/draft-04/schema") return Dialect::draft4;
  if (uri == "json-schema.org/draft-06/schema") return Dialect::draft6;
  if (uri == "json-schema.org/draft-07/schema") return Dialect::draft7;
  if (uri == "json-schema.org/draft/2019-09/schema") return Dialect::draft2019_09;
  if (uri == "json-schema.org/draft/2020-12/schema") return Dialect::draft2020_12;
  return std::nullopt;
}

VocabularySet vocabularies_named(std::string_view uri) noexcept {
  struct Named {
    std::string_view name;
    VocabularySet set;
  };
  constexpr std::string_view of_2019 = "https://json-schema.org/draft/2019-09/vocab/";
  constexpr std::string_view of_2020 = "https://json-schema.org/draft/2020-12/vocab/";
  constexpr std::array<Named, 6> names_2019{{{"core", core},
                                             {"applicator", applicator | unevaluated},
                                             {"validation", validation},
                                             {"meta-data", metadata},
                                             {"format", set_of(Vocabulary::format_annotation)},
                                             {"content", content}}};
  constexpr std::array<Named, 8> names_2020{
      {{"core", core},
       {"applicator", applicator},
       {"unevaluated", unevaluated},
       {"validation", validation},
       {"meta-data", metadata},
       {"format-annotation", set_of(Vocabulary::format_annotation)},
       {"format-assertion", set_of(Vocabulary::format_assertion)},
       {"content", content}}};
  const auto find = [&](std::string_view prefix, const auto& names) -> VocabularySet {
    if (!uri.starts_with(prefix)) return 0;
    for (const Named& named : names) {
      if (named.name == uri.substr(prefix.size())) return named.set;
    }
    return 0;
  };
  return static_cast<VocabularySet>(find(of_2019, names_2019) | find(of_2020, names_2020));
}

std::optional<Dialect> dialect_of_core(std::string_view uri) noexcept {
  if (uri == "https://json-schema.org/draft/2019-09/vocab/core") return Dialect::draft2019_09;
  if (uri == "https://json-schema.org/draft/2020-12/vocab/core") return Dialect::draft2020_12;
  return std::nullopt;
}

const KeywordEntry* find_keyword(std::string_view name, const Rules& rules) noexcept {
  const auto* found = std::lower_bound(
      table.begin(), table.end(), name,
      [](const KeywordEntry& entry, std::string_view wanted) { return entry.name < wanted; });
  if (found == table.end() || found->name != name || !found->in(rules.dialect)) return nullptr;
  const bool divided = rules.dialect >= Dialect::draft2019_09;
  if (divided && ((rules.vocabularies | core) & found->vocabularies) == 0) return nullptr;
  return found;
}

const KeywordEntry& entry_of(Keyword keyword) noexcept {
  return table[static_cast<std::size_t>(keyword)];
}

std::string_view name_of(Keyword keyword) noexcept {
  return entry_of(keyword).name;
}

std::string_view identifier_of(Dialect dialect) noexcept {
  return name_of(dialect == Dialect::draft4 ? Keyword::id : Keyword::dollar_id);
}

}  // namespace tenancy::jsonschema
