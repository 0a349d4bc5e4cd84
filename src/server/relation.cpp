#include "server/relation.hpp"

#include "server/catalog.hpp"

namespace tenancy {
namespace {

const char* kind_name(char kind) {
  switch (kind) {
    case RELKIND_INDEX:
    case RELKIND_PARTITIONED_INDEX:
      return "an index";
    case RELKIND_SEQUENCE:
      return "a sequence";
    case RELKIND_TOASTVALUE:
      return "a TOAST table";
    case RELKIND_VIEW:
      return "a view";
    case RELKIND_MATVIEW:
      return "a materialized view";
    case RELKIND_COMPOSITE_TYPE:
      return "a composite type";
    case RELKIND_FOREIGN_TABLE:
      return "a foreign table";
    default:
      return "not a table";
  }
}

RelationFacts lock_owned(Oid oid, LOCKMODE mode, void (*require)(const RelationFacts&)) {
  RelationFacts const before = describe_relation(oid);
  require(before);
  require_owner(before);
  server([&] { LockRelationOid(oid, mode); });
  // It may have been dropped, renamed or given away while the lock was waited for.
  RelationFacts relation = describe_relation(oid);
  require(relation);
  require_owner(relation);
  return relation;
}

}  // namespace

bool relation_exists(Oid oid) {
  return server([&] { return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(oid)); });
}

RelationFacts describe_relation(Oid oid) {
  struct Facts {
    bool found;
    NameData schema, name;
    Oid schema_oid, owner;
    char kind, persistence;
    bool row_security, force_row_security, is_partition;
  };
  Facts const facts = server([&]() -> Facts {
    Facts read{};
    HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) return read;
    auto* const form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    read.found = true;
    namestrcpy(&read.name, NameStr(form->relname));
    if (char* const schema = get_namespace_name(form->relnamespace))
      namestrcpy(&read.schema, schema);
    read.schema_oid = form->relnamespace;
    read.owner = form->relowner;
    read.kind = form->relkind;
    read.persistence = form->relpersistence;
    read.row_security = form->relrowsecurity;
    read.force_row_security = form->relforcerowsecurity;
    read.is_partition = form->relispartition;
    ReleaseSysCache(tuple);
    return read;
  });
  if (!facts.found)
    throw Error(ERRCODE_UNDEFINED_TABLE,
                "relation with OID " + std::to_string(oid) + " does not exist");
  return {oid,
          facts.schema_oid,
          facts.owner,
          NameStr(facts.schema),
          NameStr(facts.name),
          facts.kind,
          facts.persistence,
          facts.row_security,
          facts.force_row_security,
          facts.is_partition};
}

void require_table(const RelationFacts& relation) {
  if (relation.kind != RELKIND_RELATION && relation.kind != RELKIND_PARTITIONED_TABLE)
    throw Error(ERRCODE_WRONG_OBJECT_TYPE, "\"" + relation.name + "\" is not a table")
        .detail("It is " + std::string(kind_name(relation.kind)) + ".");
  if (server([&] {
        return IsCatalogRelationOid(relation.oid) ||
               IsToastNamespace(get_rel_namespace(relation.oid));
      }) ||
      relation.schema == "information_schema")
    throw Error(ERRCODE_INSUFFICIENT_PRIVILEGE,
                "permission denied: \"" + relation.name + "\" is a system catalog");
}

void require_owner(const RelationFacts& relation) {
  if (!server([&] { return owns_relation(relation.oid, GetUserId()); }))
    throw Error(ERRCODE_INSUFFICIENT_PRIVILEGE, "must be owner of table " + relation.name);
}

void require_indexable(const RelationFacts& relation) {
  if (relation.kind == RELKIND_MATVIEW) return;
  if (relation.kind == RELKIND_VIEW || relation.kind == RELKIND_FOREIGN_TABLE)
    throw Error(ERRCODE_WRONG_OBJECT_TYPE, "\"" + relation.name + "\" is not a table")
        .detail("It is " + std::string(kind_name(relation.kind)) + ".")
        .hint(relation.kind == RELKIND_VIEW
                  ? "A view has no rows of its own: make the index on a table that it reads."
                  : "Make the index where its rows are, on the other server.");
  require_table(relation);
}

RelationFacts lock_owned_table(Oid oid, LOCKMODE mode) {
  return lock_owned(oid, mode, require_table);
}

RelationFacts lock_owned_indexable(Oid oid, LOCKMODE mode) {
  return lock_owned(oid, mode, require_indexable);
}

std::optional<RelationFacts> try_lock_owned_table(Oid oid, LOCKMODE mode) {
  if (!relation_exists(oid)) return std::nullopt;
  RelationFacts const before = describe_relation(oid);
  require_table(before);
  require_owner(before);
  server([&] { LockRelationOid(oid, mode); });
  if (!relation_exists(oid)) {
    server([&] { UnlockRelationOid(oid, mode); });
    return std::nullopt;
  }
  return lock_owned_table(oid, mode);
}

std::vector<Oid> parents_of(Oid oid) {
  Rows<Oid> const found = server([&] {
    Rows<Oid> parents{};
    scan_catalog(InheritsRelationId, InheritsRelidSeqnoIndexId,
                 {oid_key(Anum_pg_inherits_inhrelid, oid)}, [&](HeapTuple tuple, TupleDesc) {
                   parents.add(reinterpret_cast<Form_pg_inherits>(GETSTRUCT(tuple))->inhparent);
                 });
    return parents;
  });
  return {found.begin(), found.end()};
}

