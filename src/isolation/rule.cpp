// Also auto_isolate() and auto_isolate_off().
#include "isolation/rule.hpp"

#include "isolation/arguments.hpp"
#include "isolation/family.hpp"
#include "server/cached_table.hpp"
#include "server/ddl.hpp"
#include "server/memory.hpp"

namespace tenancy::isolation {
namespace {

// The columns of tenancy.auto_isolation, by number, as isolation.sql declares them.
enum Attribute : AttrNumber {
  schema_column = 1,
  tenant_column,
  roles,
  setting,
  policy_name,
  shared_rows,
  guard,
  bypass_roles,
  set_default,
  create_index,
  on_missing
};
constexpr int column_count = 11;

// Server zone.
Oid rule_table() {
  Oid const schema = get_namespace_oid("tenancy", true);
  return OidIsValid(schema) ? get_relname_relid("auto_isolation", schema) : InvalidOid;
}

// Server zone. The table belongs to whoever created the extension, who may alter it. What is read
// by number must be what it is taken for.
void require_shape(Relation table) {
  constexpr Oid wanted[column_count] = {NAMEOID, NAMEOID, NAMEARRAYOID, TEXTOID,
                                        NAMEOID, BOOLOID, BOOLOID,      NAMEARRAYOID,
                                        BOOLOID, BOOLOID, TEXTOID};
  bool is_right = true;
  for (int i = 0; is_right && i < column_count; ++i)
    is_right = CachedTable::has_column(table, static_cast<AttrNumber>(i + 1), wanted[i], false);
  if (!is_right)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("table tenancy.auto_isolation is not as the extension made it"),
                    errhint("Restore its columns.")));
}

struct Row {
  bool found;
  Datum values[column_count];
};

// Server zone. Few schemas have a rule, and the primary key may not be there: the table is scanned.
Row read_row(const char* schema) {
  Row row{};
  Oid const oid = rule_table();
  if (!OidIsValid(oid)) return row;
  NameData name;
  namestrcpy(&name, schema);
  Relation const table = table_open(oid, AccessShareLock);
  require_shape(table);
  ScanKeyData key;
  ScanKeyInit(&key, schema_column, BTEqualStrategyNumber, F_NAMEEQ, NameGetDatum(&name));
  Oid const index = primary_key_index(table);
  // A null snapshot is a new one.
  SysScanDesc const scan = systable_beginscan(table, index, OidIsValid(index), nullptr, 1, &key);
  HeapTuple const tuple = systable_getnext(scan);
  if (HeapTupleIsValid(tuple)) {
    TupleDesc const descriptor = RelationGetDescr(table);
    HeapTuple const copy = heap_copytuple(tuple);
    row.found = true;
    for (int i = 0; i < column_count; ++i) {
      bool is_null;
      row.values[i] = heap_getattr(copy, i + 1, descriptor, &is_null);
      if (is_null)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("table tenancy.auto_isolation holds a null")));
    }
  }
  systable_endscan(scan);
  table_close(table, AccessShareLock);
  return row;
}

std::string names_literal(const std::vector<std::string>& names) {
  std::string text = "ARRAY[";
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : ", ") + quote_literal(names[i]);
  return text + "]::pg_catalog.name[]";
}

std::string boolean_literal(bool value) {
  return value ? "true" : "false";
}

void require_schema_owner(Oid schema) {
  const std::string name = schema_name(schema);
  require_user_schema(name);
  if (!server([&] { return owns_schema(schema, GetUserId()); }))
    throw Error(ERRCODE_INSUFFICIENT_PRIVILEGE, "must be owner of schema " + name);
}

// Runs the statements, for a caller whose right to it has been checked.
Datum write_rules(FunctionCallInfo fcinfo, const StatementList& statements, bool dry_run) {
  AsOwner const owner(describe_relation(server([] { return rule_table(); })).owner);
  return run_and_return(fcinfo, statements, dry_run);
}

// A rule is for what will be made.
void report_open_tables(Oid schema, const Rule& rule) {
  std::size_t count = 0;
  for (Oid const oid : tables_of_schema(schema)) {
    ScratchMemory const scratch;
    if (!relation_exists(oid)) continue;
    const RelationFacts table = describe_relation(oid);
    if (!has_column(table, rule.definition.tenant_column)) continue;
    const std::vector<Policy> policies = read_policies(table);
    if (!find_isolating_policy(table, policies)) ++count;
  }
  if (count > 0)
    notice("schema \"" + rule.schema +
               "\" has tables already that are not isolated: " + std::to_string(count),
           "Isolate them with tenancy.enable_isolation_in_schema().");
}

