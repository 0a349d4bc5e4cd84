// The indexes that the conditions of a query suggest.
#pragma once

#include "index/advice/advice.hpp"
#include "index/advice/query_clause.hpp"

namespace tenancy::index {

struct Candidate {
  Oid relation;
  const char* kind;  // lookup: by the query's conditions; partial: of the rows that it states
  std::string statement;
};

// The columns that one table is looked up by, each with equality first, the tenant's before all,
// then one range or the order: over all rows, and over those of a condition that picks few. Those
// that the table has already are left out, and so are tables that are partitioned or not the
// caller's. C++ zone.
std::vector<Candidate> find_candidates(Survey& survey, const Rows<QueryClause>& clauses);

}  // namespace tenancy::index
