#include "event/quarantine.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "isolation/mirror.hpp"
#include "server/catalog.hpp"
#include "server/expression.hpp"

namespace tenancy::event {
namespace {

struct OwnColumn {
  const char* name;
  Oid type;
  const char* definition;
};
constexpr std::array<OwnColumn, 5> own_columns{{
    {"quarantine_id", INT8OID, "pg_catalog.int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY"},
    {"quarantined_at", TIMESTAMPTZOID,
     "pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()"},
    {"quarantined_by", NAMEOID, "pg_catalog.name NOT NULL DEFAULT current_user"},
    {"quarantine_reason", TEXTOID, "pg_catalog.text NOT NULL"},
    {"quarantine_errors", JSONBOID, "pg_catalog.jsonb NOT NULL"},
}};

constexpr std::size_t errors_kept = 100;

constexpr const char* guard_name = "tenancy_quarantine";

// The quarantine that a row is being put into by the trigger of its table.
constinit Oid being_filled = InvalidOid;

class Filling {
 public:
  explicit Filling(Oid quarantine) noexcept : previous_(being_filled) { being_filled = quarantine; }
  ~Filling() { being_filled = previous_; }
  Filling(const Filling&) = delete;
  Filling& operator=(const Filling&) = delete;

 private:
  Oid previous_;
};

// A column of a table as CREATE TABLE writes it, and its number.
struct Column {
  std::string name;
  std::string definition;
  AttrNumber number;
};

// Those that a BEFORE trigger knows: not the generated ones.
std::vector<Column> stored_columns(const RelationFacts& table) {
  struct Facts {
    NameData name;
    const char* type;
    const char* collation;  // null: that of the type
    AttrNumber number;
  };
  Rows<Facts> const found = server([&] {
    Rows<Facts> columns{};
    Relation const relation = table_open(table.oid, AccessShareLock);
    TupleDesc const descriptor = RelationGetDescr(relation);
    for (int i = 0; i < descriptor->natts; ++i) {
      const FormData_pg_attribute* const column = TupleDescAttr(descriptor, i);
      if (column->attisdropped || column->attgenerated != '\0') continue;
      bool const has_collation = OidIsValid(column->attcollation) &&
                                 column->attcollation != get_typcollation(column->atttypid);
      columns.add({column->attname,
                   format_type_extended(column->atttypid, column->atttypmod,
                                        FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY),
                   has_collation ? generate_collation_name(column->attcollation) : nullptr,
                   column->attnum});
    }
    table_close(relation, NoLock);
    return columns;
  });
  std::vector<Column> columns;
  for (const Facts& column : found) {
    const std::string name = NameStr(column.name);
    columns.push_back({name,
                       quote_identifier(name) + " " + column.type +
                           (column.collation ? std::string(" COLLATE ") + column.collation : ""),
                       column.number});
  }
  return columns;
}

// Adds those of the event that are generated, which are so in its quarantine too: an event that is
// put right there is checked as what it has become.
void add_generated_columns(const RelationFacts& table, const Enforcement& enforcement,
                           const std::string& quarantine, std::vector<Column>& columns) {
  for (const std::string& name :
       {enforcement.type_column, enforcement.payload_column, enforcement.version_column}) {
    if (name.empty()) continue;
    const ColumnFacts column = describe_column(table, name);
    if (!column.is_generated) continue;
    const std::string tree = default_tree(table, column);
    const char* const expression = server([&]() -> const char* {
      return expression_sql(table.oid, tree.c_str(), quarantine.c_str());
    });
    columns.push_back({name,
                       quote_identifier(name) + " " + column.type_name() +
                           " GENERATED ALWAYS AS (" + expression + ") STORED",
                       column.number});
  }
}

// The roles, but for its owner, that have a privilege on the table or on some of its columns;
// without one named, any privilege.
std::vector<std::string> grantees(const RelationFacts& table, const OptionalText& privilege) {
  Sql sql;
  const auto rows = sql.read_catalog(
      "WITH acl AS ("
      "  SELECT relowner, (pg_catalog.aclexplode(relacl)).* FROM pg_catalog.pg_class "
      "  WHERE oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "  UNION ALL SELECT relowner, (pg_catalog.aclexplode(attacl)).* "
      "  FROM pg_catalog.pg_attribute JOIN pg_catalog.pg_class "
      "    ON pg_class.oid OPERATOR(pg_catalog.=) attrelid "
      "  WHERE attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid) "
      "SELECT DISTINCT CASE grantee WHEN 0 THEN 'public' "
      "  ELSE pg_catalog.pg_get_userbyid(grantee)::pg_catalog.text END "
      "FROM acl WHERE ($2 IS NULL OR privilege_type OPERATOR(pg_catalog.=) $2) "
      "AND grantee OPERATOR(pg_catalog.<>) relowner ORDER BY 1",
      {std::to_string(table.oid), privilege});
  std::vector<std::string> roles;
  for (const Sql::Row& row : rows) roles.push_back(*row[0]);
  return roles;
}

Oid find_by_name(const std::string& qualified) {
  return server([&] {
    List* const names = textToQualifiedNameList(cstring_to_text(qualified.c_str()));
    return RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);
  });
}

// The quarantine that a table would have, or has; its OID is InvalidOid where it has none.
RelationFacts describe_quarantine(const RelationFacts& table) {
  // A table that was renamed, or is in another schema now, keeps the one that its trigger names.
  if (!table.is_partition) {
    const std::optional<Enforcement> enforcement = find_enforcement(table);
    Oid const present = enforcement && !enforcement->quarantine.empty()
                            ? find_by_name(enforcement->quarantine)
                            : InvalidOid;
    if (OidIsValid(present)) return describe_relation(present);
  }
  RelationFacts wanted;
  wanted.schema_oid = table.schema_oid;
  wanted.schema = table.schema;
  wanted.name = server([&]() -> const char* {
    // Cut at the length of a name, whole characters.
    return makeObjectName(table.name.c_str(), nullptr, "quarantine");
  });
  Oid const oid = server([&] { return get_relname_relid(wanted.name.c_str(), table.schema_oid); });
  return OidIsValid(oid) ? describe_relation(oid) : wanted;
}

// What is in quarantine is the table's, and nobody else's: in a schema where others may create
// tables, one of theirs may have the name.
void require_same_owner(const RelationFacts& quarantine, const RelationFacts& table) {
  if (quarantine.owner == table.owner) return;
  throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "quarantine \"" + quarantine.name +
                                                            "\" does not belong to the owner of "
                                                            "table \"" +
                                                            table.name + "\"")
      .hint("Rename it, or give both tables one owner by ALTER TABLE ... OWNER TO.");
}

