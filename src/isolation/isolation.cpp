// enable_isolation() and disable_isolation().
#include <algorithm>

#include "isolation/policy.hpp"
#include "server/ddl.hpp"
#include "tenant/settings.hpp"

namespace tenancy::isolation {
namespace {

struct Request {
  std::string tenant_column;
  std::vector<std::string> roles;
  std::string setting;
  std::string policy_name;
  bool set_default;
  bool create_index;
};

// A plain read while another session writes is enough to show a plan; to carry it out, and to be
// sure that what was read is still so, nobody else may use the table.
LOCKMODE lock_mode(bool dry_run) {
  return dry_run ? AccessShareLock : AccessExclusiveLock;
}

void refuse_unsupported(const Arguments& arguments) {
  auto const refuse = [](const char* argument) {
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED,
                std::string("argument \"") + argument + "\" is not supported yet");
  };
  if (arguments.boolean(5)) refuse("shared_rows");
  if (arguments.boolean(6)) refuse("guard");
  if (!arguments.name_array(7).empty()) refuse("bypass_roles");
}

void check_roles(const std::vector<std::string>& roles) {
  if (roles.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "roles must name at least one role")
        .hint("Use '{public}' for every role.");
  for (const std::string& role : roles) {
    Oid const oid = role_oid(role);
    if (oid != ACL_ID_PUBLIC && server([&] { return has_bypassrls_privilege(oid); }))
      warning("role \"" + role + "\" bypasses row level security: no policy applies to it");
  }
}

ColumnFacts require_tenant_column(const RelationFacts& relation, const std::string& name) {
  ColumnFacts column = describe_column(relation, name);
  if (column.is_generated)
    throw Error(ERRCODE_GENERATED_ALWAYS, "tenant column \"" + name + "\" of relation \"" +
                                              relation.name + "\" is a generated column")
        .hint("Name the column that it is computed from.");
  return column;
}

// Whether a valid index that holds every row leads with the column.
bool has_leading_index(const RelationFacts& relation, const ColumnFacts& column) {
  return server([&]() -> bool {
    Relation const table = relation_open(relation.oid, AccessShareLock);
    bool found = false;
    ListCell* cell;
    foreach (cell, RelationGetIndexList(table)) {
      Relation const index = index_open(lfirst_oid(cell), AccessShareLock);
      Form_pg_index const form = index->rd_index;
      found = found || (form->indisvalid && form->indkey.values[0] == column.number &&
                        index->rd_rel->relam == BTREE_AM_OID &&
                        heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr));
      index_close(index, AccessShareLock);
    }
    relation_close(table, AccessShareLock);
    return found;
  });
}

void add_index(const RelationFacts& relation, const ColumnFacts& column,
               StatementList& statements) {
  const std::string name = server([&]() -> const char* {
    return ChooseRelationName(relation.name.c_str(), column.name.c_str(), "idx",
                              get_rel_namespace(relation.oid), false);
  });
  statements.add("CREATE INDEX " + quote_identifier(name) + " ON " + relation.qualified() + " (" +
                 quote_identifier(column.name) + ")");
  statements.add("COMMENT ON INDEX " + quote_qualified(relation.schema, name) + " IS " +
                 quote_literal(index_comment));
}

void refuse_conflict(const RelationFacts& relation, const Policy& existing,
                     const PolicyDefinition& wanted) {
  const std::string problem = existing.name == wanted.name
                                  ? "policy \"" + wanted.name + "\" for table \"" + relation.name +
                                        "\" already exists with another definition"
                                  : "table \"" + relation.name +
                                        "\" is already isolated by policy \"" + existing.name +
                                        "\"";
  throw Error(ERRCODE_DUPLICATE_OBJECT, problem)
      .detail("Existing: " + existing.definition(relation) +
              "\nRequested: " + create_statement(relation, wanted))
      .hint("Two permissive policies widen each other. Call tenancy.disable_isolation() first.");
}

