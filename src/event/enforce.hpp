// What puts enforcement on a table.
#pragma once

#include "event/enforcement.hpp"
#include "server/ddl.hpp"

namespace tenancy::event {

// Adds the statements that enforce schemas on one table as `enforcement` says, but for its
// quarantine: with `has_quarantine` the table gets its own. 42703, 42804 its columns; 42710
// enforced in another way; as make_quarantine(). The caller holds `mode` on it. C++ zone.
void plan_enforcement(const RelationFacts& relation, Enforcement enforcement, bool has_quarantine,
                      LOCKMODE mode, StatementList& statements, bool dry_run);

}  // namespace tenancy::event
