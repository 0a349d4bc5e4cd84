// The tables that are isolated together.
#pragma once

#include "server/relation.hpp"

namespace tenancy::isolation {

// The table and everything that inherits from it, partitions included, each locked and each the
// caller's own; the table itself comes first. The lock is one for a plan with `dry_run`, one to
// carry it out without. A foreign table among them, which no policy can protect, is refused, or
// left out where `skips_foreign`.
std::vector<RelationFacts> lock_family(Oid oid, bool dry_run, bool skips_foreign = false);

// The families of the tables `oids`, which are locked in this order; a table that is in another's
// family comes with that. Tables that are dropped meanwhile are left out.
std::vector<std::vector<RelationFacts>> lock_families(const std::vector<Oid>& oids, bool dry_run,
                                                      bool skips_foreign = false);

// The ordinary and partitioned tables of a schema, by name, without those of extensions; 42501 for
// a schema of the system.
std::vector<Oid> tables_of_schema(Oid schema);

}  // namespace tenancy::isolation
