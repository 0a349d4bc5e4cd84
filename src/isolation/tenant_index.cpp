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
  struct Found {
    const Oid* oids;
    int count;
  };
  Found const found = server([&]() -> Found {
    Relation const table = relation_open(relation.oid, AccessShareLock);
    List* const indexes = RelationGetIndexList(table);
    auto* const oids = static_cast<Oid*>(palloc((list_length(indexes) + 1) * sizeof(Oid)));
    int count = 0;
    ListCell* cell;
    foreach (cell, indexes) {
      const char* const comment = GetComment(lfirst_oid(cell), RelationRelationId, 0);
      if (comment && std::strcmp(comment, mark) == 0 && !get_rel_relispartition(lfirst_oid(cell)))
        oids[count++] = lfirst_oid(cell);
    }
    relation_close(table, AccessShareLock);
    return {oids, count};
  });
  std::vector<std::string> names;
  for (int i = 0; i < found.count; ++i)
    names.push_back(describe_relation(found.oids[i]).qualified());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tenancy::isolation
