// What statements it takes to build an index while others write to its table.
//
// A partitioned table has no concurrent build of its own: its index is made alone, invalid; each
// partition's is built and attached, and with the last of them it becomes valid. Begun again after
// an interruption, that goes on where it stopped. All of it C++ zone.
#pragma once

#include "index/plan.hpp"

namespace tenancy::index {

// All statements that it takes now, in order. Errors as of plan_index(); 0A000 for a temporary
// table, which no other process reaches, and for a partitioned one with foreign tables among its
// partitions, whose index would never be valid.
IndexPlan plan_concurrent_build(const RelationFacts& relation, const IndexRequest& request);

// The direct partitions of a partitioned table, in the order in which they were made.
std::vector<RelationFacts> partitions_of(const RelationFacts& relation);

// The same index for any of them: under whatever name.
IndexRequest request_for_partition(const IndexRequest& request);

// Whether `index` of `partition` is part of that index of `relation`; and the statement that makes
// it so.
bool is_attached_to(const RelationFacts& relation, const std::string& relation_index,
                    const RelationFacts& partition, const std::string& index);
std::string attach_statement(const RelationFacts& relation, const std::string& relation_index,
                             const RelationFacts& partition, const std::string& index);

// Whether each partition has a valid index that is part of that one, which is valid then; but where
// one of them was not when it was attached, a server older than 15.18, 16.14, 17.10 and 18.4 does
// not look again as it is attached once more.
bool is_whole(const RelationFacts& relation, const std::string& index);

}  // namespace tenancy::index
