#include "isolation/foreign_key.hpp"

namespace tenancy::isolation {

std::vector<ForeignKey> foreign_keys(const RelationFacts& relation) {
  Sql sql;
  // A key that refers to a partitioned table has further entries, one for each of its partitions.
  const auto rows = sql.read_catalog(
      "SELECT c.conname, c.confrelid, a.attname, f.attname, n.nspname, o.oprname, k.position "
      "FROM pg_catalog.pg_constraint c "
      "CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(c.conkey), pg_catalog.unnest(c.confkey), "
      "  pg_catalog.unnest(c.conpfeqop)) WITH ORDINALITY AS k(attnum, fattnum, operator, position) "
      "JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.conrelid "
      "  AND a.attnum OPERATOR(pg_catalog.=) k.attnum "
      "JOIN pg_catalog.pg_attribute f ON f.attrelid OPERATOR(pg_catalog.=) c.confrelid "
      "  AND f.attnum OPERATOR(pg_catalog.=) k.fattnum "
      "JOIN pg_catalog.pg_operator o ON o.oid OPERATOR(pg_catalog.=) k.operator "
      "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) o.oprnamespace "
      "WHERE c.conrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "AND c.contype OPERATOR(pg_catalog.=) 'f' AND NOT EXISTS ("
      "  SELECT FROM pg_catalog.pg_constraint p WHERE p.oid OPERATOR(pg_catalog.=) c.conparentid "
      "  AND p.conrelid OPERATOR(pg_catalog.=) c.conrelid) "
      "ORDER BY c.conname, k.position",
      {std::to_string(relation.oid)});
  std::vector<ForeignKey> keys;
  for (const Sql::Row& row : rows) {
    if (row[6] == "1") keys.push_back({*row[0], static_cast<Oid>(std::stoul(*row[1])), {}});
    keys.back().columns.push_back(
        {*row[2], *row[3], "OPERATOR(" + quote_identifier(*row[4]) + "." + *row[5] + ")"});
  }
  return keys;
}

Scope scope_along(const RelationFacts& relation, const Path& path) {
  Scope scope;
  std::string referencing = relation.qualified();
  std::string first;
  for (std::size_t i = 0; i < path.keys.size(); ++i) {
    const ForeignKey& key = path.keys[i];
    const RelationFacts table = describe_relation(key.referenced);
    const std::string alias = "p" + std::to_string(i + 1);
    // The constraint is on the rows of the table itself. Those of its inheritance children may have
    // the same keys, and another tenant.
    const std::string item = (table.kind == RELKIND_PARTITIONED_TABLE ? "" : "ONLY ") +
                             table.qualified() + " AS " + alias;
    std::string equal;
    for (const ForeignKey::Column& column : key.columns) {
      if (i == 0) describe_column(relation, column.referencing);
      if (!equal.empty()) equal += " AND ";
      equal += alias + "." + quote_identifier(column.referenced) + " " + column.equality + " " +
               referencing + "." + quote_identifier(column.referencing);
    }
    if (i == 0) {
      scope.opening = "EXISTS (SELECT FROM " + item;
      first = equal;
    } else {
      scope.opening += " JOIN " + item + " ON " + equal;
    }
    referencing = alias;
    if (i + 1 == path.keys.size()) scope.column = describe_column(table, path.tenant_column);
  }
  scope.opening += " WHERE " + first + " AND ";
  scope.closing = ")";
  scope.reference = referencing + "." + quote_identifier(path.tenant_column);
  scope.column.type = server([&] { return getBaseType(scope.column.type); });
  return scope;
}

}  // namespace tenancy::isolation
