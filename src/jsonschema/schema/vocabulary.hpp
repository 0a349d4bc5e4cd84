// The words of JSON Schema: dialects, and what each of them makes of each keyword.
//
// Source: the metaschemas and specifications of draft 4, 6, 7, 2019-09 and 2020-12
// (https://json-schema.org/specification-links).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tenancy::jsonschema {

enum class Dialect : std::uint8_t { draft4, draft6, draft7, draft2019_09, draft2020_12 };

// The dialect that a `$schema` names, with or without an empty fragment; none when unknown.
std::optional<Dialect> dialect_named(std::string_view uri) noexcept;

// The vocabularies into which 2019-09 and 2020-12 divide their keywords. (2020-12, 8; 2019-09
// counts unevaluatedItems and unevaluatedProperties among the applicators.)
enum class Vocabulary : std::uint8_t {
  core,
  applicator,
  unevaluated,
  validation,
  metadata,
  format_annotation,  // in 2019-09 plainly "format"
  format_assertion,
  content,
};
using VocabularySet = std::uint8_t;  // a bit `1 << Vocabulary` for each

constexpr VocabularySet set_of(Vocabulary vocabulary) noexcept {
  return static_cast<VocabularySet>(1U << static_cast<unsigned>(vocabulary));
}
inline constexpr VocabularySet every_vocabulary = 0xFF;
inline constexpr VocabularySet default_vocabularies =
    static_cast<VocabularySet>(every_vocabulary & ~set_of(Vocabulary::format_assertion));

// The vocabularies that a URI of `$vocabulary` names; none when it is not known.
VocabularySet vocabularies_named(std::string_view uri) noexcept;

// The dialect whose core vocabulary this is; none when it is none.
std::optional<Dialect> dialect_of_core(std::string_view uri) noexcept;

// How the keywords of one schema resource are read.
struct Rules {
  Dialect dialect = Dialect::draft2020_12;
  VocabularySet vocabularies = every_vocabulary;  // means something from 2019-09 on
  bool asserts_format = false;                    // its metaschema makes `format` an assertion
  std::uint32_t metaschema = 0;  // one that is not of the five: see Schemas::metaschema()

  bool operator==(const Rules&) const = default;
};

// Every keyword that some dialect defines, in alphabetical order of its name.
enum class Keyword : std::uint8_t {
  anchor,
  comment,
  defs,
  dynamic_anchor,
  dynamic_ref,
  dollar_id,
  recursive_anchor,
  recursive_ref,
  ref,
  schema,
  vocabulary,
  additional_items,
  additional_properties,
  all_of,
  any_of,
  constant,
  contains,
  content_encoding,
  content_media_type,
  content_schema,
  default_value,
  definitions,
  dependencies,
  dependent_required,
  dependent_schemas,
  deprecated,
  description,
  else_branch,
  enumeration,
  examples,
  exclusive_maximum,
  exclusive_minimum,
  format,
  id,
  if_condition,
  items,
  max_contains,
  max_items,
  max_length,
  max_properties,
  maximum,
  min_contains,
  min_items,
  min_length,
  min_properties,
  minimum,
  multiple_of,
  negation,
  one_of,
  pattern,
  pattern_properties,
  prefix_items,
  properties,
  property_names,
  read_only,
  required,
  then_branch,
  title,
  type,
  unevaluated_items,
  unevaluated_properties,
  unique_items,
  write_only,
};
inline constexpr std::size_t keyword_count = static_cast<std::size_t>(Keyword::write_only) + 1;

// What a keyword's value must be.
enum class Shape : std::uint8_t {
  any,               // any JSON value
  boolean,           // true or false
  string,            // a string
  anchor,            // a name: letters, digits and some signs, as the dialect allows
  identifier,        // a string; from 2019-09 on without a fragment but an empty one
  vocabularies,      // an object whose values are booleans
  array,             // an array
  object,            // an object
  number,            // a number
  positive,          // a number greater than zero
  count,             // an integer, zero or greater; 3.0 is one, but not in draft 4
  types,             // the name of a type, or an array of distinct ones
  choices,           // an array of values; up to draft 6 not empty, and distinct
  names,             // an array of distinct strings
  names_map,         // an object whose values are `names`
  schema,            // a schema: an object, or from draft 6 on a boolean
  schema_or_false,   // a schema or a boolean, also in draft 4
  schema_list,       // a non-empty array of schemas
  schema_map,        // an object whose values are schemas
  schema_or_list,    // a schema or an array of schemas
  schema_or_names,   // an object whose values are schemas or `names`
  boolean_or_number  // draft 4: a boolean; later: a number
};

// What this version does with a keyword.
enum class Role : std::uint8_t {
  core,         // identifies or refers
  annotation,   // its value is checked and otherwise ignored
  definitions,  // holds schemas for references
  assertion,    // says yes or no, by itself or through the schemas that it holds
};

struct KeywordEntry {
  std::string_view name;
  Keyword keyword;
  std::uint8_t dialects;  // bit `1 << Dialect` for every dialect that defines it
  Shape shape;
  Role role;
  VocabularySet vocabularies;  // that define it, any of them

  bool in(Dialect dialect) const noexcept {
    return (dialects >> static_cast<unsigned>(dialect) & 1U) != 0;
  }
};

// The keyword called `name` by these rules; null when they do not define it.
const KeywordEntry* find_keyword(std::string_view name, const Rules& rules) noexcept;

const KeywordEntry& entry_of(Keyword keyword) noexcept;
std::string_view name_of(Keyword keyword) noexcept;

// The name of the keyword by which a dialect identifies schemas: `id` in draft 4, later `$id`.
std::string_view identifier_of(Dialect dialect) noexcept;

}  // namespace tenancy::jsonschema
