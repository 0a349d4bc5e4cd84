#include "index/advice/inventory.hpp"

#include <algorithm>
#include <set>

#include "server/expression.hpp"

namespace tenancy::index {
namespace {

// Server zone: plain data.

struct ClassRow {
  Oid oid, schema, owner;
  NameData name;
  char kind, persistence;
  bool row_security, force_row_security, is_partition;
  Oid method;
  float rows;
  int pages;
};

// The indexes that constraints have, and those that foreign keys refer to.
struct Constraints {
  Rows<StoredKey> foreign_keys;
  Rows<Oid> own, referenced;
};

Rows<ClassRow> read_classes() {
  Rows<ClassRow> found{};
  scan_catalog(RelationRelationId, InvalidOid, {}, [&](HeapTuple tuple, TupleDesc) {
    auto* const form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    char const kind = form->relkind;
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_INDEX &&
        kind != RELKIND_PARTITIONED_INDEX)
      return;
    if (IsToastNamespace(form->relnamespace) || IsCatalogNamespace(form->relnamespace)) return;
    found.add({form->oid, form->relnamespace, form->relowner, form->relname, kind,
               form->relpersistence, form->relrowsecurity, form->relforcerowsecurity,
               form->relispartition, form->relam, form->reltuples, form->relpages});
  });
  return found;
}

template <typename T>
const T* copy(const T* values, int count) {
  auto* const copied = static_cast<T*>(palloc(static_cast<std::size_t>(count + 1) * sizeof(T)));
  std::copy(values, values + count, copied);
  return copied;
}

const char* text_attribute(HeapTuple tuple, int column, TupleDesc descriptor) {
  bool is_null;
  Datum const value = heap_getattr(tuple, column, descriptor, &is_null);
  return is_null ? nullptr : TextDatumGetCString(value);
}

const Oid* oids_attribute(HeapTuple tuple, int column, TupleDesc descriptor, int count) {
  bool is_null;
  Datum const value = heap_getattr(tuple, column, descriptor, &is_null);
  return copy(reinterpret_cast<oidvector*>(DatumGetPointer(value))->values, count);
}

// How many transactions have been given a number since the one that wrote the row.
int age_of(HeapTuple tuple) {
  TransactionId const writer = HeapTupleHeaderGetXmin(tuple->t_data);
  return TransactionIdIsNormal(writer) ? static_cast<int>(ReadNextTransactionId() - writer)
                                       : INT_MAX;
}

Rows<StoredIndex> read_indexes() {
  Rows<StoredIndex> found{};
  scan_catalog(IndexRelationId, InvalidOid, {}, [&](HeapTuple tuple, TupleDesc descriptor) {
    auto* const form = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
    if (form->indexrelid < FirstNormalObjectId) return;
    StoredIndex index{};
    index.oid = form->indexrelid;
    index.table = form->indrelid;
    index.is_unique = form->indisunique;
    index.is_primary = form->indisprimary;
    index.is_exclusion = form->indisexclusion;
    index.is_replica_identity = form->indisreplident;
    index.is_clustered = form->indisclustered;
    index.nulls_not_distinct = form->indnullsnotdistinct;
    index.is_valid = is_usable(form);
    index.is_live = form->indislive;
    index.age = age_of(tuple);
    index.keys = form->indnkeyatts;
    index.attributes = form->indnatts;
    index.columns = copy(form->indkey.values, index.attributes);
    index.opclasses = oids_attribute(tuple, Anum_pg_index_indclass, descriptor, index.keys);
    index.collations = oids_attribute(tuple, Anum_pg_index_indcollation, descriptor, index.keys);
    bool is_null;
    Datum const options = heap_getattr(tuple, Anum_pg_index_indoption, descriptor, &is_null);
    index.options =
        copy(reinterpret_cast<int2vector*>(DatumGetPointer(options))->values, index.keys);
    index.expressions = text_attribute(tuple, Anum_pg_index_indexprs, descriptor);
    index.predicate = text_attribute(tuple, Anum_pg_index_indpred, descriptor);
    found.add(index);
  });
  return found;
}

// Whether looking up the rows that refer to a key is anything that the server does.
bool is_looked_up(const FormData_pg_constraint* form) {
  return form->contype == CONSTRAINT_FOREIGN && is_enforced(form);
}

Constraints read_constraints() {
  Constraints found{};
  scan_catalog(ConstraintRelationId, InvalidOid, {}, [&](HeapTuple tuple, TupleDesc) {
    auto* const form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
    if (form->contype == CONSTRAINT_FOREIGN && OidIsValid(form->conindid))
      found.referenced.add(form->conindid);
    else if (OidIsValid(form->conindid))
      found.own.add(form->conindid);
    if (!is_looked_up(form)) return;
    StoredKey key{};
    key.oid = form->oid;
    key.table = form->conrelid;
    key.referenced = form->confrelid;
    key.name = form->conname;
    key.is_inherited = OidIsValid(form->conparentid);
    DeconstructFkConstraintRow(tuple, &key.columns, key.referencing, key.referenced_columns,
                               key.operators, nullptr, nullptr, nullptr, nullptr);
    if (has_period(form)) --key.columns;  // the rest is compared by equality
    found.foreign_keys.add(key);
  });
  return found;
}

// C++ zone again.

// Answers for each schema, and for each owner, once.
class Schemas {
 public:
  // Empty for one of the system.
  const std::string& name(Oid schema) {
    auto const [entry, is_new] = names_.try_emplace(schema);
    if (is_new &&
        server([&]() -> bool { return isTempNamespace(schema) || is_users_schema(schema); }))
      entry->second = schema_name(schema);
    return entry->second;
  }
  bool owns(Oid owner) {
    auto const [entry, is_new] = owners_.try_emplace(owner);
    if (is_new) entry->second = server([&] { return has_privs_of_role(GetUserId(), owner); });
    return entry->second;
  }

