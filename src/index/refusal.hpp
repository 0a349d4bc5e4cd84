// What CREATE INDEX would refuse, for those who only ask.
#pragma once

#include "index/definition.hpp"

namespace tenancy::index {

// The errors that the server raises for such an index, with its SQLSTATEs and words, without making
// it: what the access method does not do (unique, INCLUDE, several columns, an order), expressions
// that are not immutable or have no collation, system and virtual columns, what a unique index of a partitioned
// table must have, and the right to make it. What find_same() refuses is not looked at again. Not
// looked at: parameters of operator classes, and what only the rows tell. C++ zone.
void refuse_as_create_index(const RelationFacts& relation, const IndexRequest& request);

}  // namespace tenancy::index
