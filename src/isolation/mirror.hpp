// The row level security of a table, for another table that holds rows of the first: such as the
// quarantine of its events.
#pragma once

#include "server/relation.hpp"

namespace tenancy::isolation {

// The statements that give `to`, which has the columns of `from` by the same names, the row level
// security of `from` as it is now: enabled and forced as there, with its policies, whoever made
// them. A policy of `to` that has the name of one is left as it is; nothing is taken away. `to`
// need not exist yet: then its OID is InvalidOid. C++ zone.
std::vector<std::string> mirror_statements(const RelationFacts& from, const RelationFacts& to);

}  // namespace tenancy::isolation
