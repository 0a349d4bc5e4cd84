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

// What a trigger remembers for as long as a statement runs.
struct Site {
  EventColumns columns;
  bool allow_unknown = false;
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

// For a statement's first row: learns of what has been registered until now. For the first of
// another partition: goes by what the statement knows. No C++ object may be alive: the server is
// called directly.
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
  fcinfo->flinfo->fn_extra = site;
  return site;
}

Event read_event(TupleTableSlot* row, const EventColumns& columns) {
  Event event{};
  bool is_null;
  Datum value = slot_getattr(row, columns.type, &is_null);
  if (!is_null) event.type = DatumGetTextPP(value);
  value = slot_getattr(row, columns.payload, &is_null);
  if (!is_null) event.payload = PG_DETOAST_DATUM_PACKED(value);
  if (columns.version) {
    value = slot_getattr(row, columns.version, &is_null);
    event.has_version = !is_null;
    if (!is_null) event.version = DatumGetInt32(value);
  }
  return event;
}

// Whether an UPDATE left the columns as they are stored, byte for byte; it need not be detoasted
// to tell.
bool is_unchanged(const TriggerData* trigger, AttrNumber column) {
  if (column == 0) return true;
  bool old_null, new_null;
  Datum const before = slot_getattr(trigger->tg_trigslot, column, &old_null);
  Datum const after = slot_getattr(trigger->tg_newslot, column, &new_null);
  if (old_null || new_null) return old_null && new_null;
  const FormData_pg_attribute* const attribute =
      TupleDescAttr(RelationGetDescr(trigger->tg_relation), column - 1);
  return datumIsEqual(before, after, attribute->attbyval, attribute->attlen);
}

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
  // No C++ object is alive here, so the server may be called directly.
  bool const keeps_schema =
      is_update && is_unchanged(trigger, columns.type) && is_unchanged(trigger, columns.version);
  if (is_update) note_update(trigger, columns);
  if (keeps_schema && is_unchanged(trigger, columns.payload)) return row;
  Event const event = read_event(is_update ? trigger->tg_newslot : trigger->tg_trigslot, columns);
  // An event that is there keeps its version; a new one is of one that is in use.
  Verdict verdict = judge(event, site->lookup, site->allow_unknown, keeps_schema);
  if (verdict == Verdict::accepted) [[likely]]
    return row;
  // Nor is one new that an UPDATE moves to another partition.
  MovedRow const moved = is_update ? MovedRow{} : find_moved_row(trigger, columns);
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
