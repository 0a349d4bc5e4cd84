// Foreign keys, and the way along them to the table that has the tenant column.
#pragma once

#include "isolation/condition.hpp"

namespace tenancy::isolation {

struct ForeignKey {
  struct Column {
    std::string referencing, referenced;
    std::string equality;  // referenced OPERATOR(...) referencing, as the constraint compares
    std::string collate;   // COLLATE ..., or nothing
  };
  std::string name;
  Oid referenced = InvalidOid;
  bool is_validated = true;  // otherwise rows that were there before may refer to nothing
  std::vector<Column> columns;
};

// The foreign keys of a table, by name.
std::vector<ForeignKey> foreign_keys(const RelationFacts& relation);

// From a table to the one that has the tenant column: the first foreign key is the table's own,
// each other one that of the table that the one before it refers to.
struct Path {
  std::vector<ForeignKey> keys;
  std::string tenant_column;
};

// Where the tenant of the rows of `relation` stands, which has the referencing columns of the
// path's first key: the key itself may be that of a table it inherits from.
Scope scope_along(const RelationFacts& relation, const Path& path);

}  // namespace tenancy::isolation
