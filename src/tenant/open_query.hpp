// A query belongs to the tenant that it was begun by.
//
// A cursor, or a portal of the protocol, is read in several steps, and the tenant may change
// between two of them. What it would return then depends on the plan: an index scan has its
// condition from the beginning and goes on with the old tenant's rows, a sequential scan looks at
// the new tenant with each row. So a query whose plan depends on the tenant is refused to go on for
// another one, with SQLSTATE 55000, as long as it is another. It begins with its first row, not
// where it is declared.
#pragma once

#include "server/guard.hpp"

namespace tenancy::tenant {

// Installs the executor's hooks. Server zone.
void watch_queries();

}  // namespace tenancy::tenant