bool has_own_columns(const RelationFacts& relation) {
  return std::all_of(own_columns.begin(), own_columns.end(), [&](const OwnColumn& column) {
    return has_column(relation, column.name) &&
           describe_column(relation, column.name).type == column.type;
  });
}

// The trigger that keeps out what does not come from the table. Who may set some columns of the
// table only, or has a trigger of it set others, would set all of them by way of the quarantine.
bool has_guard(const RelationFacts& quarantine) {
  const auto found = Sql().query(
      "SELECT FROM pg_catalog.pg_trigger "
      "WHERE tgrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "AND tgfoid OPERATOR(pg_catalog.=) 'tenancy.guard_quarantine()'::pg_catalog.regprocedure "
      "AND tgname OPERATOR(pg_catalog.=) $2::pg_catalog.name",
      {std::to_string(quarantine.oid), guard_name});
  return !found.empty();
}

std::string create_statement(const RelationFacts& quarantine, const std::vector<Column>& columns) {
  std::string text = "CREATE TABLE " + quarantine.qualified() + " (";
  for (const OwnColumn& column : own_columns)
    text += (text.ends_with('(') ? "" : ", ") + std::string(column.name) + " " + column.definition;
  for (const Column& column : columns) text += ", " + column.definition;
  return text + ")";
}

// The statement that puts rows of one table into its quarantine, prepared.
struct Insertion {
  Oid table = InvalidOid, root = InvalidOid, quarantine = InvalidOid;
  std::vector<AttrNumber> columns;  // of the table, for the parameters from $3 on
  SPIPlanPtr plan = nullptr;
  bool is_valid = true;

