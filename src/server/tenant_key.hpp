// The tenant column as the first key of an index: one rule for all who make or propose one.
#pragma once

#include "server/relation.hpp"

namespace tenancy {

// The tenant column of `relation`, where an index of that access method is to lead with it.
//
// `wanted` is the argument tenant_leading: false, never. Nothing: where the table is isolated by a
// column, and the index can look it up; with a NOTICE where the method lacks but the operator
// class, which an extension brings for GIN and GiST, and quietly where it is not the method for it:
// hash and SP-GiST hold one column, BRIN knows of ranges of rows, and each has rows of every
// tenant. True: 55000 where the table is not isolated by a column, 0A000 where the method holds one
// column, 42704 without an operator class; 42704 for a method that does not exist. C++ zone.
std::optional<ColumnFacts> choose_tenant_key(const RelationFacts& relation,
                                             const std::string& method, std::optional<bool> wanted);
// The same where find_tenant_column() has been asked already: `tenant` is its answer.
std::optional<ColumnFacts> choose_tenant_key(const RelationFacts& relation,
                                             const std::optional<ColumnFacts>& tenant,
                                             const std::string& method, std::optional<bool> wanted);

}  // namespace tenancy
