// A query's condition and a partial index, as the planner sees them. Server zone.
#pragma once

#include "server/guard.hpp"

namespace tenancy::index {

// An index and its table, open, each under AccessShareLock.
struct OpenIndex {
  Relation table, index;
};

// 42P01 for an OID of no relation, 42809 for what is not an index, 42501 for a caller who may read
// no column of the table.
OpenIndex open_index(Oid oid);
void close_index(const OpenIndex& open);

// What keeps the planner from an index whatever the query; ready where nothing does.
enum class IndexState { ready, being_dropped, not_ready, invalid, invalid_partitioned, too_new };
IndexState state_of(const OpenIndex& open);

// The predicate as the planner has it: an implicit AND list. Empty: of all rows.
List* predicate_of(const OpenIndex& open);

// The conditions that the policies for the current role add to a query of the table, likewise; none
// where row level security does not apply to it. 42501 where row_security is off and it does.
List* policies_of(Relation table);

// A condition over the table's columns, analysed, likewise; and the clauses of one with the
// policies, as a query has them.
List* planned_condition(Relation table, Node* condition);
List* planned_conditions(Relation table, List* clauses, List* policies);

// Whether one clause of a predicate, or all of them, follow from the conditions: by the prover that
// the planner asks, of all together or of each alternative of an OR.
bool proves(List* conditions, Node* clause);
bool proves_all(List* conditions, List* predicate);

}  // namespace tenancy::index
