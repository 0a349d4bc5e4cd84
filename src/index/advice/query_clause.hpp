// What a query looks for in the tables that it names: the conditions that an index could serve.
#pragma once

#include "server/catalog.hpp"
#include "server/relation.hpp"

namespace tenancy::index {

enum class Lookup {
  equal,  // column = value, or one of several
  join,   // column = a column of another table
  range,  // column < value and the like
  sort,   // ORDER BY column, the first one
  is,     // the condition says all that there is to look for: flag, NOT flag, column IS NULL
};

// Plain data.
struct QueryClause {
  Oid relation;
  int reference;  // of the query to the relation: clauses of one belong together
  AttrNumber column;
  Lookup lookup;
  // Where the value is a constant, and for `is`: the condition as SQL, for a predicate.
  const char* condition;
  // What the column is to be equal to, where that is known: a constant, or the flag that it is.
  bool has_value;
  Datum value;
};

// Those of a query, subqueries and views included, and what policies add to it: the errors of
// parse_query(). What conditions under OR look for is not among them. Server zone.
Rows<QueryClause> find_clauses(const char* query);

}  // namespace tenancy::index
