// The keywords that apply schemas to the same value: references, combinations, conditions. See
// compiler.hpp.
#include <array>
#include <vector>

#include "jsonschema/compiler/compiler.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

void Compiler::applicators() {
  for (const Keyword keyword : {Keyword::ref, Keyword::dynamic_ref, Keyword::recursive_ref}) {
    if (has(keyword)) reference(keyword);
  }
  list(Keyword::all_of, Opcode::all_of);
  list(Keyword::any_of, Opcode::any_of);
  list(Keyword::one_of, Opcode::one_of);
  if (has(Keyword::negation)) {
    const SubschemaIndex forbidden = subschema_for(at(Keyword::negation));
    add_edge(forbidden, at(Keyword::negation));
    runs_.every.push_back({Opcode::negation, Keyword::negation, forbidden, 0});
  }
  conditional();
}

void Compiler::reference(Keyword keyword) {
  const NodeIndex node = at(keyword);
  const SubschemaIndex index = subschema_for(scopes_.resolve(context_, schemas_.target(node)));
  add_edge(index, node);
  runs_.every.push_back({Opcode::reference, keyword, index, 0});
}

void Compiler::list(Keyword keyword, Opcode opcode) {
  if (!has(keyword)) return;
  std::vector<SubschemaIndex> branches;
  for (const NodeIndex child : document_.children(at(keyword))) {
    branches.push_back(subschema_for(child));
    add_edge(branches.back(), child);
  }
  runs_.every.push_back(
      {opcode, keyword, builder_.add_subschema_list(branches), size_of(branches)});
}

void Compiler::conditional() {
  if (!has(Keyword::if_condition)) return;
  std::array<SubschemaIndex, 3> parts{};
  constexpr std::array<Keyword, 3> keywords{Keyword::if_condition, Keyword::then_branch,
                                            Keyword::else_branch};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const NodeIndex node = at(keywords[i]);
    if (node != no_node) parts[i] = subschema_for(node);
  }
  if (parts[1] == anything && parts[2] == anything && !tracks_) return;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (has(keywords[i])) add_edge(parts[i], at(keywords[i]));
  }
  runs_.every.push_back({Opcode::conditional, Keyword::if_condition,
                         builder_.add_subschema_list(parts), size_of(parts)});
}

}  // namespace tenancy::jsonschema
