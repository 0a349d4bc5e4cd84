#include "isolation/tenant_index.hpp"

#include <algorithm>

namespace tenancy::isolation {
namespace {

// The comment by which our indexes are known.
constexpr const char* mark = "pg_tenancy: made by enable_isolation()";

// The server's choice among the names that the catalog does not have; with another label, another.
std::string choose_name(const RelationFacts& relation, const ColumnFacts& column,
                        const std::string& label) {
  return server([&]() -> const char* {
    return ChooseRelationName(relation.name.c_str(), column.name.c_str(), label.c_str(),
                              get_rel_namespace(relation.oid), false);
  });
}

}  // namespace

bool has_leading_index(const RelationFacts& relation, const ColumnFacts& column) {
  return server([&]() -> bool {
    Relation const table = relation_open(relation.oid, AccessShareLock);
    bool found = false;
    ListCell* cell;
    foreach (cell, RelationGetIndexList(table)) {
      Relation const index = index_open(lfirst_oid(cell), AccessShareLock);
      Form_pg_index const form = index->rd_index;
      found = found || (form->indisvalid && form->indkey.values[0] == column.number &&
                        index->rd_rel->relam == BTREE_AM_OID &&
                        heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr));
      index_close(index, AccessShareLock);
    }
    relation_close(table, AccessShareLock);
    return found;
  });
}

void add_index(const RelationFacts& relation, const ColumnFacts& column,
               std::vector<std::string>& taken, StatementList& statements) {
  std::string name = choose_name(relation, column, "idx");
  auto const is_taken = [&] {
    return std::find(taken.begin(), taken.end(), quote_qualified(relation.schema, name)) !=
           taken.end();
  };
  for (int i = 1; is_taken(); ++i) name = choose_name(relation, column, "idx" + std::to_string(i));
  const std::string qualified = quote_qualified(relation.schema, name);
  taken.push_back(qualified);
  statements.add("CREATE INDEX " + quote_identifier(name) + " ON " + relation.qualified() + " (" +
                 quote_identifier(column.name) + ")");
  statements.add("COMMENT ON INDEX " + qualified + " IS " + quote_literal(mark));
}

std::vector<std::string> indexes_made_here(const RelationFacts& relation) {
  Sql sql;
  const auto rows = sql.query(
      "SELECT n.nspname, c.relname FROM pg_catalog.pg_index i "
      "JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace "
      "WHERE i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid AND NOT c.relispartition "
      "AND pg_catalog.obj_description(c.oid, 'pg_class') OPERATOR(pg_catalog.=) $2 "
      "ORDER BY c.relname",
      {std::to_string(relation.oid), mark});
  std::vector<std::string> names;
  for (const Sql::Row& row : rows) names.push_back(quote_qualified(*row[0], *row[1]));
  return names;
}

}  // namespace tenancy::isolation
