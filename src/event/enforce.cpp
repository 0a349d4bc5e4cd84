// enforce_event_schemas() and unenforce_event_schemas(): the trigger on a user's table.
#include "event/enforce.hpp"
#include "event/quarantine.hpp"
#include "server/ddl.hpp"

namespace tenancy::event {
namespace {

std::string create_statement(const RelationFacts& relation, const Enforcement& enforcement) {
  std::string arguments;
  for (const std::string& argument : enforcement.trigger_arguments())
    arguments += (arguments.empty() ? "" : ", ") + quote_literal(argument);
  return std::string("CREATE TRIGGER ") + trigger_name + " BEFORE INSERT OR UPDATE ON " +
         relation.qualified() + " FOR EACH ROW EXECUTE FUNCTION tenancy.check_event(" + arguments +
         ")";
}

// A trigger that enforces, or one that has the name of one.
struct Existing {
  std::string name;
  std::string definition;  // as pg_get_triggerdef() writes it
  bool is_ours;            // calls tenancy.check_event()
  bool is_as_wanted;       // for every row, before insert or update, with the wanted arguments
  bool is_enabled;
  bool is_clone;  // made by the trigger of a partitioned table
};

// pg_trigger.tgargs in hexadecimal: each argument with a zero byte after it.
std::string encode_arguments(const std::vector<std::string>& arguments) {
  constexpr const char* digits = "0123456789abcdef";
  std::string bytes;
  for (const std::string& argument : arguments) bytes += argument + '\0';
  std::string hex;
  for (char const c : bytes) {
    auto const byte = static_cast<unsigned char>(c);
    hex += {digits[byte >> 4], digits[byte & 15]};
  }
  return hex;
}

std::vector<Existing> read_triggers(const RelationFacts& relation,
                                    const std::vector<std::string>& arguments) {
  const int type =
      TRIGGER_TYPE_ROW | TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE;
  Sql sql;
  const auto rows = sql.query(
      "SELECT tgname, pg_catalog.pg_get_triggerdef(oid), "
      "  tgfoid OPERATOR(pg_catalog.=) 'tenancy.check_event()'::pg_catalog.regprocedure, "
      "  pg_catalog.encode(tgargs, 'hex') OPERATOR(pg_catalog.=) $2 "
      "    AND tgtype OPERATOR(pg_catalog.=) $3::pg_catalog.int2 AND tgqual IS NULL "
      "    AND tgattr::pg_catalog.text OPERATOR(pg_catalog.=) '', "
      "  tgenabled OPERATOR(pg_catalog.=) ANY ('{O,A}'::pg_catalog.\"char\"[]), "
      "  tgparentid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid "
      "FROM pg_catalog.pg_trigger "
      "WHERE tgrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "AND (tgfoid OPERATOR(pg_catalog.=) 'tenancy.check_event()'::pg_catalog.regprocedure "
      "  OR tgname OPERATOR(pg_catalog.=) $4::pg_catalog.name) "
      "ORDER BY tgname",
      {std::to_string(relation.oid), encode_arguments(arguments), std::to_string(type),
       trigger_name});
  std::vector<Existing> triggers;
  for (const Sql::Row& row : rows)
    triggers.push_back(
        {*row[0], *row[1], row[2] == "t", row[3] == "t", row[4] == "t", row[5] == "t"});
  return triggers;
}

std::string drop_statement(const RelationFacts& relation, const std::string& trigger) {
  return "DROP TRIGGER " + quote_identifier(trigger) + " ON " + relation.qualified();
}

// The tables that need a trigger of their own: that of a partitioned table is cloned to its
// partitions by the server, but inheritance hands none on.
std::vector<RelationFacts> find_targets(const RelationFacts& root, LOCKMODE mode) {
  if (root.kind == RELKIND_PARTITIONED_TABLE) return {root};
  std::vector<RelationFacts> targets;
  for (Oid const oid : inheritors(root.oid, NoLock)) targets.push_back(lock_owned_table(oid, mode));
  return targets;
}

// A partitioned table's trigger cannot be cloned to a partition that has one of the same name.
void drop_from_partitions(const RelationFacts& root, LOCKMODE mode, StatementList& statements) {
  if (root.kind != RELKIND_PARTITIONED_TABLE) return;
  for (Oid const oid : inheritors(root.oid, NoLock)) {
    if (oid == root.oid) continue;
    const RelationFacts partition = lock_owned_table(oid, mode);
    for (const Existing& trigger : read_triggers(partition, {}))
      if (trigger.is_ours && !trigger.is_clone)
        statements.add(drop_statement(partition, trigger.name));
  }
}

void plan_enforce(const RelationFacts& relation, const Enforcement& enforcement, LOCKMODE mode,
                  StatementList& statements) {
  const std::string statement = create_statement(relation, enforcement);
  bool is_there = false;
  for (const Existing& trigger : read_triggers(relation, enforcement.trigger_arguments())) {
    if (!trigger.is_ours || !trigger.is_as_wanted)
      throw Error(ERRCODE_DUPLICATE_OBJECT,
                  trigger.is_ours ? "event schemas are already enforced on table \"" +
                                        relation.name + "\" in another way"
                                  : "trigger \"" + trigger.name + "\" of table \"" + relation.name +
                                        "\" is not one that enforces schemas")
          .detail("Existing: " + trigger.definition + "\nRequested: " + statement)
          .hint(trigger.is_ours ? "Call tenancy.unenforce_event_schemas() first."
                                : "Rename that trigger.");
    is_there = true;
    if (!trigger.is_enabled)
      statements.add("ALTER TABLE " + relation.qualified() + " ENABLE TRIGGER " +
                     quote_identifier(trigger.name));
  }
  if (is_there) return;
  drop_from_partitions(relation, mode, statements);
  statements.add(statement);
}

void plan_unenforce(const RelationFacts& relation, LOCKMODE mode, StatementList& statements) {
  const std::optional<Enforcement> enforcement = find_enforcement(relation);
  for (const Existing& trigger : read_triggers(relation, {})) {
    if (!trigger.is_ours) continue;
    if (trigger.is_clone)
      throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                  "event schemas are enforced on table \"" + relation.name +
                      "\" through its partitioned table")
          .hint("Call tenancy.unenforce_event_schemas() for that.");
    statements.add(drop_statement(relation, trigger.name));
  }
  if (enforcement) drop_quarantine(relation, *enforcement, mode, statements);
}

}  // namespace

void plan_enforcement(const RelationFacts& relation, Enforcement enforcement, bool has_quarantine,
                      LOCKMODE mode, StatementList& statements, bool dry_run) {
  enforcement.columns_in(relation);
  enforcement.quarantine.clear();
  if (has_quarantine) {
    enforcement.quarantine = quarantine_name(relation);
    make_quarantine(relation, enforcement, statements, dry_run);
  }
  plan_enforce(relation, enforcement, mode, statements);
}

TENANCY_FUNCTION(tenancy_enforce_event_schemas) {
  Arguments const arguments(fcinfo);
  const std::string mode_name = arguments.text(5);
  if (mode_name != "reject" && mode_name != "quarantine")
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                "mode must be \"reject\" or \"quarantine\", not \"" + mode_name + "\"");
  Enforcement const enforcement{arguments.name(1), arguments.name(2),
                                arguments.optional_name(3).value_or(""),
                                allows_unknown(arguments.text(4)), ""};
  bool const dry_run = arguments.boolean(6);

  LOCKMODE const mode = dry_run ? AccessShareLock : ShareRowExclusiveLock;
  const RelationFacts root = lock_owned_table(arguments.oid(0), mode);
  StatementList statements;
  for (const RelationFacts& relation : find_targets(root, mode))
    plan_enforcement(relation, enforcement, mode_name == "quarantine", mode, statements, dry_run);
  if (statements.empty())
    notice("event schemas are already enforced on table \"" + root.name + "\"");
  return run_and_return(fcinfo, statements, dry_run);
}

TENANCY_FUNCTION(tenancy_unenforce_event_schemas) {
  Arguments const arguments(fcinfo);
  bool const dry_run = arguments.boolean(1);
  LOCKMODE const mode = dry_run ? AccessShareLock : AccessExclusiveLock;
  const RelationFacts root = lock_owned_table(arguments.oid(0), mode);
  StatementList statements;
  for (const RelationFacts& relation : find_targets(root, mode))
    plan_unenforce(relation, mode, statements);
  if (statements.empty()) notice("event schemas are not enforced on table \"" + root.name + "\"");
  return run_and_return(fcinfo, statements, dry_run);
}

}  // namespace tenancy::event
