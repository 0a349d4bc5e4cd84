// The keywords of arrays. See compiler.hpp.
#include "jsonschema/compiler/compiler.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

void Compiler::arrays() {
  counts(runs_.array, Opcode::array_length, Keyword::min_items, Keyword::max_items);
  elements();
  contains();
  if (has(Keyword::unique_items) &&
      document_.kind(at(Keyword::unique_items)) == NodeKind::true_value) {
    runs_.array.push_back({Opcode::unique_items, Keyword::unique_items, 0, 0});
  }
}

void Compiler::elements() {
  Elements elements;
  NodeIndex prefix = at(Keyword::prefix_items);
  NodeIndex rest = at(Keyword::items);
  if (rest != no_node && document_.kind(rest) == NodeKind::array) {  // before 2020-12
    prefix = rest;
    rest = at(Keyword::additional_items);
    elements.prefix_keyword = Keyword::items;
    elements.rest_keyword = Keyword::additional_items;
  }
  std::vector<SubschemaIndex> prefixes;
  if (prefix != no_node) {
    for (const NodeIndex child : document_.children(prefix)) {
      prefixes.push_back(subschema_for(child));
    }
  }
  if (rest != no_node) elements.rest = subschema_for(rest);
  elements.evaluates_all = rest != no_node;
  while (!tracks_ && elements.rest == anything && !prefixes.empty() &&
         prefixes.back() == anything) {
    prefixes.pop_back();
  }
  const bool evaluates = tracks_ && (elements.evaluates_all || !prefixes.empty());
  if (prefixes.empty() && elements.rest == anything && !evaluates) return;
  elements.first_prefix = builder_.add_subschema_list(prefixes);
  elements.prefix_count = size_of(prefixes);
  Tables& tables = builder_.tables();
  tables.elements.push_back(elements);
  runs_.array.push_back({Opcode::elements, Keyword::items, size_of(tables.elements) - 1, 0});
}

void Compiler::contains() {
  if (!has(Keyword::contains)) return;
  Contains contains;
  if (has(Keyword::min_contains)) {
    contains.minimum = count_of(document_.text(at(Keyword::min_contains)));
  }
  if (has(Keyword::max_contains)) {
    contains.maximum = count_of(document_.text(at(Keyword::max_contains)));
  }
  contains.evaluates = rules_.dialect == Dialect::draft2020_12;
  const bool evaluates = tracks_ && contains.evaluates;
  if (contains.minimum == 0 && contains.maximum == unlimited && !evaluates) return;
  contains.element = subschema_for(at(Keyword::contains));
  Tables& tables = builder_.tables();
  tables.contains.push_back(contains);
  runs_.array.push_back({Opcode::contains, Keyword::contains, size_of(tables.contains) - 1, 0});
}

void Compiler::unevaluated_items() {
  if (!has(Keyword::unevaluated_items)) return;
  runs_.last_for_array.push_back({Opcode::unevaluated_items, Keyword::unevaluated_items,
                                  subschema_for(at(Keyword::unevaluated_items)), 0});
}

}  // namespace tenancy::jsonschema
