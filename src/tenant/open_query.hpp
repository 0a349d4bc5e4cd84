// A query belongs to the tenant that it was begun by.
//
// A cursor, or a portal of the protocol, is read in several steps, and the tenant may change
// between two of them. What it would return then depends on the plan: partitions are pruned as it
// begins, an index scan has its condition from its first row and goes on with the old tenant's, a
// sequential scan looks at the new tenant with each row. So a query whose plan depends on the
// tenant is refused to go on for another one, with SQLSTATE 55000, as long as it is another. That
// any setting has another tenant is enough.
#pragma once

#include "server/guard.hpp"

namespace tenancy::tenant {

// Installs the executor's hooks. Server zone.
void watch_queries();

// A query has been planned that reads the tenant from this setting. Changes of one without the fast
// path are told to nobody: open queries compare its text. Server zone.
void remember_slow_setting(const char* name);

}  // namespace tenancy::tenant
