// enforce_event_schemas() and unenforce_event_schemas(): the trigger on a user's table.
#include "server/ddl.hpp"
#include "server/relation.hpp"

namespace tenancy::event {
namespace {

// Triggers of one kind fire in the order of their names. This one is to see the row as the others
// leave it.
constexpr const char* trigger_name = "zz_tenancy_event_schema";

struct Existing {
  std::string name;
  std::string definition;  // as pg_get_triggerdef() writes it
  bool is_as_wanted;       // for every row, before insert or update, with the wanted arguments
  bool is_enabled;
};

// The enforcing triggers of a table that are its own, not cloned from a partitioned table's.
std::vector<Existing> enforcing_triggers(const RelationFacts& relation,
                                         const std::vector<std::string>& arguments) {
  // pg_trigger.tgargs: each argument with a zero byte after it.
  std::string bytes;
  for (const std::string& argument : arguments) bytes += argument + '\0';
  std::string hex;
  for (char const c : bytes) {
    constexpr const char* digits = "0123456789abcdef";
    auto const byte = static_cast<unsigned char>(c);
    hex += {digits[byte >> 4], digits[byte & 15]};
  }
  const int type =
      TRIGGER_TYPE_ROW | TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE;
  Sql sql;
  const auto rows = sql.query(
      "SELECT tgname, pg_catalog.pg_get_triggerdef(oid), "
      "  pg_catalog.encode(tgargs, 'hex') OPERATOR(pg_catalog.=) $2 "
      "    AND tgtype OPERATOR(pg_catalog.=) $3::pg_catalog.int2 AND tgqual IS NULL "
      "    AND tgattr::pg_catalog.text OPERATOR(pg_catalog.=) '', "
      "  tgenabled OPERATOR(pg_catalog.=) ANY ('{O,A}'::pg_catalog.\"char\"[]) "
      "FROM pg_catalog.pg_trigger "
      "WHERE tgrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "AND tgfoid OPERATOR(pg_catalog.=) 'tenancy.check_event()'::pg_catalog.regprocedure "
      "AND tgparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid AND NOT tgisinternal "
      "ORDER BY tgname",
      {std::to_string(relation.oid), hex, std::to_string(type)});
  std::vector<Existing> triggers;
  for (const Sql::Row& row : rows)
    triggers.push_back({*row[0], *row[1], row[2] == "t", row[3] == "t"});
  return triggers;
}

void require_type(const RelationFacts& relation, const std::string& name,
                  std::initializer_list<Oid> types, const char* expected) {
  const ColumnFacts column = describe_column(relation, name);
  if (column.is_generated)
    throw Error(ERRCODE_GENERATED_ALWAYS, "column \"" + name + "\" of relation \"" + relation.name +
                                              "\" is a generated column")
        .detail("Its value is computed after the trigger has run.");
  Oid const base = server([&] { return getBaseType(column.type); });
  for (Oid const type : types)
    if (base == type) return;
  throw Error(ERRCODE_DATATYPE_MISMATCH, "column \"" + name + "\" of relation \"" + relation.name +
                                             "\" is of type " + column.type_label() + ", not " +
                                             expected);
}

}  // namespace

TENANCY_FUNCTION(tenancy_enforce_event_schemas)
{
  Arguments const arguments(fcinfo);
  std::string const type_column = arguments.name(1);
  std::string const payload_column = arguments.name(2);
  std::string const version_column = arguments.optional_name(3).value_or("");
  std::string const on_unknown = arguments.text(4);
  bool const dry_run = arguments.boolean(5);
  if (on_unknown != "reject" && on_unknown != "allow")
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                "on_unknown must be \"reject\" or \"allow\", not \"" + on_unknown + "\"");

  const RelationFacts relation =
      lock_owned_table(arguments.oid(0), dry_run ? AccessShareLock : ShareRowExclusiveLock);
  require_type(relation, type_column, {TEXTOID, VARCHAROID}, "text or character varying");
  require_type(relation, payload_column, {JSONBOID}, "jsonb");
  if (!version_column.empty()) require_type(relation, version_column, {INT4OID}, "integer");

  const std::string statement =
      std::string("CREATE TRIGGER ") + trigger_name + " BEFORE INSERT OR UPDATE ON " +
      relation.qualified() + " FOR EACH ROW EXECUTE FUNCTION tenancy.check_event(" +
      quote_literal(type_column) + ", " + quote_literal(payload_column) + ", " +
      quote_literal(version_column) + ", " + quote_literal(on_unknown) + ")";
  StatementList statements;
  const std::vector<Existing> existing =
      enforcing_triggers(relation, {type_column, payload_column, version_column, on_unknown});
  if (existing.empty()) {
    statements.add(statement);
  } else if (!existing.front().is_as_wanted) {
    throw Error(ERRCODE_DUPLICATE_OBJECT, "event schemas are already enforced on table \"" +
                                              relation.name + "\" in another way")
        .detail("Existing: " + existing.front().definition + "\nRequested: " + statement)
        .hint("Call tenancy.unenforce_event_schemas() first.");
  } else if (!existing.front().is_enabled) {
    statements.add("ALTER TABLE " + relation.qualified() + " ENABLE TRIGGER " +
                   quote_identifier(existing.front().name));
  } else {
    notice("event schemas are already enforced on table \"" + relation.name + "\"");
  }
  return run_and_return(fcinfo, statements, dry_run);
}

TENANCY_FUNCTION(tenancy_unenforce_event_schemas)
{
  Arguments const arguments(fcinfo);
  bool const dry_run = arguments.boolean(1);
  const RelationFacts relation =
      lock_owned_table(arguments.oid(0), dry_run ? AccessShareLock : AccessExclusiveLock);
  StatementList statements;
  for (const Existing& trigger : enforcing_triggers(relation, {}))
    statements.add("DROP TRIGGER " + quote_identifier(trigger.name) + " ON " +
                   relation.qualified());
  if (statements.empty())
    notice("event schemas are not enforced on table \"" + relation.name + "\"");
  return run_and_return(fcinfo, statements, dry_run);
}

}  // namespace tenancy::event
