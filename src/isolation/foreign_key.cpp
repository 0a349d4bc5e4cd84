#include "isolation/foreign_key.hpp"

#include <algorithm>

#include "server/catalog.hpp"

namespace tenancy::isolation {
namespace {

// Server zone: plain data.
struct Row {
  NameData name;
  Oid referenced;
  bool is_validated;
  int column_count;
  AttrNumber referencing_columns[INDEX_MAX_KEYS], referenced_columns[INDEX_MAX_KEYS];
  Oid operators[INDEX_MAX_KEYS];
};

Oid table_of_constraint(Oid constraint) {
  HeapTuple const tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
  if (!HeapTupleIsValid(tuple)) return InvalidOid;
  Oid const table = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple))->conrelid;
  ReleaseSysCache(tuple);
  return table;
}

Rows<Row> read_rows(Oid relation) {
  Rows<Row> found{};
  scan_catalog(
      ConstraintRelationId, ConstraintRelidTypidNameIndexId,
      {oid_key(Anum_pg_constraint_conrelid, relation)}, [&](HeapTuple tuple, TupleDesc) {
        auto* const form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        // Others do not say that each row refers to the one row whose key equals its own.
        if (form->contype != CONSTRAINT_FOREIGN || !is_enforced(form) || has_period(form)) return;
        // A key that refers to a partitioned table has further entries, one for each of its
        // partitions.
        if (OidIsValid(form->conparentid) && table_of_constraint(form->conparentid) == relation)
          return;
        Row row{form->conname, form->confrelid, form->convalidated, 0, {}, {}, {}};
        DeconstructFkConstraintRow(tuple, &row.column_count, row.referencing_columns,
                                   row.referenced_columns, row.operators, nullptr, nullptr, nullptr,
                                   nullptr);
        found.add(row);
      });
  return found;
}

// C++ zone again. OPERATOR(schema.name).
std::string operator_name(Oid oid) {
  struct Name {
    const char* schema;
    const char* name;
  };
  Name const found = server([&]() -> Name {
    HeapTuple const tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for operator %u", oid);
    Oid const schema = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple))->oprnamespace;
    ReleaseSysCache(tuple);
    return {get_namespace_name(schema), get_opname(oid)};
  });
  return "OPERATOR(" + quote_identifier(found.schema) + "." + found.name + ")";
}

// The constraint compares with the collation of the referenced column. Nothing where the other
// column has the same one.
std::string collate_clause(Oid referencing, AttrNumber referencing_column, Oid referenced,
                           AttrNumber referenced_column) {
  struct Name {
    const char* schema;
    const char* name;
  };
  Name const found = server([&]() -> Name {
    Oid types[2], collations[2];
    int32 modifiers[2];
    get_atttypetypmodcoll(referencing, referencing_column, &types[0], &modifiers[0],
                          &collations[0]);
    get_atttypetypmodcoll(referenced, referenced_column, &types[1], &modifiers[1], &collations[1]);
    if (collations[0] == collations[1] || !OidIsValid(collations[1])) return {};
    HeapTuple const tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collations[1]));
    if (!HeapTupleIsValid(tuple))
      elog(ERROR, "cache lookup failed for collation %u", collations[1]);
    auto* const form = reinterpret_cast<Form_pg_collation>(GETSTRUCT(tuple));
    Name const name{get_namespace_name(form->collnamespace), pstrdup(NameStr(form->collname))};
    ReleaseSysCache(tuple);
    return name;
  });
  return found.name ? " COLLATE " + quote_qualified(found.schema, found.name) : "";
}

}  // namespace

std::vector<ForeignKey> foreign_keys(const RelationFacts& relation) {
  Rows<Row> const rows = server([&] { return read_rows(relation.oid); });
  std::vector<ForeignKey> keys;
  for (const Row& row : rows) {
    ForeignKey key{NameStr(row.name), row.referenced, row.is_validated, {}};
    const RelationFacts referenced = describe_relation(row.referenced);
    for (int column = 0; column < row.column_count; ++column)
      key.columns.push_back({column_name(relation, row.referencing_columns[column]),
                             column_name(referenced, row.referenced_columns[column]),
                             operator_name(row.operators[column]),
                             collate_clause(relation.oid, row.referencing_columns[column],
                                            row.referenced, row.referenced_columns[column])});
    keys.push_back(std::move(key));
  }
  std::sort(keys.begin(), keys.end(),
            [](const ForeignKey& a, const ForeignKey& b) { return a.name < b.name; });
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
               referencing + "." + quote_identifier(column.referencing) + column.collate;
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
