// validate_event(), event_errors() and the trigger that enforces.
#include "event/registry.hpp"
#include "server/function.hpp"
#include "server/memory.hpp"
#include "server/sql.hpp"
#include "validation/match.hpp"

namespace tenancy::event {
namespace {

constexpr std::size_t errors_shown = 5;

// What the trigger remembers of a table for as long as a statement runs. The rows of a statement
// are all checked against what was registered when its first row of that type and version came.
struct Site {
  AttrNumber type_column = 0, payload_column = 0, version_column = 0;
  bool allow_unknown = false;
  std::string last_type;
  int last_version = -1;
  EventSchema last;
};

AttrNumber require_column(const TriggerData* trigger, const char* name) {
  return server([&]() -> AttrNumber {
    int const number = SPI_fnumber(RelationGetDescr(trigger->tg_relation), name);
    if (number <= 0)
      ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                      errmsg("column \"%s\" of relation \"%s\" does not exist", name,
                             RelationGetRelationName(trigger->tg_relation)),
                      errhint("Enforce the schemas anew: tenancy.unenforce_event_schemas(), then "
                              "tenancy.enforce_event_schemas().")));
    return static_cast<AttrNumber>(number);
  });
}

Site* make_site(FunctionCallInfo fcinfo, const TriggerData* trigger) {
  const ::Trigger* const definition = trigger->tg_trigger;
  if (definition->tgnargs != 4)
    throw Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                "tenancy.check_event() takes four arguments")
        .hint("Create the trigger with tenancy.enforce_event_schemas().");
  auto* const site = make_in<Site>(fcinfo->flinfo->fn_mcxt);
  site->type_column = require_column(trigger, definition->tgargs[0]);
  site->payload_column = require_column(trigger, definition->tgargs[1]);
  if (*definition->tgargs[2]) site->version_column = require_column(trigger, definition->tgargs[2]);
  site->allow_unknown = std::strcmp(definition->tgargs[3], "allow") == 0;
  fcinfo->flinfo->fn_extra = site;
  return site;
}

// The three values of a row, detoasted. Plain data.
struct Event {
  const text* type;      // null where NULL
  const Jsonb* payload;  // null where NULL
  int version;           // 0 where NULL, or without a column for it
};

Event read_event(const TriggerData* trigger, const Site& site, HeapTuple row) {
  TupleDesc const descriptor = RelationGetDescr(trigger->tg_relation);
  Event event{};
  bool is_null;
  Datum value = heap_getattr(row, site.type_column, descriptor, &is_null);
  if (!is_null) event.type = DatumGetTextPP(value);
  value = heap_getattr(row, site.payload_column, descriptor, &is_null);
  if (!is_null) event.payload = DatumGetJsonbP(value);
  if (site.version_column) {
    value = heap_getattr(row, site.version_column, descriptor, &is_null);
    if (!is_null) event.version = DatumGetInt32(value);
  }
  return event;
}

// Whether an UPDATE left the columns as they are stored, byte for byte; it need not be detoasted
// to tell.
bool is_unchanged(const TriggerData* trigger, AttrNumber column) {
  if (column == 0) return true;
  TupleDesc const descriptor = RelationGetDescr(trigger->tg_relation);
  bool old_null, new_null;
  Datum const before = heap_getattr(trigger->tg_trigtuple, column, descriptor, &old_null);
  Datum const after = heap_getattr(trigger->tg_newtuple, column, descriptor, &new_null);
  if (old_null || new_null) return old_null && new_null;
  const FormData_pg_attribute* const attribute = TupleDescAttr(descriptor, column - 1);
  return datumIsEqual(before, after, attribute->attbyval, attribute->attlen);
}

std::string describe(const std::vector<jsonschema::Violation>& violations) {
  std::string lines;
  for (std::size_t i = 0; i < violations.size() && i < errors_shown; ++i)
    lines += (i > 0 ? "\n" : "") + ("At \"" + violations[i].instance_location) +
             "\": " + violations[i].message + " (schema: \"" + violations[i].keyword_location +
             "\").";
  if (violations.size() > errors_shown)
    lines += "\nAnd " + std::to_string(violations.size() - errors_shown) + " more.";
  return lines;
}

