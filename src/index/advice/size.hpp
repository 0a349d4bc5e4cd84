// How large a B-tree becomes that is built over given rows. Pure C++.
//
// The formulas are those of the server's build: the layout of a page and of an index tuple as the
// manual describes them (https://www.postgresql.org/docs/current/storage-page-layout.html), the
// fillfactors 90 of leaf pages and 70 of others
// (https://www.postgresql.org/docs/current/btree.html, "Implementation"), and deduplication as a
// build does it: equal keys share one tuple with a list of row numbers, 6 bytes each, of at most a
// tenth of a page (the server's nbtsort.c and nbtdedup.c; README of src/backend/access/nbtree,
// "Notes about deduplication"). Only what is built anew is so dense: an index grows with what is
// written later. Two things no statistics tell: how far values of more than half a kilobyte are
// compressed in an index, which may make it much smaller; and, without extended ones, how much the
// columns of an index depend on each other.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace tenancy::index {

// A column of an index.
struct KeyPart {
  double width = 4;  // bytes of a value that is not null, its header included; the average
  int alignment = 4;
  bool is_variable = false;  // values differ in width
  double null_fraction = 0;
  double distinct = 1;         // values that are not null
  std::vector<double> common;  // the fractions of all rows that the most common values have
};

struct BtreeShape {
  double rows = 0;
  std::vector<KeyPart> keys;
  std::vector<KeyPart> included;
  bool may_deduplicate = true;  // not unique, nothing included, every opclass and option allows it
  std::optional<double> distinct;  // of the keys together, where that is known
  int fillfactor = 90;
};

// The bytes of the whole file.
double btree_bytes(const BtreeShape& shape, double page_size);

// The same index over a part of the rows that has nothing to do with its keys.
BtreeShape fraction_of(BtreeShape shape, double fraction);

// The same index over the rows in which key `number` has one of some values: of all rows these are
// `fraction`, and the key's statistics there are `kept`.
BtreeShape rows_with(BtreeShape shape, std::size_t number, double fraction, KeyPart kept);

// That of the rows in which the key is not null.
BtreeShape without_nulls(BtreeShape shape, std::size_t number);

}  // namespace tenancy::index
