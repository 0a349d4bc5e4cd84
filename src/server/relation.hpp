// Catalog facts about relations, columns, roles and types. C++ zone.
#pragma once

#include "server/sql.hpp"

namespace tenancy {

struct RelationFacts {
  Oid oid = InvalidOid;
  Oid schema_oid = InvalidOid;
  Oid owner = InvalidOid;
  std::string schema;
  std::string name;
  char kind = 0;         // pg_class.relkind
  char persistence = 0;  // pg_class.relpersistence
  bool row_security = false;
  bool force_row_security = false;
  bool is_partition = false;

  std::string qualified() const { return quote_qualified(schema, name); }
};

// Whether there is, or still is, a relation with this OID.
bool relation_exists(Oid oid);

// The relation as it is now; 42P01 where there is none with this OID.
RelationFacts describe_relation(Oid oid);

// Refuses what is not a table of the user's (ordinary or partitioned): 42809 for another kind of
// relation, 42501 for a system catalog.
void require_table(const RelationFacts& relation);

// Refuses what CREATE INDEX is not for: a materialized view is as good as a table. With the errors
// of require_table().
void require_indexable(const RelationFacts& relation);

// Refuses a caller who does not own it: 42501.
void require_owner(const RelationFacts& relation);

// describe_relation(), require_table() and require_owner() under a lock that is held to the end of
// the transaction. The caller's right to it is checked before the lock is waited for.
RelationFacts lock_owned_table(Oid oid, LOCKMODE mode);

// The same with require_indexable().
RelationFacts lock_owned_indexable(Oid oid, LOCKMODE mode);

// lock_owned_table(); nothing where it was dropped before the lock was had.
std::optional<RelationFacts> try_lock_owned_table(Oid oid, LOCKMODE mode);

// The table and everything that inherits from it, partitions of every level included, each locked;
// the table itself comes first.
std::vector<Oid> inheritors(Oid oid, LOCKMODE mode);

// The tables that it directly inherits from, or is a partition of.
std::vector<Oid> parents_of(Oid oid);

// Acts as this role, a table's owner, for as long as the object lives: functions of theirs, in an
// index or a policy, get no other rights by being called meanwhile, and leave no setting behind.
class AsOwner {
 public:
  explicit AsOwner(Oid owner);
  ~AsOwner();
  AsOwner(const AsOwner&) = delete;
  AsOwner& operator=(const AsOwner&) = delete;

 private:
  Oid user_;
  int context_, settings_;
};

struct ColumnFacts {
  AttrNumber number = 0;
  std::string name;
  Oid type = InvalidOid;
  int32 type_modifier = -1;
  bool is_generated = false;  // GENERATED ALWAYS AS (expression)
  bool is_identity = false;
  bool has_default = false;
  bool is_not_null = false;

  // The name of its type, schema-qualified outside pg_catalog, without type modifier.
  std::string type_name() const;
  // The same for a message: qualified only where the caller would not find it otherwise.
  std::string type_label() const;
};

// 42703 where there is no such column, 0A000 for a system column.
ColumnFacts describe_column(const RelationFacts& relation, const std::string& name);

// The default of a column that has one, as pg_node_tree.
std::string default_tree(const RelationFacts& relation, const ColumnFacts& column);

// The name of a column by its number; 42703 where it was dropped.
std::string column_name(const RelationFacts& relation, AttrNumber number);

// Whether there is a column of the user's with that name.
bool has_column(const RelationFacts& relation, const std::string& name);

// The columns of its primary key, in the order of the key; none where it has none.
std::vector<std::string> primary_key(const RelationFacts& relation);

// The name of a schema; 3F000 where there is none with this OID.
std::string schema_name(Oid oid);

// Refuses a schema of the system: 42501.
void require_user_schema(const std::string& name);

// The OID of a role; 42704 where there is none. "public" is ACL_ID_PUBLIC.
Oid role_oid(const std::string& name);
// The roles of a list as SQL: PUBLIC, or quoted names.
std::string quote_roles(const std::vector<std::string>& names);

}  // namespace tenancy
