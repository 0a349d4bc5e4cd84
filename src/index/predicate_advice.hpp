// What is odd about the predicate of an index that is about to be made.
#pragma once

#include "server/relation.hpp"

namespace tenancy::index {

// A NOTICE for a predicate that is not wrong, but hardly meant: one that every row satisfies or
// none does, as a constant or by the table's constraints; a clause of it that every row satisfies,
// which queries have to state all the same; and one such as `flag IS TRUE`, where the bare column,
// true for the same rows, is proved by what queries state and it is not. The server's prover
// decides. C++ zone.
void advise_on_predicate(const RelationFacts& relation, const std::string& predicate);

}  // namespace tenancy::index