  Insertion() = default;
  Insertion(const Insertion&) = delete;
  Insertion& operator=(const Insertion&) = delete;
  // Raises nothing for a plan that was kept.
  ~Insertion() {
    if (plan) SPI_freeplan(plan);
  }
};
using InsertionPointer = std::shared_ptr<Insertion>;

constexpr std::size_t insertions_kept = 64;

// Made at the first use and never destroyed: it ends with its process. By the table's OID.
std::map<Oid, InsertionPointer>& insertions() {
  static auto* const made = new std::map<Oid, InsertionPointer>;
  return *made;
}

void forget_insertions(Datum, Oid relation) noexcept {
  for (auto& [table, insertion] : insertions())
    if (!OidIsValid(relation) || relation == insertion->table || relation == insertion->root ||
        relation == insertion->quarantine)
      insertion->is_valid = false;
}

Oid root_of(const RelationFacts& table) {
  if (!table.is_partition) return table.oid;
  return server([&] { return llast_oid(get_partition_ancestors(table.oid)); });
}

// Whether the quarantine of that name belongs to the table's own trigger, not to one that came with
// its partitioned table.
bool is_own(const std::string& name, const RelationFacts& table) {
  return !table.is_partition || describe_quarantine(table).qualified() == name;
}

InsertionPointer prepare(const RelationFacts& table, const std::string& name) {
  const char* const again = "Call tenancy.enforce_event_schemas() again, as before.";
  auto insertion = std::make_shared<Insertion>();
  insertion->table = table.oid;
  insertion->root = root_of(table);
  // A partition may have another owner, and a trigger and a quarantine of its own.
  const RelationFacts root = describe_relation(insertion->root);
  const RelationFacts& owned = is_own(name, table) ? table : root;
  const RelationFacts target = find_quarantine(name, owned);
  insertion->quarantine = target.oid;
  if ((table.row_security || root.row_security) && !target.row_security)
    throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "table \"" + table.name + "\" has row level security, its quarantine \"" +
                    target.name + "\" has none")
        .hint(again);
  if (!isolation::mirror_statements(owned, target).empty())
    throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "quarantine \"" + target.name +
                    "\" lacks a part of the row level security of table \"" + owned.name + "\"")
        .hint(again);
  std::string names = "quarantine_reason, quarantine_errors", values = "$1, $2";
  std::vector<Oid> types{TEXTOID, JSONBOID};
  for (const Column& column : stored_columns(table)) {
    if (!has_column(target, column.name))
      throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                  "quarantine \"" + target.name + "\" has no column \"" + column.name + "\"")
          .hint(again);
    insertion->columns.push_back(column.number);
    names += ", " + quote_identifier(column.name);
    types.push_back(describe_column(table, column.name).type);
    values += ", $" + std::to_string(types.size());
  }
  const std::string statement =
      "INSERT INTO " + target.qualified() + " (" + names + ") VALUES (" + values + ")";
  const Sql connection;
  insertion->plan = server([&] {
    SPIPlanPtr const plan =
        SPI_prepare(statement.c_str(), static_cast<int>(types.size()), types.data());
    if (!plan) elog(ERROR, "SPI_prepare: %s", SPI_result_code_string(SPI_result));
    if (SPI_keepplan(plan) != 0) elog(ERROR, "SPI_keepplan failed");
    return plan;
  });
  // By now it is locked, so what has the name is what the plan is for.
  if (find_quarantine(name, owned).oid != target.oid) insertion->is_valid = false;
  return insertion;
}

// The caller keeps it while it runs: a trigger of the quarantine may make the next one.
InsertionPointer find_insertion(Oid table, const std::string& name) {
  static bool is_listening = false;
  if (!is_listening) {
    server([] { CacheRegisterRelcacheCallback(forget_insertions, Datum{0}); });
    is_listening = true;
  }
  std::map<Oid, InsertionPointer>& known = insertions();
  auto const found = known.find(table);
  if (found != known.end()) {
    InsertionPointer kept = found->second;
    // Else another table could take the name after this is found to be valid.
    server([&] { LockRelationOid(kept->quarantine, RowExclusiveLock); });
    if (kept->is_valid) return kept;
  } else if (known.size() >= insertions_kept) {
    known.clear();
  }
  InsertionPointer made = prepare(describe_relation(table), name);
  known[table] = made;
  return made;
}

}  // namespace

