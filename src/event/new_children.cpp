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
  Node* const statement = require_event_trigger_call(fcinfo)->parsetree;
  if (!may_make_child(statement)) return Datum{0};
  for (Oid const table : changed_tables())
    for (Oid const member : inheritors(table, NoLock)) enforce_as_parents(member);
  return Datum{0};
}

}  // namespace tenancy::event
