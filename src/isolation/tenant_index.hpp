// The index that leads with the tenant column.
#pragma once

#include "server/ddl.hpp"
#include "server/relation.hpp"

namespace tenancy::isolation {

// Whether a valid index that holds every row leads with the column.
bool has_leading_index(const RelationFacts& relation, const ColumnFacts& column);

// Adds the statements that make one and mark it as ours. `taken` holds the qualified names that the
// same list of statements gives to others: none of them is in the catalog yet.
void add_index(const RelationFacts& relation, const ColumnFacts& column,
               std::vector<std::string>& taken, StatementList& statements);

// The indexes of `relation` so marked, as quoted qualified names; not those that have become part
// of a partitioned table's index, with which they go.
std::vector<std::string> indexes_made_here(const RelationFacts& relation);

}  // namespace tenancy::isolation
