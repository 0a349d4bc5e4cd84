// Tables and their indexes and foreign keys, as the catalogs say: each catalog is read once, and no
// table is opened or locked. For what is asked of thousands of tables.
//
// What is read is as of now, whatever the transaction's snapshot. A table may be altered or dropped
// at any moment: who looks at it closer takes a TableLock, and who changes it reads anew once it is
// locked.
#pragma once

#include <map>

#include "server/catalog.hpp"
#include "server/relation.hpp"

namespace tenancy::index {

// Plain data, in the memory context that was current as it was read.
struct StoredIndex {
  Oid oid, table, method;
  NameData name;
  double rows;  // as of the last VACUUM, ANALYZE or build; none known: negative
  bool is_unique, is_primary, is_exclusion;
  bool nulls_not_distinct;
  bool is_valid;  // and ready, and live: queries use it
  bool is_live;   // not being dropped
  int age;        // in transactions that wrote, since it was made or became valid
  // Attached to an index of the table that its table is a partition of; `root` is the topmost such
  // index, or the index itself: it goes when that goes.
  bool is_attached;
  Oid root;
  // The rest of a root holds also where it is so of an index that is attached to it.
  bool is_replica_identity;
  bool is_clustered;  // CLUSTER sorts the table by it
  // Found among the constraints:
  bool is_constraint;  // of a primary key, unique or exclusion constraint
  bool is_referenced;  // foreign keys refer to it
  int keys, attributes;
  const AttrNumber* columns;  // 0: an expression
  const Oid* opclasses;
  const Oid* collations;
  const int16* options;
  const char* expressions;  // as pg_node_tree; null: none
  const char* predicate;

  // As the planner and the relation cache have them. Server zone.
  List* predicate_list() const;
  List* expression_list() const;
};

// Whether queries use it: StoredIndex::is_valid.
inline bool is_usable(const FormData_pg_index* form) {
  return form->indisvalid && form->indisready && form->indislive;
}

// Plain data. The columns of PERIOD, which are compared by overlapping, are not among these.
struct StoredKey {
  Oid oid, table, referenced;
  NameData name;
  bool is_inherited;  // of a partition, by the constraint of what it is a partition of
  int columns;
  AttrNumber referencing[INDEX_MAX_KEYS], referenced_columns[INDEX_MAX_KEYS];
  Oid operators[INDEX_MAX_KEYS];  // referenced = referencing
};

struct StoredTable {
  RelationFacts facts;
  double rows = -1;  // none known: negative
  double pages = 0;
  bool is_owned = false;  // by the caller, or a role that the caller is a member of
  // The most common values are rows: what ANALYZE found is for those who may read every row. For
  // the table's owner, that is, where no row level security applies to them; as in the view
  // pg_stats.
  bool shows_statistics = false;
  std::vector<const StoredIndex*> indexes;
  std::vector<const StoredKey*> foreign_keys;
  std::vector<Oid> children;  // partitions and inheritors, the direct ones
  uint64 as_of = 0;           // the messages of changed catalogs that came before it was read
};

// The ordinary and partitioned tables of users: not those of the system, of extensions, or the
// temporary ones of other sessions. C++ zone.
using Inventory = std::map<Oid, StoredTable>;
Inventory read_inventory();

// The order in which tables are looked at: by name, but partitions before what they are partitions
// of. An index that a partition wants for itself is then taken over by one that is made above it,
// which would otherwise leave the partition with both.
bool comes_before(const RelationFacts& a, const RelationFacts& b);

}  // namespace tenancy::index
