#include "isolation/policy.hpp"

#include <algorithm>
#include <set>

namespace tenancy::isolation {
namespace {

// The catalog is read directly, by its indexes: the planner, which may know nothing of its size,
// would read all of it for each of many tables. What is read is as of now, whatever the
// transaction's snapshot. From here on: plain data, and server zone.

struct PolicyRow {
  Oid oid, relation;
  NameData name;
  bool is_permissive;
  char command;
  const char** roles;
  int role_count;
  const char *using_tree, *check_tree, *comment;  // or null
};

struct RowList {
  const PolicyRow* rows;
  int count;
};

struct OidList {
  const Oid* oids;
  int count;
};

// A column of a tuple as text; null where it is null.
const char* text_of(HeapTuple tuple, AttrNumber column, TupleDesc descriptor) {
  bool is_null;
  Datum const value = heap_getattr(tuple, column, descriptor, &is_null);
  return is_null ? nullptr : TextDatumGetCString(value);
}

PolicyRow read_row(HeapTuple tuple, TupleDesc descriptor) {
  auto* const form = reinterpret_cast<Form_pg_policy>(GETSTRUCT(tuple));
  PolicyRow row{};
  row.oid = form->oid;
  row.relation = form->polrelid;
  row.name = form->polname;
  row.is_permissive = form->polpermissive;
  row.command = form->polcmd;
  row.using_tree = text_of(tuple, Anum_pg_policy_polqual, descriptor);
  row.check_tree = text_of(tuple, Anum_pg_policy_polwithcheck, descriptor);
  row.comment = GetComment(form->oid, PolicyRelationId, 0);
  bool is_null;
  ArrayType* const roles =
      DatumGetArrayTypePCopy(heap_getattr(tuple, Anum_pg_policy_polroles, descriptor, &is_null));
  int const count = ARR_NDIM(roles) == 1 ? ARR_DIMS(roles)[0] : 0;
  auto* const oids = reinterpret_cast<Oid*>(ARR_DATA_PTR(roles));
  row.roles = static_cast<const char**>(palloc((count + 1) * sizeof(char*)));
  for (int i = 0; i < count; ++i) {
    // A policy for PUBLIC has the role 0; a role that is just being dropped has no name.
    const char* const name = oids[i] == ACL_ID_PUBLIC ? "public" : GetUserNameFromId(oids[i], true);
    if (name) row.roles[row.role_count++] = name;
  }
  return row;
}

// The policies of a relation, or of all where there is none.
RowList read_rows(Oid relation) {
  int capacity = 8;
  auto* rows = static_cast<PolicyRow*>(palloc(capacity * sizeof(PolicyRow)));
  int count = 0;
  Relation const catalog = table_open(PolicyRelationId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_policy_polrelid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(relation));
  SysScanDesc const scan =
      systable_beginscan(catalog, PolicyPolrelidPolnameIndexId, OidIsValid(relation), nullptr,
                         OidIsValid(relation) ? 1 : 0, &key);
  while (HeapTuple const tuple = systable_getnext(scan)) {
    if (count == capacity) {
      capacity *= 2;
      rows = static_cast<PolicyRow*>(repalloc(rows, capacity * sizeof(PolicyRow)));
    }
    rows[count++] = read_row(tuple, RelationGetDescr(catalog));
  }
  systable_endscan(scan);
  table_close(catalog, AccessShareLock);
  return {rows, count};
}

Oid relation_of_policy(Relation catalog, Oid policy) {
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_policy_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(policy));
  SysScanDesc const scan = systable_beginscan(catalog, PolicyOidIndexId, true, nullptr, 1, &key);
  HeapTuple const tuple = systable_getnext(scan);
  Oid const relation = HeapTupleIsValid(tuple)
                           ? reinterpret_cast<Form_pg_policy>(GETSTRUCT(tuple))->polrelid
                           : InvalidOid;
  systable_endscan(scan);
  return relation;
}

// The tables with policies that depend on `relation`.
OidList relations_of_dependent_policies(Oid relation) {
  List* found = NIL;
  Relation const policies = table_open(PolicyRelationId, AccessShareLock);
  Relation const dependencies = table_open(DependRelationId, AccessShareLock);
  ScanKeyData keys[2];
  ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(RelationRelationId));
  ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(relation));
  SysScanDesc const scan =
      systable_beginscan(dependencies, DependReferenceIndexId, true, nullptr, 2, keys);
  while (HeapTuple const tuple = systable_getnext(scan)) {
    auto* const form = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
    if (form->classid != PolicyRelationId) continue;
    Oid const owner = relation_of_policy(policies, form->objid);
    if (OidIsValid(owner)) found = list_append_unique_oid(found, owner);
  }
  systable_endscan(scan);
  table_close(dependencies, AccessShareLock);
  table_close(policies, AccessShareLock);
  auto* const oids = static_cast<Oid*>(palloc((list_length(found) + 1) * sizeof(Oid)));
  int count = 0;
  ListCell* cell;
  foreach (cell, found) oids[count++] = lfirst_oid(cell);
  return {oids, count};
}

// C++ zone again.

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