void plan_enable(const RelationFacts& relation, const Request& request, StatementList& statements) {
  const ColumnFacts column = require_tenant_column(relation, request.tenant_column);
  const PolicyDefinition wanted{request.policy_name, request.roles,
                                tenant_condition(column, request.setting)};
  std::optional<Undo> recorded;
  bool exists = false;
  for (const Policy& policy : read_policies(relation)) {
    if (policy.name == wanted.name && is_same(relation, policy, wanted)) {
      exists = true;
      recorded = policy.undo;
    } else if (policy.name == wanted.name || policy.names_tenant) {
      refuse_conflict(relation, policy, wanted);
    } else if (policy.is_permissive) {
      warning("policy \"" + policy.name + "\" of table \"" + relation.name +
              "\" is permissive: it widens what a tenant may touch");
    }
  }

  Undo undo = recorded.value_or(Undo{});
  const std::string alter = "ALTER TABLE ONLY " + relation.qualified() + " ";
  if (!exists) statements.add(create_statement(relation, wanted));
  if (!relation.row_security) {
    statements.add(alter + "ENABLE ROW LEVEL SECURITY");
    undo.row_security = true;
  }
  if (!relation.force_row_security) {
    statements.add(alter + "FORCE ROW LEVEL SECURITY");
    undo.force_row_security = true;
  }
  if (request.set_default) {
    const std::string existing = column_default(relation, column);
    if (existing.empty() && !column.is_identity) {
      statements.add(alter + "ALTER COLUMN " + quote_identifier(column.name) + " SET DEFAULT " +
                     tenant_call(column, request.setting));
      undo.column_default = true;
    } else if (!undo.column_default) {
      notice("column \"" + column.name + "\" of table \"" + relation.name +
             "\" keeps its own default");
    }
  }
  if (!exists || (recorded && undo != *recorded))
    statements.add("COMMENT ON POLICY " + quote_identifier(wanted.name) + " ON " +
                   relation.qualified() + " IS " + quote_literal(undo.to_comment()));
  // An index of a partitioned table is on its partitions too.
  if (request.create_index && !relation.is_partition && !has_leading_index(relation, column))
    add_index(relation, column, statements);
}

void plan_disable(const RelationFacts& relation, StatementList& statements) {
  const std::string alter = "ALTER TABLE ONLY " + relation.qualified() + " ";
  for (const Policy& policy : read_policies(relation)) {
    if (!policy.names_tenant) continue;
    if (!policy.undo)
      notice("policy \"" + policy.name + "\" of table \"" + relation.name +
             "\" carries no record of what was there before it: row level security stays on");
    const Undo undo = policy.undo.value_or(Undo{});
    for (const std::string& index : indexes_made_here(relation))
      statements.add("DROP INDEX " + index);
    if (undo.column_default)
      for (const std::string& column : columns_with_tenant_default(relation))
        statements.add(alter + "ALTER COLUMN " + quote_identifier(column) + " DROP DEFAULT");
    statements.add("DROP POLICY " + quote_identifier(policy.name) + " ON " + relation.qualified());
    if (undo.force_row_security && relation.force_row_security)
      statements.add(alter + "NO FORCE ROW LEVEL SECURITY");
    if (undo.row_security && relation.row_security)
      statements.add(alter + "DISABLE ROW LEVEL SECURITY");
  }
}

// The table and its children, each locked and each the caller's own.
std::vector<RelationFacts> lock_family(Oid oid, bool dry_run) {
  const RelationFacts table = lock_owned_table(oid, lock_mode(dry_run));
  std::vector<RelationFacts> family;
  for (Oid const member : inheritors(table.oid, lock_mode(dry_run))) {
    family.push_back(describe_relation(member));
    require_table(family.back());
    require_owner(family.back());
  }
  return family;
}

}  // namespace

TENANCY_FUNCTION(tenancy_enable_isolation)
{
  Arguments const arguments(fcinfo);
  Request const request{arguments.name(1), arguments.name_array(2), arguments.text(3),
                        arguments.name(4), arguments.boolean(8),    arguments.boolean(9)};
  bool const dry_run = arguments.boolean(10);
  refuse_unsupported(arguments);
  tenant::require_tenant_setting(request.setting);
  check_roles(request.roles);

  const auto family = lock_family(arguments.oid(0), dry_run);
  StatementList statements;
  for (const RelationFacts& relation : family) plan_enable(relation, request, statements);
  if (statements.empty())
    notice("table \"" + family.front().name + "\" is already isolated by policy \"" +
           request.policy_name + "\"");
  return run_and_return(fcinfo, statements, dry_run);
}

TENANCY_FUNCTION(tenancy_disable_isolation)
{
  Arguments const arguments(fcinfo);
  bool const dry_run = arguments.boolean(1);
  const auto family = lock_family(arguments.oid(0), dry_run);
  StatementList statements;
  for (const RelationFacts& relation : family) plan_disable(relation, statements);
  if (statements.empty()) notice("table \"" + family.front().name + "\" is not isolated");
  return run_and_return(fcinfo, statements, dry_run);
}

}  // namespace tenancy::isolation
