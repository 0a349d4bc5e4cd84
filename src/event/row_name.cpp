#include "event/row_name.hpp"

namespace tenancy::event {

std::string row_name_sql(Sql& sql, const RelationFacts& relation) {
  bool const has_places = relation.kind == RELKIND_RELATION ||
                          relation.kind == RELKIND_PARTITIONED_TABLE ||
                          relation.kind == RELKIND_MATVIEW;
  const std::vector<std::string> key = primary_key(relation);
  const auto may_read = sql.read(
      "SELECT pg_catalog.has_table_privilege($1::pg_catalog.oid, 'SELECT'), "
      "pg_catalog.bool_and(pg_catalog.has_column_privilege($1::pg_catalog.oid, name, 'SELECT')) "
      "FROM pg_catalog.unnest($2::pg_catalog.text[]) AS k(name)",
      {std::to_string(relation.oid), array_literal(key)});
  if (!key.empty() && may_read[0][1] == "t") {
    std::string values;
    for (const std::string& column : key)
      values += (values.empty() ? "" : ", ', ', ") + ("e." + quote_identifier(column));
    std::string names;
    for (const std::string& column : key) names += (names.empty() ? "" : ", ") + column;
    return "pg_catalog.concat(" + quote_literal("(" + names + ")=(") + ", " + values + ", ')')";
  }
  if (may_read[0][0] != "t" || !has_places) return "NULL";
  return "pg_catalog.concat('ctid ', e.ctid, CASE WHEN e.tableoid OPERATOR(pg_catalog.<>) " +
         std::to_string(relation.oid) +
         "::pg_catalog.oid THEN pg_catalog.concat(' of ', e.tableoid::pg_catalog.regclass) END)";
}

}  // namespace tenancy::event
