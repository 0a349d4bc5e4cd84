#include "isolation/policy.hpp"

#include <algorithm>
#include <set>

#include "server/catalog.hpp"

namespace tenancy::isolation {
namespace {

// From here on: plain data, and server zone.

struct PolicyRow {
  Oid oid, relation;
  NameData name;
  bool is_permissive;
  char command;
  const char** roles;
  int role_count;
  const char *using_tree, *check_tree, *comment;  // or null
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

Rows<PolicyRow> read_rows(Oid index, std::initializer_list<ScanKeyData> keys) {
  Rows<PolicyRow> found{};
  scan_catalog(PolicyRelationId, index, keys, [&](HeapTuple tuple, TupleDesc descriptor) {
    found.add(read_row(tuple, descriptor));
  });
  return found;
}

// The tables with policies that depend on `relation`; one as often as it has such policies.
Rows<Oid> relations_of_dependent_policies(Oid relation) {
  Rows<Oid> found{};
  scan_catalog(DependRelationId, DependReferenceIndexId,
               {oid_key(Anum_pg_depend_refclassid, RelationRelationId),
                oid_key(Anum_pg_depend_refobjid, relation)},
               [&](HeapTuple dependency, TupleDesc) {
                 auto* const form = reinterpret_cast<Form_pg_depend>(GETSTRUCT(dependency));
                 if (form->classid != PolicyRelationId) return;
                 scan_catalog(
                     PolicyRelationId, PolicyOidIndexId, {oid_key(Anum_pg_policy_oid, form->objid)},
                     [&](HeapTuple tuple, TupleDesc) {
                       found.add(reinterpret_cast<Form_pg_policy>(GETSTRUCT(tuple))->polrelid);
                     });
               });
  return found;
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

bool Policy::is_for_all() const {
  return is_permissive && command == '*' && using_tree && check_tree &&
         same_tree(*using_tree, *check_tree);
}

bool Policy::is_tenant_policy(const RelationFacts& relation) const {
  if (undo) return undo->part == Part::tenant;
  return is_for_all() && read_comparison(relation, *using_tree);
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
  Rows<PolicyRow> const rows = server([&] {
    return read_rows(PolicyPolrelidPolnameIndexId,
                     {oid_key(Anum_pg_policy_polrelid, relation.oid)});
  });
  std::vector<Policy> policies;
  for (const PolicyRow& row : rows) policies.push_back(to_policy(row));
  sort_by_name(policies);
  return policies;
}

std::map<Oid, std::vector<Policy>> read_all_policies() {
  Rows<PolicyRow> const rows = server([] { return read_rows(InvalidOid, {}); });
  std::map<Oid, std::vector<Policy>> policies;
  for (const PolicyRow& row : rows) policies[row.relation].push_back(to_policy(row));
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
  Rows<Oid> const found = server([&] { return relations_of_dependent_policies(relation.oid); });
  std::set<Oid> oids(found.begin(), found.end());
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