std::string quarantine_name(const RelationFacts& table) {
  return describe_quarantine(table).qualified();
}

void make_quarantine(const RelationFacts& table, const Enforcement& enforcement,
                     StatementList& statements, bool dry_run) {
  std::vector<Column> columns = stored_columns(table);
  RelationFacts present = describe_quarantine(table);
  add_generated_columns(table, enforcement, present.name, columns);
  for (const OwnColumn& own : own_columns)
    if (has_column(table, own.name))
      throw Error(ERRCODE_DUPLICATE_COLUMN, "table \"" + table.name + "\" has a column \"" +
                                                own.name + "\", which its quarantine needs");
  if (!OidIsValid(present.oid)) {
    statements.add(create_statement(present, columns));
    if (server([&] { return GetUserId(); }) != table.owner)
      statements.add("ALTER TABLE " + present.qualified() + " OWNER TO " +
                     quote_identifier(server(
                         [&]() -> const char* { return GetUserNameFromId(table.owner, false); })));
    // What new tables of this schema get, it has then.
    statements.run(dry_run);
    present = describe_quarantine(table);
    // Default privileges are meant for tables that an application uses.
    if (OidIsValid(present.oid))
      for (const std::string& role : grantees(present, std::nullopt))
        statements.add("REVOKE ALL ON " + present.qualified() + " FROM " + quote_roles({role}));
    statements.run(dry_run);
  } else {
    if (present.kind != RELKIND_RELATION || !has_own_columns(present))
      throw Error(ERRCODE_DUPLICATE_TABLE,
                  "relation \"" + present.name + "\" exists, and is no quarantine")
          .hint("Rename it.");
    require_owner(present);
    require_same_owner(present, table);
    for (const Column& column : columns)
      if (!has_column(present, column.name))
        statements.add("ALTER TABLE " + present.qualified() + " ADD COLUMN " + column.definition);
  }
  if (!OidIsValid(present.oid) || !has_guard(present))
    statements.add(std::string("CREATE TRIGGER ") + guard_name + " BEFORE INSERT ON " +
                   present.qualified() +
                   " FOR EACH ROW EXECUTE FUNCTION tenancy.guard_quarantine()");
  for (std::string& statement : isolation::mirror_statements(table, present))
    statements.add(std::move(statement));
  const std::vector<std::string> granted =
      OidIsValid(present.oid) ? grantees(present, "INSERT") : std::vector<std::string>();
  for (const std::string& role : grantees(table, "INSERT"))
    if (std::find(granted.begin(), granted.end(), role) == granted.end())
      statements.add("GRANT INSERT ON " + present.qualified() + " TO " + quote_roles({role}));
}

void drop_quarantine(const RelationFacts& table, const Enforcement& enforcement, LOCKMODE mode,
                     StatementList& statements) {
  if (enforcement.quarantine.empty()) return;
  Oid const oid = find_by_name(enforcement.quarantine);
  // One that the caller has renamed, or that a dump did not restore, is none of ours.
  if (!OidIsValid(oid)) return;
  if (const RelationFacts other = describe_relation(oid); other.owner != table.owner) {
    notice("quarantine \"" + other.name + "\" does not belong to the owner of table \"" +
           table.name + "\", and stays");
    return;
  }
  const RelationFacts present = lock_owned_table(oid, mode);
  if (present.kind != RELKIND_RELATION || !has_own_columns(present)) return;
  // By itself, not by a query: row level security, which owners are subject to, would hide rows.
  bool const has_rows = server([&] {
    Relation const relation = table_open(oid, NoLock);
    Snapshot const snapshot = RegisterSnapshot(GetLatestSnapshot());
    TableScanDesc const scan = table_beginscan(relation, snapshot, 0, nullptr);
    TupleTableSlot* const row = table_slot_create(relation, nullptr);
    bool const found = table_scan_getnextslot(scan, ForwardScanDirection, row);
    ExecDropSingleTupleTableSlot(row);
    table_endscan(scan);
    UnregisterSnapshot(snapshot);
    table_close(relation, NoLock);
    return found;
  });
  if (has_rows)
    notice("quarantine \"" + present.name + "\" of table \"" + table.name +
           "\" has rows, and stays");
  else
    statements.add("DROP TABLE " + present.qualified());
}

