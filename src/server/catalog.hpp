// The catalogs, read directly by their indexes. Server zone.
//
// The planner, which may know nothing of a catalog's size, would read all of it for each of many
// tables. What is read is as of now, whatever the transaction's snapshot.
#pragma once

#include "server/guard.hpp"

namespace tenancy {

// Plain data, however much: it may leave the server zone. Lives in the memory context that was
// current as the first row was added.
template <typename T>
struct Rows {
  T* rows;
  int count, capacity;

  void add(const T& row) {
    if (count == capacity) {
      capacity = capacity == 0 ? 8 : 2 * capacity;
      std::size_t const size = static_cast<std::size_t>(capacity) * sizeof(T);
      rows = static_cast<T*>(rows ? repalloc_huge(rows, size)
                                  : MemoryContextAllocHuge(CurrentMemoryContext, size));
    }
    rows[count++] = row;
  }
  const T* begin() const { return rows; }
  const T* end() const { return rows + count; }
};

// column = oid
inline ScanKeyData oid_key(AttrNumber column, Oid oid) {
  ScanKeyData key;
  ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
  return key;
}

// Calls each(tuple, descriptor) with the tuples of a catalog that the keys pick by an index; with
// all of them where there are no keys.
template <typename Each>
void scan_catalog(Oid catalog, Oid index, std::initializer_list<ScanKeyData> keys, Each&& each) {
  Relation const relation = table_open(catalog, AccessShareLock);
  SysScanDesc const scan =
      systable_beginscan(relation, index, keys.size() > 0, nullptr, static_cast<int>(keys.size()),
                         const_cast<ScanKeyData*>(keys.begin()));
  while (HeapTuple const tuple = systable_getnext(scan)) each(tuple, RelationGetDescr(relation));
  systable_endscan(scan);
  table_close(relation, AccessShareLock);
}

// The relations that are members of extensions.
Rows<Oid> members_of_extensions();

// Every child of a parent: partitions, inheritors, and the indexes of partitions.
struct Inheritance {
  Oid child, parent;
};
Rows<Inheritance> read_inheritance();

// Whether the schema is none of the system's, and none of temporary tables.
bool is_users_schema(Oid schema);

}  // namespace tenancy
