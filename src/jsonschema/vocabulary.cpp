#include "vocabulary.hpp"

#include <algorithm>
#include <array>

#include "pure.hpp"

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

// Sorted by name, and in the order of the enumeration, so that either finds the other.
// `dependencies` is asserted in every dialect: from 2019-09 on it is deprecated, not redefined.
constexpr std::array<KeywordEntry, keyword_count> table{{
    {"$anchor", Keyword::anchor, from19, Shape::string, Role::core},
    {"$comment", Keyword::comment, from7, Shape::string, Role::annotation},
    {"$defs", Keyword::defs, from19, Shape::schema_map, Role::definitions},
    {"$dynamicAnchor", Keyword::dynamic_anchor, d20, Shape::string, Role::core},
    {"$dynamicRef", Keyword::dynamic_ref, d20, Shape::string, Role::unsupported},
    {"$id", Keyword::dollar_id, from6, Shape::string, Role::core},
    {"$recursiveAnchor", Keyword::recursive_anchor, d19, Shape::boolean, Role::core},
    {"$recursiveRef", Keyword::recursive_ref, d19, Shape::string, Role::unsupported},
    {"$ref", Keyword::ref, every, Shape::string, Role::core},
    {"$schema", Keyword::schema, every, Shape::string, Role::core},
    {"$vocabulary", Keyword::vocabulary, from19, Shape::object, Role::core},
    {"additionalItems", Keyword::additional_items, d4 | d6 | d7 | d19, Shape::schema_or_false,
     Role::assertion},
    {"additionalProperties", Keyword::additional_properties, every, Shape::schema_or_false,
     Role::assertion},
    {"allOf", Keyword::all_of, every, Shape::schema_list, Role::assertion},
    {"anyOf", Keyword::any_of, every, Shape::schema_list, Role::assertion},
    {"const", Keyword::constant, from6, Shape::any, Role::assertion},
    {"contains", Keyword::contains, from6, Shape::schema, Role::assertion},
    {"contentEncoding", Keyword::content_encoding, from7, Shape::string, Role::annotation},
    {"contentMediaType", Keyword::content_media_type, from7, Shape::string, Role::annotation},
    {"contentSchema", Keyword::content_schema, from19, Shape::schema, Role::annotation},
    {"default", Keyword::default_value, every, Shape::any, Role::annotation},
    {"definitions", Keyword::definitions, every, Shape::schema_map, Role::definitions},
    {"dependencies", Keyword::dependencies, every, Shape::schema_or_names, Role::assertion},
    {"dependentRequired", Keyword::dependent_required, from19, Shape::names_map, Role::assertion},
    {"dependentSchemas", Keyword::dependent_schemas, from19, Shape::schema_map, Role::assertion},
    {"deprecated", Keyword::deprecated, from19, Shape::boolean, Role::annotation},
    {"description", Keyword::description, every, Shape::string, Role::annotation},
    {"else", Keyword::else_branch, from7, Shape::schema, Role::assertion},
    {"enum", Keyword::enumeration, every, Shape::choices, Role::assertion},
    {"examples", Keyword::examples, from6, Shape::array, Role::annotation},
    {"exclusiveMaximum", Keyword::exclusive_maximum, every, Shape::boolean_or_number,
     Role::assertion},
    {"exclusiveMinimum", Keyword::exclusive_minimum, every, Shape::boolean_or_number,
     Role::assertion},
    {"format", Keyword::format, every, Shape::string, Role::assertion},
    {"id", Keyword::id, d4, Shape::string, Role::core},
    {"if", Keyword::if_condition, from7, Shape::schema, Role::assertion},
    {"items", Keyword::items, every, Shape::schema_or_list, Role::assertion},
    {"maxContains", Keyword::max_contains, from19, Shape::count, Role::assertion},
    {"maxItems", Keyword::max_items, every, Shape::count, Role::assertion},
    {"maxLength", Keyword::max_length, every, Shape::count, Role::assertion},
    {"maxProperties", Keyword::max_properties, every, Shape::count, Role::assertion},
    {"maximum", Keyword::maximum, every, Shape::number, Role::assertion},
    {"minContains", Keyword::min_contains, from19, Shape::count, Role::assertion},
    {"minItems", Keyword::min_items, every, Shape::count, Role::assertion},
    {"minLength", Keyword::min_length, every, Shape::count, Role::assertion},
    {"minProperties", Keyword::min_properties, every, Shape::count, Role::assertion},
    {"minimum", Keyword::minimum, every, Shape::number, Role::assertion},
    {"multipleOf", Keyword::multiple_of, every, Shape::positive, Role::assertion},
    {"not", Keyword::negation, every, Shape::schema, Role::assertion},
    {"oneOf", Keyword::one_of, every, Shape::schema_list, Role::assertion},
    {"pattern", Keyword::pattern, every, Shape::string, Role::assertion},
    {"patternProperties", Keyword::pattern_properties, every, Shape::schema_map, Role::assertion},
    {"prefixItems", Keyword::prefix_items, d20, Shape::schema_list, Role::assertion},
    {"properties", Keyword::properties, every, Shape::schema_map, Role::assertion},
    {"propertyNames", Keyword::property_names, from6, Shape::schema, Role::assertion},
    {"readOnly", Keyword::read_only, from7, Shape::boolean, Role::annotation},
    {"required", Keyword::required, every, Shape::names, Role::assertion},
    {"then", Keyword::then_branch, from7, Shape::schema, Role::assertion},
    {"title", Keyword::title, every, Shape::string, Role::annotation},
    {"type", Keyword::type, every, Shape::types, Role::assertion},
    {"unevaluatedItems", Keyword::unevaluated_items, from19, Shape::schema, Role::unsupported},
    {"unevaluatedProperties", Keyword::unevaluated_properties, from19, Shape::schema,
     Role::unsupported},
    {"uniqueItems", Keyword::unique_items, every, Shape::boolean, Role::assertion},
    {"writeOnly", Keyword::write_only, from7, Shape::boolean, Role::annotation},
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

const KeywordEntry* find_keyword(std::string_view name, Dialect dialect) noexcept {
  const auto* found = std::lower_bound(
      table.begin(), table.end(), name,
      [](const KeywordEntry& entry, std::string_view wanted) { return entry.name < wanted; });
  if (found == table.end() || found->name != name || !found->in(dialect)) return nullptr;
  return found;
}

std::string_view name_of(Keyword keyword) noexcept {
  return table[static_cast<std::size_t>(keyword)].name;
}

}  // namespace tenancy::jsonschema