RelationFacts find_quarantine(const std::string& name, const RelationFacts& table) {
  Oid const oid = find_by_name(name);
  if (!OidIsValid(oid))
    throw Error(ERRCODE_UNDEFINED_TABLE, "quarantine " + name + " does not exist")
        .hint(
            "Enforce the schemas anew: tenancy.unenforce_event_schemas(), then "
            "tenancy.enforce_event_schemas().");
  RelationFacts found = describe_relation(oid);
  if (found.kind != RELKIND_RELATION || !has_own_columns(found))
    throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "relation \"" + found.name + "\" is no quarantine")
        .hint(
            "Enforce the schemas anew: tenancy.unenforce_event_schemas(), then "
            "tenancy.enforce_event_schemas().");
  require_same_owner(found, table);
  return found;
}

Datum errors_as_jsonb(const Objection& objection) {
  const std::vector<jsonschema::Violation>& violations = objection.violations;
  StringInfoData text;
  initStringInfo(&text);
  appendStringInfoChar(&text, '[');
  for (std::size_t i = 0; i < violations.size() && i < errors_kept; ++i) {
    appendStringInfoString(&text, i > 0 ? ", {\"instanceLocation\": " : "{\"instanceLocation\": ");
    escape_json(&text, violations[i].instance_location.c_str());
    appendStringInfoString(&text, ", \"keywordLocation\": ");
    escape_json(&text, violations[i].keyword_location.c_str());
    appendStringInfoString(&text, ", \"error\": ");
    escape_json(&text, violations[i].message.c_str());
    appendStringInfoChar(&text, '}');
  }
  appendStringInfoChar(&text, ']');
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data));
}

void quarantine(const TriggerData* trigger, TupleTableSlot* row, const std::string& name,
                const Objection& objection) {
  const InsertionPointer insertion = find_insertion(RelationGetRelid(trigger->tg_relation), name);
  std::size_t const count = insertion->columns.size() + 2;
  const AttrNumber* const numbers = insertion->columns.data();
  SPIPlanPtr const plan = insertion->plan;
  const Filling filling(insertion->quarantine);
  const Sql connection;
  server([&] {
    auto* const values = static_cast<Datum*>(palloc(count * sizeof(Datum)));
    auto* const nulls = static_cast<char*>(palloc(count));
    values[0] = CStringGetTextDatum(objection.message.c_str());
    values[1] = errors_as_jsonb(objection);
    nulls[0] = nulls[1] = ' ';
    for (std::size_t i = 2; i < count; ++i) {
      bool is_null;
      values[i] = slot_getattr(row, numbers[i - 2], &is_null);
      nulls[i] = is_null ? 'n' : ' ';
    }
    int const result = SPI_execute_plan(plan, values, nulls, false, 0);
    if (result < 0) elog(ERROR, "SPI_execute_plan: %s", SPI_result_code_string(result));
  });
}

// A trigger of every quarantine.
TENANCY_FUNCTION(tenancy_guard_quarantine) {
  require_trigger_call(fcinfo);
  const auto* const trigger = reinterpret_cast<const TriggerData*>(fcinfo->context);
  if (!TRIGGER_FIRED_BEFORE(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
      !TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
    throw Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                "tenancy.guard_quarantine() must be fired before insert for each row");
  Datum const row = PointerGetDatum(trigger->tg_trigtuple);
  if (RelationGetRelid(trigger->tg_relation) == being_filled) return row;
  const RelationFacts quarantine = describe_relation(RelationGetRelid(trigger->tg_relation));
  if (server([&] { return owns_relation(quarantine.oid, GetUserId()); })) return row;
  throw Error(ERRCODE_INSUFFICIENT_PRIVILEGE,
              "permission denied for quarantine \"" + quarantine.name + "\"")
      .detail("But for its owner, rows come into it from its table only.");
}

}  // namespace tenancy::event