 private:
  std::map<Oid, std::string> names_;
  std::map<Oid, bool> owners_;
};

std::set<Oid> set_of(const Rows<Oid>& rows) {
  return {rows.begin(), rows.end()};
}

// Of indexes that are attached to others: the root, which cannot be dropped without them.
void find_roots(const Rows<StoredIndex>& indexes, const Rows<Inheritance>& inherits) {
  std::map<Oid, StoredIndex*> by_oid;
  for (StoredIndex* index = indexes.rows; index != indexes.end(); ++index)
    by_oid.emplace_hint(by_oid.end(), index->oid, index);
  std::map<Oid, Oid> parents;
  for (const Inheritance& row : inherits)
    if (by_oid.count(row.child) > 0) parents.emplace(row.child, row.parent);
  for (const auto& attached : parents) {
    StoredIndex* const index = by_oid[attached.first];
    for (auto up = parents.find(index->oid); up != parents.end(); up = parents.find(up->second))
      index->root = up->second;
    auto const root = by_oid.find(index->root);
    if (root == by_oid.end()) continue;
    root->second->is_replica_identity |= index->is_replica_identity;
    root->second->is_clustered |= index->is_clustered;
    root->second->is_constraint |= index->is_constraint;
    root->second->is_referenced |= index->is_referenced;
  }
}

}  // namespace

List* StoredIndex::predicate_list() const {
  if (!predicate) return NIL;
  List* const conditions = canonical_condition(static_cast<Node*>(stringToNode(predicate)));
  fix_opfuncids(reinterpret_cast<Node*>(conditions));
  return conditions;
}

List* StoredIndex::expression_list() const {
  if (!expressions) return NIL;
  auto* const list = eval_const_expressions(nullptr, static_cast<Node*>(stringToNode(expressions)));
  fix_opfuncids(list);
  return castNode(List, list);
}

Inventory read_inventory() {
  server([] { AcceptInvalidationMessages(); });
  uint64 const as_of = SharedInvalidMessageCounter;
  Rows<ClassRow> const classes = server([] { return read_classes(); });
  Rows<Inheritance> const inherits = server([] { return read_inheritance(); });
  Rows<StoredIndex> const indexes = server([] { return read_indexes(); });
  Constraints const constraints = server([] { return read_constraints(); });
  const std::set<Oid> members = set_of(server([] { return members_of_extensions(); }));
  const std::set<Oid> own = set_of(constraints.own), referenced = set_of(constraints.referenced);

  Inventory tables;
  Schemas schemas;
  std::map<Oid, const ClassRow*> index_classes;
  for (const ClassRow& row : classes) {
    if (row.kind == RELKIND_INDEX || row.kind == RELKIND_PARTITIONED_INDEX) {
      index_classes.emplace_hint(index_classes.end(), row.oid, &row);
      continue;
    }
    const std::string& schema = schemas.name(row.schema);
    if (schema.empty() || members.count(row.oid) > 0) continue;
    StoredTable& table = tables[row.oid];
    table.facts = {row.oid,         row.schema,        row.owner,
                   schema,          NameStr(row.name), row.kind,
                   row.persistence, row.row_security,  row.force_row_security,
                   row.is_partition};
    table.as_of = as_of;
    table.rows = row.rows;
    table.pages = row.pages;
    table.is_owned = schemas.owns(row.owner);
    table.shows_statistics =
        table.is_owned &&
        (!row.row_security ||
         server([&] { return check_enable_rls(row.oid, InvalidOid, true); }) != RLS_ENABLED);
  }
  for (StoredIndex* index = indexes.rows; index != indexes.end(); ++index) {
    auto const table = tables.find(index->table);
    auto const row = index_classes.find(index->oid);
    if (table == tables.end() || row == index_classes.end()) continue;
    index->name = row->second->name;
    index->method = row->second->method;
    index->rows = row->second->rows;
    index->is_attached = row->second->is_partition;
    index->root = index->oid;
    index->is_constraint = own.count(index->oid) > 0;
    index->is_referenced = referenced.count(index->oid) > 0;
    table->second.indexes.push_back(index);
  }
  find_roots(indexes, inherits);
  for (const StoredKey& key : constraints.foreign_keys)
    if (auto const table = tables.find(key.table); table != tables.end())
      table->second.foreign_keys.push_back(&key);
  for (const Inheritance& row : inherits)
    if (auto const parent = tables.find(row.parent);
        parent != tables.end() && tables.count(row.child) > 0)
      parent->second.children.push_back(row.child);
  for (auto& [oid, table] : tables) {
    std::sort(table.indexes.begin(), table.indexes.end(),
              [](const StoredIndex* a, const StoredIndex* b) { return a->oid < b->oid; });
    std::sort(table.foreign_keys.begin(), table.foreign_keys.end(),
              [](const StoredKey* a, const StoredKey* b) {
                return std::strcmp(NameStr(a->name), NameStr(b->name)) < 0;
              });
    std::sort(table.children.begin(), table.children.end());
  }
  return tables;
}

bool comes_before(const RelationFacts& a, const RelationFacts& b) {
  const auto height = [](const RelationFacts& table) {
    return table.is_partition ? (table.kind == RELKIND_PARTITIONED_TABLE ? 1 : 0) : 2;
  };
  int const heights[] = {height(a), height(b)};
  return std::tie(heights[0], a.schema, a.name) < std::tie(heights[1], b.schema, b.name);
}

}  // namespace tenancy::index
