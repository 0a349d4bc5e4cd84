// How much there is in a table now, which may be a multiple of what ANALYZE found.
#pragma once

#include "index/advice/inventory.hpp"

namespace tenancy::index {

// The rows, by the rows on a page that VACUUM or ANALYZE found and the pages that there are now, as
// the planner has them; with partitions, of which those that were never looked at are taken to be
// as dense as the others. None known: negative. C++ zone.
double rows_of(const Inventory& tables, const StoredTable& table);

// The pages, with those of partitions. C++ zone.
double pages_of(const Inventory& tables, const StoredTable& table);

// Those of one relation; none where it has no storage, is gone, or is in the hands of another
// session, for which nobody waits. Server zone.
double blocks_of(Oid relation);

}  // namespace tenancy::index