Error rejection(const TriggerData* trigger, AttrNumber column, std::string message) {
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
  return Error(ERRCODE_CHECK_VIOLATION, std::move(message))
      .schema(names.schema)
      .table(names.table)
      .column(names.column)
      .constraint(trigger->tg_trigger->tgname);
}

// The registered schema of the event; the statement's last one where it is that again.
const EventSchema& schema_for(Site& site, std::string_view type, int version) {
  if (site.last_version != version || site.last_type != type) {
    site.last_version = -1;
    site.last = find_event_schema(type, version);
    site.last_type = type;
    site.last_version = version;
  }
  return site.last;
}

void check_event(const TriggerData* trigger, Site& site, const Event& event) {
  if (!event.type)
    throw rejection(trigger, site.type_column, "event has no type")
        .hint("Set the type to one that tenancy.register_event_schema() knows.");
  std::string_view const type(VARDATA_ANY(event.type), VARSIZE_ANY_EXHDR(event.type));
  const EventSchema& schema = schema_for(site, type, event.version);
  if (!schema.program) {
    if (site.allow_unknown && event.version == 0) return;
    throw rejection(trigger, site.type_column,
                    "event type \"" + std::string(type) +
                        (event.version == 0 ? "\" is not registered"
                                            : "\" has no version " + std::to_string(event.version)))
        .hint("Register its schema with tenancy.register_event_schema().");
  }
  if (!event.payload)
    throw rejection(trigger, site.payload_column,
                    "payload of event type \"" + std::string(type) + "\" is null");
  if (validation::matches(*schema.program, event.payload)) [[likely]]
    return;
  throw rejection(trigger, site.payload_column,
                  "payload of event type \"" + std::string(type) +
                      "\" does not match its schema (version " + std::to_string(schema.version) +
                      ")")
      .detail(describe(validation::violations(*schema.program, event.payload)))
      .hint("tenancy.event_errors() lists all that is wrong with a payload.");
}

}  // namespace

// Called once a row.
TENANCY_FUNCTION(tenancy_check_event)
{
  require_trigger_call(fcinfo);
  auto* const trigger = reinterpret_cast<TriggerData*>(fcinfo->context);
  if (!TRIGGER_FIRED_BEFORE(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
    throw Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                "tenancy.check_event() must be fired before insert or update for each row");
  bool const is_update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
  HeapTuple const row = is_update ? trigger->tg_newtuple : trigger->tg_trigtuple;

  auto* site = static_cast<Site*>(fcinfo->flinfo->fn_extra);
  if (!site) site = make_site(fcinfo, trigger);
  // No C++ object is alive here, so the server may be called directly.
  if (is_update && is_unchanged(trigger, site->payload_column) &&
      is_unchanged(trigger, site->type_column) && is_unchanged(trigger, site->version_column))
    return PointerGetDatum(row);
  Event const event = read_event(trigger, *site, row);
  check_event(trigger, *site, event);
  return PointerGetDatum(row);
}

TENANCY_FUNCTION(tenancy_validate_event)
{
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) PG_RETURN_NULL();
  Jsonb* const payload = PG_GETARG_JSONB_P(1);
  const text* const type = PG_GETARG_TEXT_PP(0);
  auto* site = static_cast<Site*>(fcinfo->flinfo->fn_extra);
  if (!site) fcinfo->flinfo->fn_extra = site = make_in<Site>(fcinfo->flinfo->fn_mcxt);
  std::string_view const type_name(VARDATA_ANY(type), VARSIZE_ANY_EXHDR(type));
  int const version = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT32(2);
  const EventSchema& schema = schema_for(*site, type_name, version);
  if (!schema.program) require_event_schema(std::string(type_name), version);
  PG_RETURN_BOOL(validation::matches(*schema.program, payload));
}

TENANCY_FUNCTION(tenancy_event_errors)
{
  Arguments const arguments(fcinfo);
  ResultRows rows(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) return Datum{0};
  Datum const value = fcinfo->args[1].value;
  Jsonb* const payload = server([&] { return DatumGetJsonbP(value); });
  const EventSchema schema =
      require_event_schema(arguments.text(0), arguments.is_null(2) ? 0 : arguments.integer(2));
  for (const jsonschema::Violation& violation : validation::violations(*schema.program, payload))
    rows.add({violation.instance_location, violation.keyword_location, violation.message});
  return Datum{0};
}

}  // namespace tenancy::event
