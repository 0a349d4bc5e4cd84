// The index that serves the tenant's condition: on the tenant column, or on the columns of the
// foreign key that leads to it.
//
// It is made on each table that holds rows, and not on a partitioned one, whose index would take in
// an index that a partition has of its own, and take it along when it is dropped.
#pragma once

#include <set>

#include "server/ddl.hpp"
#include "server/relation.hpp"

namespace tenancy::isolation {

// Whether a valid index that holds every row leads with the columns, in whatever order; of a
// partitioned table, too.
bool has_leading_index(const RelationFacts& relation, const std::vector<ColumnFacts>& columns);

// Adds the statements that make one and mark it as ours; a NOTICE and false where no access method
// knows the type. `taken` holds the qualified names that the same list of statements gives to
// others: none of them is in the catalog yet.
bool add_index(const RelationFacts& relation, const std::vector<ColumnFacts>& columns,
               std::set<std::string>& taken, StatementList& statements);

// The indexes of `relation` so marked, as quoted qualified names; not those that have become part
// of a partitioned table's index, with which they go.
std::vector<std::string> indexes_made_here(const RelationFacts& relation);

}  // namespace tenancy::isolation
