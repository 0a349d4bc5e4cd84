#include "server/relation.hpp"

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

RelationFacts lock_owned_table(Oid oid, LOCKMODE mode) {
  RelationFacts const before = describe_relation(oid);
  require_table(before);
  require_owner(before);
  server([&] { LockRelationOid(oid, mode); });
  // It may have been dropped, renamed or given away while the lock was waited for.
  RelationFacts relation = describe_relation(oid);
  require_table(relation);
  require_owner(relation);
  return relation;
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
  struct Found {
    const Oid* oids;
    int count;
  };
  Found const found = server([&]() -> Found {
    List* parents = NIL;
    Relation const inherits = table_open(InheritsRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(oid));
    SysScanDesc const scan =
        systable_beginscan(inherits, InheritsRelidSeqnoIndexId, true, nullptr, 1, &key);
    while (HeapTuple const tuple = systable_getnext(scan))
      parents =
          lappend_oid(parents, reinterpret_cast<Form_pg_inherits>(GETSTRUCT(tuple))->inhparent);
    systable_endscan(scan);
    table_close(inherits, AccessShareLock);
    auto* const oids = static_cast<Oid*>(palloc((list_length(parents) + 1) * sizeof(Oid)));
    int count = 0;
    ListCell* cell;
    foreach (cell, parents) oids[count++] = lfirst_oid(cell);
    return {oids, count};
  });
  return {found.oids, found.oids + found.count};
}

std::vector<Oid> inheritors(Oid oid, LOCKMODE mode) {
  struct Found {
    const Oid* oids;
    int count;
  };
  Found const found = server([&]() -> Found {
    List* const list = find_all_inheritors(oid, mode, nullptr);
    auto* const oids = static_cast<Oid*>(palloc(list_length(list) * sizeof(Oid)));
    int count = 0;
    ListCell* cell;
    foreach (cell, list) oids[count++] = lfirst_oid(cell);
    return {oids, count};
  });
  return {found.oids, found.oids + found.count};
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
  const char* const tree = server([&]() -> const char* {
    Relation const defaults = table_open(AttrDefaultRelationId, AccessShareLock);
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_attrdef_adrelid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(relation.oid));
    ScanKeyInit(&keys[1], Anum_pg_attrdef_adnum, BTEqualStrategyNumber, F_INT2EQ,
                Int16GetDatum(column.number));
    SysScanDesc const scan =
        systable_beginscan(defaults, AttrDefaultIndexId, true, nullptr, 2, keys);
    const char* found = nullptr;
    if (HeapTuple const tuple = systable_getnext(scan)) {
      bool is_null;
      Datum const value =
          heap_getattr(tuple, Anum_pg_attrdef_adbin, RelationGetDescr(defaults), &is_null);
      if (!is_null) found = TextDatumGetCString(value);
    }
    systable_endscan(scan);
    table_close(defaults, AccessShareLock);
    if (!found) elog(ERROR, "column %d of relation %u has no default", column.number, relation.oid);
    return found;
  });
  return tree;
}

std::string column_name(const RelationFacts& relation, AttrNumber number) {
  return server([&]() -> const char* { return get_attname(relation.oid, number, false); });
}

bool has_column(const RelationFacts& relation, const std::string& name) {
  return server([&] { return get_attnum(relation.oid, name.c_str()) > 0; });
}

std::string schema_name(Oid oid) {
  const char* const name = server([&]() -> const char* { return get_namespace_name(oid); });
  if (!name)
    throw Error(ERRCODE_UNDEFINED_SCHEMA,
                "schema with OID " + std::to_string(oid) + " does not exist");
  return name;
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
