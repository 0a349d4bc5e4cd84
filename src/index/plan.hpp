// What it takes that a table has an index: nothing, a CREATE INDEX, or building it anew.
#pragma once

#include "index/definition.hpp"
#include "server/ddl.hpp"

namespace tenancy::index {

// For the table of an index that is made as CREATE INDEX does it. That takes a ShareLock, which two
// sessions can have at once: neither would see the index that the other is making, and the second
// would fail instead of finding it.
constexpr LOCKMODE building_lock = ShareRowExclusiveLock;

struct IndexPlan {
  std::string name;          // of the index that there is or will be
  const char* action;        // created, exists, rebuilt
  StatementList statements;  // none where it exists
};

// Plans for `request`. 42P07 where the name asked for belongs to something else, 0A000 for an
// invalid index of a partitioned table unless that is built alone; those of find_same(). C++ zone.
IndexPlan plan_index(const RelationFacts& relation, const IndexRequest& request,
                     Build build = Build::plain);

// A NOTICE where the plan is that the index exists, under whatever name.
void notice_existing(const IndexPlan& plan);

}  // namespace tenancy::index
