// The tables that are isolated together.
#pragma once

#include "server/relation.hpp"

namespace tenancy::isolation {

// The table and everything that inherits from it, partitions included, each locked and each the
// caller's own; the table itself comes first. The lock is one for a plan with `dry_run`, one to
// carry it out without.
std::vector<RelationFacts> lock_family(Oid oid, bool dry_run);

}  // namespace tenancy::isolation
