// check_event(): the trigger that enforces event schemas.
#include <array>

#include "event/enforcement.hpp"
#include "event/moved_row.hpp"
#include "event/quarantine.hpp"
#include "event/verdict.hpp"
#include "server/cached_table.hpp"
#include "server/function.hpp"
#include "server/memory.hpp"
#include "validation/match.hpp"

namespace tenancy::event {
namespace {

constexpr std::size_t errors_shown = 5;

// How the values of generated columns are computed, which the server does after the trigger has
// run.
struct Generation {
  EState* state = nullptr;  // null: none of the columns is a generated one
  ExprState *type = nullptr, *payload = nullptr, *version = nullptr;  // null: that one is not
};

// What a trigger remembers for as long as a statement runs.
struct Site {
  EventColumns columns;
  bool allow_unknown = false;
  Generation generation;
  Lookup lookup;
  MemoryContext statement = nullptr;  // which has one, and its triggers' sites in it
  Site* next;                         // of those that live

  Site() : next(newest) { newest = this; }
  ~Site() {
    Site** link = &newest;
    while (*link != this) link = &(*link)->next;
    *link = next;
  }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  static Site* newest;
};
constinit Site* Site::newest = nullptr;

// What a trigger's arguments mean, for as long as its table is not altered: to find that out takes
// longer than to check an event. Triggers that share a place take turns.
struct KnownTrigger {
  Oid trigger = InvalidOid;
  Oid table = InvalidOid;
  EventColumns columns;
  bool allow_unknown = false;
};
constinit std::array<KnownTrigger, 64> known_triggers{};

void forget_triggers(Datum, Oid table) noexcept {
  for (KnownTrigger& known : known_triggers)
    if (!OidIsValid(table) || known.table == table) known.trigger = InvalidOid;
}

KnownTrigger read_trigger(const TriggerData* trigger) {
  const ::Trigger* const definition = trigger->tg_trigger;
  auto const enforcement =
      Enforcement::from_trigger_arguments(definition->tgnargs, definition->tgargs);
  Oid const table = RelationGetRelid(trigger->tg_relation);
  try {
    return {definition->tgoid, table, enforcement.columns_in(describe_relation(table)),
            enforcement.allow_unknown};
  } catch (Error& error) {
    throw std::move(error).hint(
        "Enforce the schemas anew: tenancy.unenforce_event_schemas(), then "
        "tenancy.enforce_event_schemas().");
  }
}

const KnownTrigger& find_trigger(const TriggerData* trigger) {
  static bool is_listening = false;
  if (!is_listening) {
    server([] { CacheRegisterRelcacheCallback(forget_triggers, Datum{0}); });
    is_listening = true;
  }
  Oid const oid = trigger->tg_trigger->tgoid;
  KnownTrigger& known = known_triggers[oid % known_triggers.size()];
  if (known.trigger != oid) {
    // The statement holds a lock on the table: what is read does not change meanwhile.
    known = read_trigger(trigger);
  }
  return known;
}

// From here on no C++ object may be alive: the server is called directly.

ExprState* prepare_generation(Relation relation, AttrNumber column, EState* state) {
  if (column == 0 || TupleDescAttr(RelationGetDescr(relation), column - 1)->attgenerated == '\0')
    return nullptr;
  return ExecPrepareExpr(castNode(Expr, build_column_default(relation, column)), state);
}

Generation prepare_generation(Relation relation, const EventColumns& columns,
                              MemoryContext context) {
  if (!columns.is_any_generated) return {};
  MemoryContext const previous = MemoryContextSwitchTo(context);
  Generation generation;
  generation.state = CreateExecutorState();
  generation.type = prepare_generation(relation, columns.type, generation.state);
  generation.payload = prepare_generation(relation, columns.payload, generation.state);
  generation.version = prepare_generation(relation, columns.version, generation.state);
  MemoryContextSwitchTo(previous);
  return generation;
}

// For a statement's first row: learns of what has been registered until now. For the first of
// another partition: goes by what the statement knows.
Site* make_site(FunctionCallInfo fcinfo, const TriggerData* trigger) {
  MemoryContext const statement = fcinfo->flinfo->fn_mcxt;
  const Site* other = Site::newest;
  while (other && other->statement != statement) other = other->next;
  if (!other) accept_changes();
  const KnownTrigger& known = find_trigger(trigger);
  auto* const site = make_in<Site>(statement);
  site->statement = statement;
  if (other) site->lookup = other->lookup;
  site->columns = known.columns;
  site->allow_unknown = known.allow_unknown;
  site->generation = prepare_generation(trigger->tg_relation, known.columns, statement);
  fcinfo->flinfo->fn_extra = site;
  return site;
}

// The value of a column in a row. Lives until the next row.
Datum value_of(TupleTableSlot* row, AttrNumber column, const Generation& generation,
               ExprState* generated, bool& is_null) {
  if (!generated) [[likely]]
    return slot_getattr(row, column, &is_null);
  ExprContext* const context = GetPerTupleExprContext(generation.state);
  context->ecxt_scantuple = row;
  return ExecEvalExprSwitchContext(generated, context, &is_null);
}

EventValues read_values(TupleTableSlot* row, const Site& site) {
  const EventColumns& columns = site.columns;
  const Generation& generation = site.generation;
  EventValues values;
  values.type.value = value_of(row, columns.type, generation, generation.type, values.type.isnull);
  values.payload.value =
      value_of(row, columns.payload, generation, generation.payload, values.payload.isnull);
  values.version.isnull = true;
  if (columns.version)
    values.version.value =
        value_of(row, columns.version, generation, generation.version, values.version.isnull);
  return values;
}

Event read_event(TupleTableSlot* row, const Site& site) {
  EventValues const values = read_values(row, site);
  Event event{};
  if (!values.type.isnull) event.type = DatumGetTextPP(values.type.value);
  if (!values.payload.isnull) event.payload = PG_DETOAST_DATUM_PACKED(values.payload.value);
  event.has_version = !values.version.isnull;
  if (event.has_version) event.version = DatumGetInt32(values.version.value);
  return event;
}

// Whether an UPDATE left the column as it is stored, byte for byte; it need not be detoasted to
// tell.
bool is_unchanged(const TriggerData* trigger, AttrNumber column, const Generation& generation,
                  ExprState* generated) {
  if (column == 0) return true;
  bool old_null, new_null;
  Datum const before = value_of(trigger->tg_trigslot, column, generation, generated, old_null);
  Datum const after = value_of(trigger->tg_newslot, column, generation, generated, new_null);
  if (old_null || new_null) return old_null && new_null;
  const FormData_pg_attribute* const attribute =
      TupleDescAttr(RelationGetDescr(trigger->tg_relation), column - 1);
  return datumIsEqual(before, after, attribute->attbyval, attribute->attlen);
}

// C++ zone again.

std::string describe(const std::vector<jsonschema::Violation>& violations) {
  std::string lines;
  for (std::size_t i = 0; i < violations.size() && i < errors_shown; ++i)
    lines += (i > 0 ? "\n" : "") + validation::describe(violations[i]);
  if (violations.size() > errors_shown)
    lines += "\nAnd " + std::to_string(violations.size() - errors_shown) + " more.";
  return lines;
}

AttrNumber column_of(Verdict verdict, const EventColumns& columns) {
  switch (verdict) {
    case Verdict::retired:
      return columns.version;
    case Verdict::no_payload:
    case Verdict::mismatch:
      return columns.payload;
    default:
      return columns.type;
  }
}

[[noreturn]] void reject(const TriggerData* trigger, AttrNumber column, Objection objection) {
  struct Names {
    const char* schema;
    const char* table;
    const char* column;
  };
  Names const names = server([&]() -> Names {
    Relation const relation = trigger->tg_relation;
    return {get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation),
            NameStr(TupleDescAttr(RelationGetDescr(relation), column - 1)->attname)};
  });
  throw Error(ERRCODE_CHECK_VIOLATION, std::move(objection.message))
      .detail(describe(objection.violations))
      .hint(std::move(objection.hint))
      .schema(names.schema)
      .table(names.table)
      .column(names.column)
      .constraint(trigger->tg_trigger->tgname);
}

}  // namespace