std::string delete_statement(const std::string& schema) {
  return "DELETE FROM tenancy.auto_isolation WHERE schema_name OPERATOR(pg_catalog.=) " +
         quote_literal(schema);
}

}  // namespace

std::string Rule::insert_statement() const {
  return "INSERT INTO tenancy.auto_isolation (schema_name, tenant_column, roles, setting, "
         "policy_name, shared_rows, guard, bypass_roles, set_default, create_index, on_missing) "
         "VALUES (" +
         quote_literal(schema) + ", " + quote_literal(definition.tenant_column) + ", " +
         names_literal(definition.roles) + ", " + quote_literal(definition.setting) + ", " +
         quote_literal(definition.policy_name) + ", " + boolean_literal(definition.shared_rows) +
         ", " + boolean_literal(definition.guard) + ", " + names_literal(definition.bypass_roles) +
         ", " + boolean_literal(definition.set_default) + ", " +
         boolean_literal(definition.create_index) + ", " + quote_literal(on_missing) + ")";
}

std::optional<Rule> find_rule(const std::string& schema) {
  Row const row = server([&] { return read_row(schema.c_str()); });
  if (!row.found) return std::nullopt;
  auto const value = [&](Attribute attribute) { return row.values[attribute - 1]; };
  Rule rule;
  rule.schema = schema;
  rule.definition.tenant_column = NameStr(*DatumGetName(value(tenant_column)));
  rule.definition.roles = to_names(value(roles));
  rule.definition.setting = to_string(value(setting));
  rule.definition.policy_name = NameStr(*DatumGetName(value(policy_name)));
  rule.definition.shared_rows = DatumGetBool(value(shared_rows));
  rule.definition.guard = DatumGetBool(value(guard));
  rule.definition.bypass_roles = to_names(value(bypass_roles));
  rule.definition.set_default = DatumGetBool(value(set_default));
  rule.definition.create_index = DatumGetBool(value(create_index));
  rule.on_missing = to_string(value(on_missing));
  return rule;
}

void rename_rule(const std::string& from, const std::string& to) {
  // A rule that was left behind by another schema of the new name is none of this one's.
  drop_rule(to);
  if (!find_rule(from)) return;
  AsOwner const owner(describe_relation(server([] { return rule_table(); })).owner);
  Sql sql;
  sql.execute(
      "UPDATE tenancy.auto_isolation SET schema_name = $2::pg_catalog.name "
      "WHERE schema_name OPERATOR(pg_catalog.=) $1::pg_catalog.name",
      {from, to});
}

void drop_rule(const std::string& schema) {
  if (!find_rule(schema)) return;
  AsOwner const owner(describe_relation(server([] { return rule_table(); })).owner);
  Sql sql;
  sql.execute(delete_statement(schema));
}

TENANCY_FUNCTION(tenancy_auto_isolate) {
  Arguments const arguments(fcinfo);
  Oid const schema = arguments.oid(0);
  Rule rule{schema_name(schema), definition_of(arguments), arguments.text(10)};
  bool const dry_run = arguments.boolean(11);
  require_schema_owner(schema);
  check_definition(rule.definition, true);
  if (rule.on_missing != "report" && rule.on_missing != "refuse" && rule.on_missing != "ignore")
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                "on_missing must be report, refuse or ignore, not \"" + rule.on_missing + "\"");
  StatementList statements;
  const std::string wanted = rule.insert_statement();
  if (const std::optional<Rule> existing = find_rule(rule.schema)) {
    if (existing->insert_statement() != wanted)
      throw Error(ERRCODE_DUPLICATE_OBJECT,
                  "schema \"" + rule.schema + "\" already has another rule of automatic isolation")
          .detail("Existing: " + existing->insert_statement() + "\nRequested: " + wanted)
          .hint("Call tenancy.auto_isolate_off() first.");
    notice("new tables of schema \"" + rule.schema + "\" are already isolated");
  } else {
    statements.add(wanted);
    report_open_tables(schema, rule);
  }
  return write_rules(fcinfo, statements, dry_run);
}

TENANCY_FUNCTION(tenancy_auto_isolate_off) {
  Arguments const arguments(fcinfo);
  Oid const schema = arguments.oid(0);
  bool const dry_run = arguments.boolean(1);
  require_schema_owner(schema);
  StatementList statements;
  const std::string name = schema_name(schema);
  if (find_rule(name))
    statements.add(delete_statement(name));
  else
    notice("schema \"" + name + "\" has no rule of automatic isolation");
  return write_rules(fcinfo, statements, dry_run);
}

}  // namespace tenancy::isolation
