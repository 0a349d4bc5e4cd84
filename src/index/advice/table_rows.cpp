#include "index/advice/table_rows.hpp"

namespace tenancy::index {
namespace {

// Tables that have rows of their own.
struct Extent {
  double rows = 0, pages = 0;  // of those of which something is known
  double unknown = 0;          // pages of the others
  bool is_any_known = false;
};

void add(Extent& extent, const Inventory& tables, const StoredTable& table) {
  if (table.facts.kind == RELKIND_PARTITIONED_TABLE) {
    for (Oid const child : table.children) add(extent, tables, tables.at(child));
    return;
  }
  // Without rows or pages there is nothing to open the table for.
  bool const is_known = table.rows >= 0;
  double const pages =
      table.rows == 0 && table.pages == 0 ? 0 : server([&] { return blocks_of(table.facts.oid); });
  if (!is_known) {
    extent.unknown += pages;
    return;
  }
  extent.is_any_known = true;
  bool const has_grown = pages > 0 && table.pages > 0;
  extent.rows += has_grown ? table.rows * pages / table.pages : table.rows;
  extent.pages += pages;
}

}  // namespace

double rows_of(const Inventory& tables, const StoredTable& table) {
  // A table of which nothing is known is not opened to find out how large it is.
  if (table.facts.kind != RELKIND_PARTITIONED_TABLE && table.rows < 0) return -1;
  Extent extent;
  add(extent, tables, table);
  if (!extent.is_any_known) return -1;
  return extent.pages > 0 ? extent.rows * (1 + extent.unknown / extent.pages) : extent.rows;
}

double pages_of(const Inventory& tables, const StoredTable& table) {
  Extent extent;
  add(extent, tables, table);
  return extent.pages + extent.unknown;
}

double blocks_of(Oid relation) {
  if (!ConditionalLockRelationOid(relation, AccessShareLock)) return 0;
  Relation const opened = try_relation_open(relation, NoLock);
  double blocks = 0;
  if (opened && RELKIND_HAS_STORAGE(opened->rd_rel->relkind))
    blocks = RelationGetNumberOfBlocks(opened);
  if (opened) relation_close(opened, NoLock);
  UnlockRelationOid(relation, AccessShareLock);
  return blocks;
}

}  // namespace tenancy::index