// Called once a row.
TENANCY_FUNCTION(tenancy_check_event) {
  require_trigger_call(fcinfo);
  auto* const trigger = reinterpret_cast<TriggerData*>(fcinfo->context);
  bool const is_update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
  if (!TRIGGER_FIRED_BEFORE(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
      !(is_update || TRIGGER_FIRED_BY_INSERT(trigger->tg_event)))
    throw Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                "tenancy.check_event() must be fired before insert or update for each row");
  Datum const row = PointerGetDatum(is_update ? trigger->tg_newtuple : trigger->tg_trigtuple);

  auto* site = static_cast<Site*>(fcinfo->flinfo->fn_extra);
  if (!site) site = make_site(fcinfo, trigger);
  const EventColumns& columns = site->columns;
  const Generation& generation = site->generation;
  // No C++ object is alive here, so the server may be called directly.
  if (generation.state) ResetPerTupleExprContext(generation.state);
  bool const keeps_schema = is_update &&
                            is_unchanged(trigger, columns.type, generation, generation.type) &&
                            is_unchanged(trigger, columns.version, generation, generation.version);
  if (is_update) note_update(trigger, columns);
  if (keeps_schema && is_unchanged(trigger, columns.payload, generation, generation.payload))
    return row;
  Event const event = read_event(is_update ? trigger->tg_newslot : trigger->tg_trigslot, *site);
  // An event that is there keeps its version; a new one is of one that is in use.
  Verdict verdict = judge(event, site->lookup, site->allow_unknown, keeps_schema);
  if (verdict == Verdict::accepted) [[likely]]
    return row;
  // Nor is one new that an UPDATE moves to another partition.
  MovedRow const moved =
      is_update ? MovedRow{} : find_moved_row(trigger, read_values(trigger->tg_trigslot, *site));
  if (moved.is_moved && moved.keeps_type_and_version) {
    if (moved.keeps_payload) return row;
    verdict = judge(event, site->lookup, site->allow_unknown, true);
    if (verdict == Verdict::accepted) return row;
  }
  const ::Trigger* const definition = trigger->tg_trigger;
  // What an UPDATE would spoil stays as it is only if somebody hears of it.
  bool const is_quarantined =
      definition->tgnargs == quarantine_argument + 1 && !is_update && !moved.is_moved;
  if (!is_quarantined && verdict == Verdict::undecided) raise_undecided(event, site->lookup);
  Objection objection = explain(verdict, event, site->lookup);
  if (!is_quarantined) reject(trigger, column_of(verdict, columns), std::move(objection));
  quarantine(trigger, trigger->tg_trigslot, definition->tgargs[quarantine_argument], objection);
  return PointerGetDatum(nullptr);
}

}  // namespace tenancy::event