std::vector<Oid> inheritors(Oid oid, LOCKMODE mode) {
  Rows<Oid> const found = server([&] {
    Rows<Oid> oids{};
    ListCell* cell;
    foreach (cell, find_all_inheritors(oid, mode, nullptr)) oids.add(lfirst_oid(cell));
    return oids;
  });
  return {found.begin(), found.end()};
}

AsOwner::AsOwner(Oid owner) {
  GetUserIdAndSecContext(&user_, &context_);
  settings_ = NewGUCNestLevel();
  SetUserIdAndSecContext(owner,
                         context_ | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
}

AsOwner::~AsOwner() {
  AtEOXact_GUC(false, settings_);
  SetUserIdAndSecContext(user_, context_);
}

std::string ColumnFacts::type_name() const {
  // With the modifier "given", as none: "character" alone would mean character(1), "bit" bit(1).
  return server([&]() -> const char* {
    return format_type_extended(type, -1, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
  });
}

std::string ColumnFacts::type_label() const {
  return server([&]() -> const char* { return format_type_be(type); });
}

ColumnFacts describe_column(const RelationFacts& relation, const std::string& name) {
  struct Facts {
    AttrNumber number;
    Oid type;
    int32 type_modifier;
    bool is_generated, is_identity, has_default, is_not_null;
  };
  Facts const facts = server([&]() -> Facts {
    Facts read{};
    HeapTuple const tuple = SearchSysCacheAttName(relation.oid, name.c_str());
    if (!HeapTupleIsValid(tuple)) return read;
    auto* const form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
    read = {form->attnum,
            form->atttypid,
            form->atttypmod,
            form->attgenerated != '\0',
            form->attidentity != '\0',
            form->atthasdef && form->attgenerated == '\0',
            form->attnotnull};
    ReleaseSysCache(tuple);
    return read;
  });
  if (facts.number == 0)
    throw Error(ERRCODE_UNDEFINED_COLUMN,
                "column \"" + name + "\" of relation \"" + relation.name + "\" does not exist");
  if (facts.number < 0)
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "\"" + name + "\" is a system column");
  return {facts.number,       name,
          facts.type,         facts.type_modifier,
          facts.is_generated, facts.is_identity,
          facts.has_default,  facts.is_not_null};
}

std::string default_tree(const RelationFacts& relation, const ColumnFacts& column) {
  return server([&]() -> const char* {
    ScanKeyData number;
    ScanKeyInit(&number, Anum_pg_attrdef_adnum, BTEqualStrategyNumber, F_INT2EQ,
                Int16GetDatum(column.number));
    const char* found = nullptr;
    scan_catalog(AttrDefaultRelationId, AttrDefaultIndexId,
                 {oid_key(Anum_pg_attrdef_adrelid, relation.oid), number},
                 [&](HeapTuple tuple, TupleDesc descriptor) {
                   bool is_null;
                   Datum const value =
                       heap_getattr(tuple, Anum_pg_attrdef_adbin, descriptor, &is_null);
                   if (!is_null) found = TextDatumGetCString(value);
                 });
    if (!found) elog(ERROR, "column %d of relation %u has no default", column.number, relation.oid);
    return found;
  });
}

std::string column_name(const RelationFacts& relation, AttrNumber number) {
  return server([&]() -> const char* { return get_attname(relation.oid, number, false); });
}

bool has_column(const RelationFacts& relation, const std::string& name) {
  return server([&] { return get_attnum(relation.oid, name.c_str()) > 0; });
}

std::vector<std::string> primary_key(const RelationFacts& relation) {
  Sql sql;
  const auto rows = sql.read_catalog(
      "SELECT attname FROM pg_catalog.pg_index "
      "CROSS JOIN LATERAL pg_catalog.unnest(indkey::pg_catalog.int2[]) WITH ORDINALITY AS k(n, at) "
      "JOIN pg_catalog.pg_attribute ON attrelid OPERATOR(pg_catalog.=) indrelid "
      "  AND attnum OPERATOR(pg_catalog.=) k.n "
      "WHERE indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid AND indisprimary "
      "AND k.at OPERATOR(pg_catalog.<=) indnkeyatts ORDER BY k.at",
      {std::to_string(relation.oid)});
  std::vector<std::string> names;
  for (const Sql::Row& row : rows) names.push_back(*row[0]);
  return names;
}

std::string schema_name(Oid oid) {
  const char* const name = server([&]() -> const char* { return get_namespace_name(oid); });
  if (!name)
    throw Error(ERRCODE_UNDEFINED_SCHEMA,
                "schema with OID " + std::to_string(oid) + " does not exist");
  return name;
}

void require_user_schema(const std::string& name) {
  if (name.starts_with("pg_") || name == "information_schema")
    throw Error(ERRCODE_INSUFFICIENT_PRIVILEGE,
                "permission denied: \"" + name + "\" is a schema of the system");
}

Oid role_oid(const std::string& name) {
  if (name == "public") return ACL_ID_PUBLIC;
  return server([&] { return get_role_oid(name.c_str(), false); });
}

std::string quote_roles(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += ", ";
    joined += name == "public" ? "PUBLIC" : quote_identifier(name);
  }
  return joined;
}

}  // namespace tenancy
