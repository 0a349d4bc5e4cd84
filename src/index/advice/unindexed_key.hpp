// Foreign keys whose referencing rows no index finds: each delete and key update of a referenced
// row then reads all of the referencing table, and so do joins from there.
#pragma once

#include <set>

#include "index/advice/statistics.hpp"
#include "index/definition.hpp"

namespace tenancy::index {

// The columns of isolated tables that have the tenant, by table: as the view tenancy.isolation
// says.
struct TenantColumn {
  AttrNumber number;
  bool has_index;  // one leads with it
};
using TenantColumns = std::map<Oid, TenantColumn>;
TenantColumns read_tenant_columns(const Inventory& tables);

// An index that one or several foreign keys of a table want.
struct KeyIndex {
  IndexRequest request;
  std::vector<AttrNumber> columns;
  std::vector<std::string> keys;  // the foreign keys
  double rows = -1;               // estimates; none: negative
  double bytes = -1;
  double full_bytes = -1;  // of the same without its predicate, where it has one
};

struct KeyIndexes {
  std::vector<KeyIndex> wanted;
  std::vector<std::string> hopeless;  // foreign keys that no index can serve, each with the reason
};

// The indexes that the foreign keys of a table want which no index serves. The table's own keys,
// not those that it has as a partition.
//
// An index serves a key if it is valid, a B-tree or, for one column, a hash index; if the key's
// columns, in whatever order, are its first ones; if its operator classes and collations are those
// by which the constraint compares; and if its predicate, where it has one, follows from that the
// columns are not null. On a partitioned table an index of its own does, or one on each partition.
//
// Each has the tenant column first where the key holds it, and the columns of shorter keys before
// others, so that it serves those too. It leaves out the rows in which a column is null where
// `statistics` say that it is a good deal smaller so. What functions the predicates of its indexes
// call is called, for the caller to act as the table's owner. C++ zone.
KeyIndexes find_unindexed_keys(const Inventory& tables, const StoredTable& table,
                               AttrNumber tenant_column);

// Whether this table, or a partition of it, has a foreign key that nothing would serve without the
// index, those attached to it, and those that have their roots in `dropped`. C++ zone.
bool is_needed_by_key(const Inventory& tables, const StoredTable& table, const StoredIndex& index,
                      const std::set<Oid>& dropped);

}  // namespace tenancy::index
