// An index that somebody asks for: what create_partial_index() and
// create_partial_index_concurrently() have in common.
#pragma once

#include "index/plan.hpp"

namespace tenancy::index {

struct AskedIndex {
  IndexRequest request;
  std::optional<bool> tenant_leading;
};

// The first eight arguments of both; 22023 where there are no columns. C++ zone.
AskedIndex read_asked_index(const Arguments& arguments);

struct PreparedIndex {
  IndexRequest request;  // with the tenant in front, where it belongs there
  IndexPlan plan;
  OptionalText on_conflict;  // the clause that infers it
};

// Puts the tenant in front, plans, and says what there is to say of an index that exists or is
// about to be made. With `checks` what CREATE INDEX would refuse is refused here. The table is
// locked. C++ zone.
PreparedIndex prepare_index(const RelationFacts& relation, const AskedIndex& asked, bool checks,
                            IndexPlan (*plan)(const RelationFacts&, const IndexRequest&));

}  // namespace tenancy::index
