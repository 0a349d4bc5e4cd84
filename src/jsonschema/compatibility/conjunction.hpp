// What the schemas of one text that apply to the same value demand together: a schema, what its
// references name, its `allOf`, and so on. It is for comparing schemas (difference.hpp): the
// compiler makes nothing of it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jsonschema/program.hpp"
#include "jsonschema/schema/schemas.hpp"
#include "jsonschema/value/decimal.hpp"

namespace tenancy::jsonschema {

// Work is counted, so that no schema makes more of it than a limit.
class Effort {
 public:
  // `interrupted`: see CompileOptions.
  Effort(std::uint64_t limit, bool (*interrupted)() noexcept)
      : left_(limit), interrupted_(interrupted) {}

  // Counts about so many nodes. False: the limit has been reached. Throws Interrupted.
  bool spend(std::uint64_t nodes);
  bool is_spent() const noexcept { return left_ == 0; }

 private:
  std::uint64_t left_;
  std::uint64_t since_poll_ = 0;
  bool (*interrupted_)() noexcept;
};

// Schemas of one text that a value must satisfy, sorted; of none, every value does.
using SchemaSet = std::vector<NodeIndex>;
void add_to(SchemaSet& set, NodeIndex schema);

struct Limit {
  DecimalNumber value;
  std::string_view text;  // as it was written
  bool is_exclusive = false;
};

// What one schema says of the properties that an object may have; no_node: nothing.
struct PropertyRules {
  NodeIndex properties = no_node;
  NodeIndex patterns = no_node;
  NodeIndex additional = no_node;
};

// And of the elements of an array.
struct ElementRules {
  NodeIndex prefix = no_node;
  NodeIndex rest = no_node;
};

// The keywords that count, in the order of Conjunction::counts.
inline constexpr std::array<Keyword, 8> counting_keywords{
    Keyword::min_length,     Keyword::max_length,     Keyword::min_items,    Keyword::max_items,
    Keyword::min_properties, Keyword::max_properties, Keyword::min_contains, Keyword::max_contains};

struct Conjunction {
  SchemaSet own;                // what was read, without what its references and `allOf` name
  bool allows_nothing = false;  // a schema of it is `false`
  bool is_anything = true;      // none of it demands anything
  TypeMask types = types::all;
  std::optional<std::map<std::string, NodeIndex>> values;  // of enum and const, canonical
  std::set<std::string_view> required;
  std::vector<PropertyRules> properties;
  std::vector<ElementRules> elements;
  std::optional<Limit> minimum, maximum;
  std::array<std::optional<Limit>, counting_keywords.size()> counts;
  std::vector<NodeIndex> divisors;
  std::set<std::string_view> patterns;
  std::set<std::string_view> formats;  // that are asserted
  bool has_unique_items = false;
  // The values of every other keyword that asserts: not, anyOf, if ...
  std::map<Keyword, std::vector<NodeIndex>> others;
};

// Says less than there is once the effort is spent.
Conjunction read_conjunction(const Schemas& schemas, const SchemaSet& set, bool assert_format,
                             Effort& effort);

// Where a schema that says nothing but a reference leads, from one to the other; else the schema.
NodeIndex behind_references(const Schemas& schemas, NodeIndex schema, Effort& effort);

// The type of a value, an integer being one of its own.
TypeMask type_of_value(const Document& document, NodeIndex node);

// "string or null"; "any" for every type.
std::string names_of_types(TypeMask mask);

}  // namespace tenancy::jsonschema
