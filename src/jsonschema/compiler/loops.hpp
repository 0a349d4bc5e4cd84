// Subschemas that apply each other to the same value without end.
#pragma once

#include <cstddef>
#include <span>

#include "jsonschema/program.hpp"
#include "jsonschema/schema/document.hpp"

namespace tenancy::jsonschema {

// Subschema `from` applies subschema `to` to its own value, because of a keyword at `keyword`.
struct Edge {
  SubschemaIndex from = 0;
  SubschemaIndex to = 0;
  NodeIndex keyword = no_node;
};

// Longest chain of such applications that a program may have. It bounds how deep evaluation
// recurses between two questions to Host::stack_exhausted.
inline constexpr std::size_t max_chain = 256;

// Throws SchemaError: looping where edges form a circle, too_large for a chain beyond max_chain.
void refuse_loops(std::span<const Edge> edges, std::size_t subschema_count,
                  const Document& document);

}  // namespace tenancy::jsonschema