bool is_same_expression(const RelationFacts& relation, const OptionalText& tree,
                        const OptionalText& condition) {
  if (!tree || !condition) return !tree && !condition;
  return is_condition(relation, *tree, *condition);
}

Policy to_policy(const PolicyRow& row) {
  Policy policy;
  policy.oid = row.oid;
  policy.name = NameStr(row.name);
  policy.is_permissive = row.is_permissive;
  policy.command = row.command;
  for (int role = 0; role < row.role_count; ++role) policy.roles.push_back(row.roles[role]);
  policy.roles = sorted(std::move(policy.roles));
  if (row.using_tree) policy.using_tree = row.using_tree;
  if (row.check_tree) policy.check_tree = row.check_tree;
  if (row.comment) {
    policy.comment = row.comment;
    policy.undo = Undo::from_comment(row.comment);
  }
  return policy;
}

void sort_by_name(std::vector<Policy>& policies) {
  std::sort(policies.begin(), policies.end(),
            [](const Policy& a, const Policy& b) { return a.name < b.name; });
}

const char* command_name(char command) {
  switch (command) {
    case 'r':
      return "SELECT";
    case 'a':
      return "INSERT";
    case 'w':
      return "UPDATE";
    case 'd':
      return "DELETE";
    default:
      return "ALL";
  }
}

}  // namespace

std::string PolicyDefinition::create_statement(const RelationFacts& relation) const {
  std::string text = "CREATE POLICY " + quote_identifier(name) + " ON " + relation.qualified() +
                     " AS " + (is_permissive ? "PERMISSIVE" : "RESTRICTIVE") + " FOR " +
                     command_name(command) + " TO " + quote_roles(roles);
  if (using_condition) text += " USING (" + *using_condition + ")";
  if (check_condition) text += " WITH CHECK (" + *check_condition + ")";
  return text;
}

bool Policy::is_tenant_policy(const RelationFacts& relation) const {
  if (undo) return undo->part == Part::tenant;
  return is_permissive && command == '*' && using_tree && check_tree &&
         read_comparison(relation, *using_tree) && same_tree(*using_tree, *check_tree);
}

std::string Policy::definition(const RelationFacts& relation) const {
  Sql sql;
  const auto rows = sql.read_catalog(
      "SELECT pg_catalog.pg_get_expr(polqual, polrelid), "
      "pg_catalog.pg_get_expr(polwithcheck, polrelid) FROM pg_catalog.pg_policy "
      "WHERE oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid",
      {std::to_string(oid)});
  PolicyDefinition same{Part::tenant, name, is_permissive, command, roles, {}, {}};
  if (!rows.empty()) {
    same.using_condition = rows[0][0];
    same.check_condition = rows[0][1];
  }
  return same.create_statement(relation);
}

std::vector<Policy> read_policies(const RelationFacts& relation) {
  RowList const rows = server([&] { return read_rows(relation.oid); });
  std::vector<Policy> policies;
  for (int i = 0; i < rows.count; ++i) policies.push_back(to_policy(rows.rows[i]));
  sort_by_name(policies);
  return policies;
}

std::map<Oid, std::vector<Policy>> read_all_policies() {
  RowList const rows = server([] { return read_rows(InvalidOid); });
  std::map<Oid, std::vector<Policy>> policies;
  for (int i = 0; i < rows.count; ++i)
    policies[rows.rows[i].relation].push_back(to_policy(rows.rows[i]));
  for (auto& [relation, its_policies] : policies) sort_by_name(its_policies);
  return policies;
}

const Policy* find_tenant_policy(const RelationFacts& relation,
                                 const std::vector<Policy>& policies) {
  const Policy* found = nullptr;
  for (const Policy& policy : policies)
    if ((!found || (policy.undo && !found->undo)) && policy.is_tenant_policy(relation))
      found = &policy;
  return found;
}

std::string comment_statement(const RelationFacts& relation, const std::string& policy,
                              const std::string& comment) {
  return "COMMENT ON POLICY " + quote_identifier(policy) + " ON " + relation.qualified() + " IS " +
         (comment.empty() ? "NULL" : quote_literal(comment));
}

bool is_same(const RelationFacts& relation, const Policy& policy, const PolicyDefinition& wanted) {
  return policy.is_permissive == wanted.is_permissive && policy.command == wanted.command &&
         sorted(policy.roles) == sorted(wanted.roles) &&
         is_same_expression(relation, policy.using_tree, wanted.using_condition) &&
         is_same_expression(relation, policy.check_tree, wanted.check_condition);
}

std::vector<RelationFacts> tables_isolated_through(const RelationFacts& relation) {
  OidList const found = server([&] { return relations_of_dependent_policies(relation.oid); });
  std::set<Oid> oids(found.oids, found.oids + found.count);
  oids.erase(relation.oid);
  std::vector<RelationFacts> tables;
  for (Oid const oid : oids) {
    RelationFacts table = describe_relation(oid);
    const std::vector<Policy> policies = read_policies(table);
    if (std::any_of(policies.begin(), policies.end(), [](const Policy& policy) {
          return policy.undo && !policy.undo->foreign_key.empty();
        }))
      tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace tenancy::isolation
