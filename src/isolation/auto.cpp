// The event triggers: what becomes of a table that is made, or of one that another takes as its
// child.
//
// A new child of an isolated table is isolated as its parent is, always; another new table, if its
// schema has a rule. Both are done in the command that made the table, and as whoever runs it. The
// locks are on the new table and what is below it, which the command has locked likewise: never on
// the parent or on its other children.
#include <algorithm>

#include "isolation/family.hpp"
#include "isolation/plan.hpp"
#include "isolation/rule.hpp"

namespace tenancy::isolation {
namespace {

// What a command may have done that concerns isolation.
enum class Change {
  none,
  created,   // tables
  moved,     // a table, to another schema
  column,    // a table has a column of a name that it had not
  inherits,  // a table has another parent
  attached,  // a table has another child
  renamed_schema,
};

// The change that a command made, by its parse tree; most are none, and cost no more than this.
Change change_of_table(const AlterTableStmt* statement) noexcept {
  Change change = Change::none;
  ListCell* cell;
  foreach (cell, statement->cmds) {
    Node* const node = static_cast<Node*>(lfirst(cell));
    if (!IsA(node, AlterTableCmd)) continue;
    switch (castNode(AlterTableCmd, node)->subtype) {
      case AT_AttachPartition:
        return Change::attached;  // stands alone
      case AT_AddInherit:
        return Change::inherits;
      case AT_AddColumn:
        change = Change::column;
        break;
      default:
        break;
    }
  }
  return change;
}

Change change_of(Node* statement) noexcept {
  if (!statement || IsBinaryUpgrade) return Change::none;
  switch (nodeTag(statement)) {
    case T_CreateStmt:
    case T_CreateForeignTableStmt:
    case T_CreateTableAsStmt:
    case T_ImportForeignSchemaStmt:
      return Change::created;
    case T_CreateSchemaStmt:
      return castNode(CreateSchemaStmt, statement)->schemaElts ? Change::created : Change::none;
    case T_AlterTableStmt:
      return change_of_table(castNode(AlterTableStmt, statement));
    case T_AlterObjectSchemaStmt:
      return Change::moved;
    case T_RenameStmt:
      switch (castNode(RenameStmt, statement)->renameType) {
        case OBJECT_COLUMN:
        case OBJECT_ATTRIBUTE:
          return Change::column;
        case OBJECT_SCHEMA:
          return Change::renamed_schema;
        default:
          return Change::none;
      }
    default:
      return Change::none;
  }
}

// Whether the statement gives a column of that name to a table that lacked it. Only that brings a
// table under a rule: one that its owner opened stays open, whatever else is altered.
bool gives_column(Node* statement, const std::string& name) {
  if (IsA(statement, RenameStmt)) return castNode(RenameStmt, statement)->newname == name;
  if (!IsA(statement, AlterTableStmt)) return false;
  ListCell* cell;
  foreach (cell, castNode(AlterTableStmt, statement)->cmds) {
    Node* const node = static_cast<Node*>(lfirst(cell));
    if (!IsA(node, AlterTableCmd)) continue;
    auto* const command = castNode(AlterTableCmd, node);
    if (command->subtype == AT_AddColumn && castNode(ColumnDef, command->def)->colname == name)
      return true;
  }
  return false;
}

// Whether the statement alters a type, and the tables that are made of it.
bool alters_type(Node* statement) noexcept {
  if (IsA(statement, AlterTableStmt))
    return castNode(AlterTableStmt, statement)->objtype == OBJECT_TYPE;
  return IsA(statement, RenameStmt) &&
         castNode(RenameStmt, statement)->renameType == OBJECT_ATTRIBUTE;
}

// The tables of the type that the command in progress altered.
std::vector<Oid> tables_of_changed_type() {
  Sql sql;
  return sql.read_oids(
      "SELECT DISTINCT c.oid FROM pg_catalog.pg_event_trigger_ddl_commands() e "
      "JOIN pg_catalog.pg_type t ON t.typrelid OPERATOR(pg_catalog.=) e.objid "
      "JOIN pg_catalog.pg_class c ON c.reloftype OPERATOR(pg_catalog.=) t.oid "
      "WHERE e.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass "
      "AND NOT e.in_extension ORDER BY 1");
}

// The child that ATTACH PARTITION names, looked up as the command has looked it up.
Oid attached_table(Node* statement) {
  return server([&]() -> Oid {
    ListCell* cell;
    foreach (cell, castNode(AlterTableStmt, statement)->cmds) {
      auto* const command = lfirst_node(AlterTableCmd, cell);
      if (command->subtype == AT_AttachPartition)
        return RangeVarGetRelid(castNode(PartitionCmd, command->def)->name, NoLock, true);
    }
    return InvalidOid;
  });
}

// A foreign table has no policies.
void report_foreign_child(const RelationFacts& table, const RelationFacts& parent) {
  const std::string problem = "foreign table \"" + table.name +
                              "\" is a child of isolated table \"" + parent.name +
                              "\", and cannot be isolated itself";
  const std::optional<Rule> rule = find_rule(table.schema);
  if (rule && rule->on_missing == "refuse")
    throw Error(ERRCODE_INVALID_TABLE_DEFINITION, problem)
        .hint("Isolate the rows on the server that has them.");
  warning(problem, "Grant no rights on it: who may read it reads the rows of every tenant.");
}

bool default_is_ours(const RelationFacts& parent) {
  const std::vector<Policy> policies = read_policies(parent);
  const Policy* const tenant = find_tenant_policy(parent, policies);
  return tenant && tenant->undo && tenant->undo->column_default;
}

// At once: what comes after, another parent or another table of the command, is compared with what
// there is then.
void isolate_family(const RelationFacts& table, const Definition& definition,
                    bool is_default_ours) {
  Plan plan;
  plan.is_automatic = true;
  const std::vector<RelationFacts> family = lock_family(table.oid, false, true);
  for (Oid const oid : inheritors(table.oid, NoLock))
    if (const RelationFacts member = describe_relation(oid); member.kind == RELKIND_FOREIGN_TABLE)
      report_foreign_child(member, table);
  plan_family(family, definition, plan, is_default_ours);
  plan.statements.run(false);
}

// Isolates a table as its parents are; whether any of them is.
bool isolate_as_parents(const RelationFacts& table) {
  bool is_done = false;
  for (Oid const oid : parents_of(table.oid)) {
    const RelationFacts parent = describe_relation(oid);
    const std::optional<Definition> definition = read_definition(parent);
    if (!definition) continue;
    is_done = true;
    if (table.kind == RELKIND_FOREIGN_TABLE) {
      report_foreign_child(table, parent);
      continue;
    }
    isolate_family(table, *definition, default_is_ours(parent));
  }
  return is_done;
}

void report_missing(const RelationFacts& table, const Rule& rule) {
  if (rule.on_missing == "ignore") return;
  bool const is_foreign = table.kind == RELKIND_FOREIGN_TABLE;
  const std::string& column = rule.definition.tenant_column;
  const std::string problem =
      is_foreign ? "foreign table \"" + table.name + "\" cannot be isolated"
                 : "table \"" + table.name + "\" has no column \"" + column + "\", by which the " +
                       "tables of schema \"" + table.schema + "\" are isolated";
  if (rule.on_missing == "refuse")
    throw Error(ERRCODE_INVALID_TABLE_DEFINITION, problem)
        .hint(is_foreign ? "Make it in another schema."
                         : "Give it the column, or make it in another schema.");
  warning(problem, is_foreign ? "Isolate the rows on the server that has them."
                              : "ALTER TABLE " + table.qualified() + " ADD COLUMN " +
                                    quote_identifier(column) +
                                    " ...; or isolate it with tenancy.enable_isolation_through().");
}

// A role of a rule may be dropped: nothing depends on it.
void require_roles(const Rule& rule) {
  auto const require = [&](const std::string& role) {
    if (role == "public" || server([&] { return OidIsValid(get_role_oid(role.c_str(), true)); }))
      return;
    throw Error(ERRCODE_UNDEFINED_OBJECT, "role \"" + role + "\" does not exist")
        .detail("The rule of automatic isolation of schema \"" + rule.schema + "\" names it.")
        .hint(
            "Call tenancy.auto_isolate_off() for the schema, and tenancy.auto_isolate() again "
            "without the role.");
  };
  for (const std::string& role : rule.definition.roles) require(role);
  for (const std::string& role : rule.definition.bypass_roles) require(role);
}

void isolate_by_rule(const RelationFacts& table, Change change, Node* statement) {
  if (table.persistence == RELPERSISTENCE_TEMP) return;
  std::optional<Rule> rule = find_rule(table.schema);
  if (!rule) return;
  bool const is_new = change == Change::created || change == Change::moved;
  if (!is_new && !gives_column(statement, rule->definition.tenant_column)) return;
  if (table.kind == RELKIND_FOREIGN_TABLE || !has_column(table, rule->definition.tenant_column)) {
    report_missing(table, *rule);
    return;
  }
  // However it is isolated already, it was asked for.
  const std::vector<Policy> policies = read_policies(table);
  if (find_isolating_policy(table, policies)) return;
  require_roles(*rule);
  check_definition(rule->definition, false);
  isolate_family(table, rule->definition, false);
}

bool is_isolated(const RelationFacts& table) {
  if (!table.row_security) return false;
  const std::vector<Policy> policies = read_policies(table);
  return find_isolating_policy(table, policies) != nullptr;
}

// What is read through a parent, the parent's policies decide upon, and not the table's own.
void report_open_parents(Oid oid) {
  const RelationFacts table = describe_relation(oid);
  if (!is_isolated(table)) return;
  for (Oid const parent_oid : parents_of(oid)) {
    const RelationFacts parent = describe_relation(parent_oid);
    if (is_isolated(parent)) continue;
    const std::string problem = "rows of isolated table \"" + table.name +
                                "\" are read through its parent \"" + parent.name +
                                "\", which is not isolated";
    const std::string hint = "Isolate the parent, or grant no rights on it.";
    const std::optional<Rule> rule = find_rule(table.schema);
    if (rule && rule->on_missing == "refuse")
      throw Error(ERRCODE_INVALID_TABLE_DEFINITION, problem).hint("Isolate the parent first.");
    warning(problem, hint);
  }
}

void isolate(Oid oid, Change change, Node* statement) {
  if (!relation_exists(oid)) return;
  const RelationFacts table = describe_relation(oid);
  if (table.kind != RELKIND_RELATION && table.kind != RELKIND_PARTITIONED_TABLE &&
      table.kind != RELKIND_FOREIGN_TABLE)
    return;
  bool const has_new_parent =
      change == Change::created || change == Change::inherits || change == Change::attached;
  if (!has_new_parent || !isolate_as_parents(table)) isolate_by_rule(table, change, statement);
  if (has_new_parent) report_open_parents(oid);
}

}  // namespace

TENANCY_FUNCTION(tenancy_isolate_new_tables) {
  Node* const statement = require_event_trigger_call(fcinfo)->parsetree;
  Change const change = change_of(statement);
  if (change == Change::none) return Datum{0};
  if (change == Change::renamed_schema) {
    auto* const rename = castNode(RenameStmt, statement);
    rename_rule(rename->subname, rename->newname);
    return Datum{0};
  }
  for (Oid const table : alters_type(statement) ? tables_of_changed_type() : changed_tables()) {
    if (change == Change::attached) {
      isolate(attached_table(statement), change, statement);
    } else if (change == Change::column || change == Change::inherits) {
      // A column that a table gets, its children get.
      for (Oid const member : inheritors(table, NoLock)) isolate(member, change, statement);
    } else {
      isolate(table, change, statement);
    }
  }
  return Datum{0};
}

TENANCY_FUNCTION(tenancy_end_rules_of_schemas) {
  require_event_trigger_call(fcinfo);
  std::vector<std::string> schemas;
  {
    Sql sql;
    for (const Sql::Row& row :
         sql.read_catalog("SELECT object_name FROM pg_catalog.pg_event_trigger_dropped_objects() "
                          "WHERE object_type OPERATOR(pg_catalog.=) 'schema'"))
      if (row[0]) schemas.push_back(*row[0]);
  }
  for (const std::string& schema : schemas) drop_rule(schema);
  return Datum{0};
}

}  // namespace tenancy::isolation
