#include "isolation/tenant_index.hpp"

#include <algorithm>

namespace tenancy::isolation {
namespace {

// The comment by which our indexes are known.
constexpr const char* mark = "pg_tenancy: made by enable_isolation()";

// The server's choice among the names that the catalog does not have; with another label, another.
std::string choose_name(const RelationFacts& relation, const std::vector<ColumnFacts>& columns,
                        const std::string& label) {
  std::string joined;
  for (const ColumnFacts& column : columns) joined += (joined.empty() ? "" : "_") + column.name;
  return server([&]() -> const char* {
    // The server's makeObjectName() cuts at the length of a name, whole characters.
    return ChooseRelationName(relation.name.c_str(), joined.c_str(), label.c_str(),
                              relation.schema_oid, false);
  });
}

// What CREATE INDEX says before its columns: nothing for btree. Nothing at all where neither btree
// nor hash has an operator class for the types.
OptionalText access_method(const std::vector<ColumnFacts>& columns) {
  auto const serves = [&](Oid method) {
    return std::all_of(columns.begin(), columns.end(), [&](const ColumnFacts& column) {
      return server([&] { return OidIsValid(GetDefaultOpClass(column.type, method)); });
    });
  };
  if (serves(BTREE_AM_OID)) return "";
  if (columns.size() == 1 && serves(HASH_AM_OID)) return "USING hash ";
  return std::nullopt;
}

}  // namespace

bool has_leading_index(const RelationFacts& relation, const std::vector<ColumnFacts>& columns) {
  std::vector<AttrNumber> wanted;
  for (const ColumnFacts& column : columns) wanted.push_back(column.number);
  const AttrNumber* const numbers = wanted.data();
  auto const count = static_cast<int>(wanted.size());
  return server([&]() -> bool {
    Relation const table = relation_open(relation.oid, AccessShareLock);
    bool found = false;
    ListCell* cell;
    foreach (cell, RelationGetIndexList(table)) {
      Relation const index = index_open(lfirst_oid(cell), AccessShareLock);
      Form_pg_index const form = index->rd_index;
      bool leads = form->indisvalid && form->indnkeyatts >= count &&
                   (index->rd_rel->relam == BTREE_AM_OID || index->rd_rel->relam == HASH_AM_OID) &&
                   heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr);
      for (int i = 0; leads && i < count; ++i)
        leads = std::find(numbers, numbers + count, form->indkey.values[i]) != numbers + count;
      found = found || leads;
      index_close(index, AccessShareLock);
    }
    relation_close(table, AccessShareLock);
    return found;
  });
}

bool add_index(const RelationFacts& relation, const std::vector<ColumnFacts>& columns,
               std::set<std::string>& taken, StatementList& statements) {
  const OptionalText method = access_method(columns);
  std::vector<std::string> names;
  for (const ColumnFacts& column : columns) names.push_back(column.name);
  if (!method) {
    notice("table \"" + relation.name + "\" gets no index on " + quote_identifiers(names) +
           ": type " + columns.front().type_label() + " has no operator class for btree or hash");
    return false;
  }
  std::string name = choose_name(relation, columns, "idx");
  for (int i = 1; taken.count(quote_qualified(relation.schema, name)) > 0; ++i)
    name = choose_name(relation, columns, "idx" + std::to_string(i));
  const std::string qualified = quote_qualified(relation.schema, name);
  taken.insert(qualified);
  statements.add("CREATE INDEX " + quote_identifier(name) + " ON " + relation.qualified() + " " +
                 *method + "(" + quote_identifiers(names) + ")");
  statements.add("COMMENT ON INDEX " + qualified + " IS " + quote_literal(mark));
  return true;
}

std::vector<std::string> indexes_made_here(const RelationFacts& relation) {
  Sql sql;
  const auto rows = sql.read_catalog(
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
