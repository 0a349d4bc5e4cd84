// What ANALYZE has found in a table's columns, and what an index on them would be like.
#pragma once

#include "index/advice/inventory.hpp"
#include "index/advice/size.hpp"

namespace tenancy::index {

struct Column {
  AttrNumber number = 0;
  std::string name;
  Oid type = InvalidOid;  // of a domain: what it is over
  Oid declared_type = InvalidOid;
  Oid collation = InvalidOid;
  int16 length = 0;
  char alignment = 0;
  bool is_not_null = false;
  // The rest where has_statistics.
  bool has_statistics = false;
  double null_fraction = 0;
  double width = 0;
  double distinct = 0;  // values that are not null, in all of the table
  struct Common {
    Datum value;
    double frequency;  // of all rows
  };
  std::vector<Common> common;  // the most common values; empty where there are many, or none
};

// A table, and its columns, those that can be indexed, as its own rows have them; those of a
// partitioned table, as the rows of all of its partitions. C++ zone.
class Statistics {
 public:
  // Reads the columns, and the statistics where `table` has any that the caller may see. `rows` is
  // how many rows there are. What it refers to lives in the current memory context.
  Statistics(const StoredTable& table, double rows);

  const std::vector<Column>& columns() const { return columns_; }
  const Column* find(AttrNumber number) const;
  double rows() const { return rows_; }
  bool has_any() const { return has_any_; }

  // A B-tree of all rows on these columns, each with the default operator class of its type and the
  // column's collation.
  BtreeShape btree(const std::vector<AttrNumber>& keys) const;
  // An index that there is, over all rows, its predicate left out.
  BtreeShape btree(const StoredIndex& index) const;

 private:
  KeyPart part(const Column& column) const;
  std::optional<double> distinct(std::vector<AttrNumber> keys) const;

  Oid table_;
  bool is_inherited_;
  double rows_;
  bool has_any_ = false;
  std::vector<Column> columns_;
};

// Whether CREATE INDEX makes a B-tree on the type without being told how. C++ zone.
inline bool has_btree(Oid type) {
  return server(
      [&] { return OidIsValid(lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY)->btree_opf); });
}

// The bytes that the shape's index takes in this server.
inline double bytes_of(const BtreeShape& shape) {
  return btree_bytes(shape, BLCKSZ);
}

}  // namespace tenancy::index
