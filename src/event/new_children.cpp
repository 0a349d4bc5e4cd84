// An event trigger: a table that becomes the inheritance child of one on which event schemas are
// enforced has them enforced too, in the command that made it so, and as whoever runs it. (What is
// enforced on a partitioned table, the server hands on to its partitions.)
#include "event/enforce.hpp"

namespace tenancy::event {
namespace {

bool adds_parent(const AlterTableStmt* statement) noexcept {
  ListCell* cell;
  foreach (cell, statement->cmds) {
    Node* const node = static_cast<Node*>(lfirst(cell));
    if (IsA(node, AlterTableCmd) && castNode(AlterTableCmd, node)->subtype == AT_AddInherit)
      return true;
  }
  return false;
}

// Whether the command may have made a child; most have not, and cost no more than this.
bool may_make_child(Node* statement) noexcept {
  if (!statement || IsBinaryUpgrade) return false;
  switch (nodeTag(statement)) {
    case T_CreateStmt: {
      auto* const create = castNode(CreateStmt, statement);
      return create->inhRelations && !create->partbound;
    }
    case T_CreateSchemaStmt:
      return castNode(CreateSchemaStmt, statement)->schemaElts != NIL;
    case T_AlterTableStmt:
      return adds_parent(castNode(AlterTableStmt, statement));
    default:
      return false;
  }
}

std::vector<Oid> changed_tables() {
  return Sql().read_oids(
      "SELECT DISTINCT objid FROM pg_catalog.pg_event_trigger_ddl_commands() "
      "WHERE classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass "
      "AND NOT in_extension AND object_type OPERATOR(pg_catalog.=) 'table' ORDER BY 1");
}

// The enforcement of the first of its parents that has one.
std::optional<Enforcement> inherited_enforcement(const RelationFacts& table) {
  for (Oid const parent : parents_of(table.oid))
    if (std::optional<Enforcement> found = find_enforcement(describe_relation(parent)))
      return found;
  return std::nullopt;
}

void enforce_as_parents(Oid oid) {
  if (!relation_exists(oid)) return;
  const RelationFacts table = describe_relation(oid);
  if (table.kind != RELKIND_RELATION || table.is_partition || find_enforcement(table)) return;
  const std::optional<Enforcement> enforcement = inherited_enforcement(table);
  if (!enforcement) return;
  StatementList statements;
  plan_enforcement(table, *enforcement, !enforcement->quarantine.empty(), NoLock, statements,
                   false);
  statements.run(false);
}

}  // namespace

TENANCY_FUNCTION(tenancy_enforce_on_new_children) {
  if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
    throw Error(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED,
                "not called by the event trigger manager");
  Node* const statement = reinterpret_cast<const EventTriggerData*>(fcinfo->context)->parsetree;
  if (!may_make_child(statement)) return Datum{0};
  for (Oid const table : changed_tables())
    for (Oid const member : inheritors(table, NoLock)) enforce_as_parents(member);
  return Datum{0};
}

}  // namespace tenancy::event
