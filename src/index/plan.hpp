// What it takes that a table has an index: nothing, a CREATE INDEX, or a REINDEX.
#pragma once

#include "index/definition.hpp"
#include "server/ddl.hpp"

namespace tenancy::index {

struct IndexPlan {
  std::string name;          // of the index that there is or will be
  const char* action;        // created, exists, rebuilt
  StatementList statements;  // none where it exists
};

// Plans for `request`; a NOTICE where the index exists, whatever its name. 42P07 where the name
// belongs to something else, 0A000 for an invalid index of a partitioned table; those of
// find_same(). C++ zone.
IndexPlan plan_index(const RelationFacts& relation, const IndexRequest& request);

}  // namespace tenancy::index
