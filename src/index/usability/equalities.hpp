// Equalities of columns, as the planner merges them. Server zone.
#pragma once

#include "server/guard.hpp"

namespace tenancy::index {

// The conditions, an implicit AND list, with a = b AND b = 7 as the planner has it: a = 7 AND b
// = 7.
//
// Expressions that equalities connect are a class. Where it has a constant, each of the others is
// equal to that, and else each to the one before it; the equalities themselves are gone, so that
// a = b no longer proves a predicate that is that. a = a becomes a IS NOT NULL. Conditions without
// an equality between two expressions of columns come back as they are; so do two constants for one
// expression, of which the planner keeps one, and which no row satisfies.
//
// `policies`, some of the conditions, are those of row level security: where there are any, an
// equality that is none of them is merged only if it is LEAKPROOF, as that of most types is, but
// not numeric's.
List* merge_equalities(List* conditions, List* policies);

}  // namespace tenancy::index
