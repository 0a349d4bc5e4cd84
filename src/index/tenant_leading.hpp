// The tenant column put first in an index that someone asks for.
#pragma once

#include "index/definition.hpp"

namespace tenancy::index {

struct LedRequest {
  IndexRequest request;
  std::string notice,
      hint;  // to be said where the index is made; empty where there is nothing to say
};

// `asked`, with the tenant column first where choose_tenant_key() says so and no key is that
// column.
//
// Not, unless `tenant_leading` insists on it: where the predicate states one tenant, so that every
// entry would begin with the same value; and, for an index that is not unique, where there is a
// valid one of just the definition asked for: what was made before the table was isolated is found
// again. A unique index tells who inserts that another row has the value: it leads with the tenant,
// so that this says nothing of other tenants' rows, and the notice says that values are unique
// within a tenant; where it must not lead with it, the notice says what that gives away. The table
// is locked. The errors of choose_tenant_key() and, for the columns, of the server. C++ zone.
LedRequest lead_with_tenant(const RelationFacts& relation, IndexRequest asked,
                            std::optional<bool> tenant_leading);

}  // namespace tenancy::index
