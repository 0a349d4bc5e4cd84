// INSERT ... ON CONFLICT, in which a partial unique index is inferred, not named.
#pragma once

#include "index/definition.hpp"

namespace tenancy::index {

// The clause that infers the index of `request`: ON CONFLICT (keys) WHERE (predicate), each key
// with the collation and the operator class that it has where they are not its column's own. It
// means the same whatever search_path and style of dates are in force. Other unique indexes on the
// same keys that hold its rows are inferred beside it. Null for an index that is not unique, or has
// a whole row for a key. C++ zone.
OptionalText conflict_target(const RelationFacts& relation, const IndexRequest& request);

}  // namespace tenancy::index
