// validate_event(), event_errors() and the trigger that enforces.
#include "event/columns.hpp"
#include "event/registry.hpp"
#include "server/cached_table.hpp"
#include "server/function.hpp"
#include "server/memory.hpp"
#include "validation/match.hpp"

namespace tenancy::event {
namespace {

constexpr std::size_t errors_shown = 5;

// What a call site remembers: a trigger for as long as a statement runs, a function for as long as
// its plan lives, which in PL/pgSQL is a transaction.
struct Site {
  EventColumns columns;
  bool allow_unknown = false;
  std::string last_type;
  Version last_version;
  EventSchema last;
  bool has_last = false;
  std::uint64_t generation = 0;  // of the registry, when `last` was found
  TimestampTz statement = 0;     // of the client's, in which changes were last accepted
};

Site* make_site(FunctionCallInfo fcinfo) {
  auto* const site = make_in<Site>(fcinfo->flinfo->fn_mcxt);
  fcinfo->flinfo->fn_extra = site;
  return site;
}

// For a statement's first row: learns of what has been registered until now.
Site* make_trigger_site(FunctionCallInfo fcinfo, const TriggerData* trigger) {
  const ::Trigger* const definition = trigger->tg_trigger;
  std::string_view const mode = definition->tgnargs == 4 ? definition->tgargs[3] : "";
  if (mode != "reject" && mode != "allow")
    throw Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                "tenancy.check_event() takes four arguments, the last \"reject\" or \"allow\"")
        .hint("Create the trigger with tenancy.enforce_event_schemas().");
  EventColumns columns;
  try {
    columns = find_columns(describe_relation(RelationGetRelid(trigger->tg_relation)),
                           definition->tgargs[0], definition->tgargs[1], definition->tgargs[2]);
  } catch (Error& error) {
    throw std::move(error).hint(
        "Enforce the schemas anew: tenancy.unenforce_event_schemas(), then "
        "tenancy.enforce_event_schemas().");
  }
  server([] { accept_changes(); });
  Site* const site = make_site(fcinfo);
  site->columns = columns;
  site->allow_unknown = mode == "allow";
  return site;
}

// The three values of a row, detoasted. Plain data.
struct Event {
  const text* type;        // null where NULL
  const varlena* payload;  // null where NULL; bytes_of() reads it
  bool has_version;        // false where NULL, or without a column for it
  int version;
};

Event read_event(const TriggerData* trigger, const EventColumns& columns, HeapTuple row) {
  TupleDesc const descriptor = RelationGetDescr(trigger->tg_relation);
  Event event{};
  bool is_null;
  Datum value = heap_getattr(row, columns.type, descriptor, &is_null);
  if (!is_null) event.type = DatumGetTextPP(value);
  value = heap_getattr(row, columns.payload, descriptor, &is_null);
  if (!is_null) event.payload = PG_DETOAST_DATUM_PACKED(value);
  if (columns.version) {
    value = heap_getattr(row, columns.version, descriptor, &is_null);
    event.has_version = !is_null;
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
    lines += (i > 0 ? "\n" : "") + validation::describe(violations[i]);
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

// Whether this is an UPDATE that leaves type and version as they are.
bool keeps_schema(const TriggerData* trigger, const EventColumns& columns) {
  return TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) && server([&] {
           return is_unchanged(trigger, columns.type) && is_unchanged(trigger, columns.version);
         });
}

// The registered schema of the event. Rows of one type and version that follow each other share a
// look-up.
const EventSchema& schema_for(Site& site, std::string_view type, Version version) {
  if (!site.has_last || site.last_version != version || site.last_type != type) {
    site.has_last = false;
    // Of before the look-up: what is read while a change arrives may be older than it.
    site.generation = registry_generation();
    site.last = find_event_schema(type, version);
    site.last_type = type;
    site.last_version = version;
    site.has_last = true;
  }
  return site.last;
}

void check_event(const TriggerData* trigger, Site& site, const Event& event) {
  if (!event.type)
    throw rejection(trigger, site.columns.type, "event has no type")
        .hint("Set the type to one that tenancy.register_event_schema() knows.");
  std::string_view const type(VARDATA_ANY(event.type), VARSIZE_ANY_EXHDR(event.type));
  Version const version = event.has_version ? Version(event.version) : std::nullopt;
  const EventSchema& schema = schema_for(site, type, version);
  if (!schema.compiled) {
    if (site.allow_unknown && !version && !schema.is_retired) return;
    throw rejection(trigger, site.columns.type, describe_missing(type, version, schema.is_retired))
        .hint(schema.is_retired ? retired_hint : missing_hint);
  }
  // An event that is there keeps its version; a new one is of one that is in use.
  if (schema.is_retired && !keeps_schema(trigger, site.columns))
    throw rejection(trigger, site.columns.version, describe_missing(type, version, true))
        .hint(retired_hint);
  if (!event.payload)
    throw rejection(trigger, site.columns.payload,
                    "payload of event type \"" + std::string(type) + "\" is null");
  if (validation::matches(*schema.compiled, validation::bytes_of(event.payload))) [[likely]]
    return;
  throw rejection(trigger, site.columns.payload,
                  "payload of event type \"" + std::string(type) +
                      "\" does not match its schema (version " + std::to_string(schema.version) +
                      ")")
      .detail(
          describe(validation::violations(*schema.compiled, validation::bytes_of(event.payload))))
      .hint("tenancy.event_errors() lists all that is wrong with a payload.");
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
  HeapTuple const row = is_update ? trigger->tg_newtuple : trigger->tg_trigtuple;

  auto* site = static_cast<Site*>(fcinfo->flinfo->fn_extra);
  if (!site) site = make_trigger_site(fcinfo, trigger);
  // No C++ object is alive here, so the server may be called directly.
  if (is_update && is_unchanged(trigger, site->columns.payload) &&
      is_unchanged(trigger, site->columns.type) && is_unchanged(trigger, site->columns.version))
    return PointerGetDatum(row);
  Event const event = read_event(trigger, site->columns, row);
  check_event(trigger, *site, event);
  return PointerGetDatum(row);
}

// Called once a row.
TENANCY_FUNCTION(tenancy_validate_event) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) PG_RETURN_NULL();
  varlena* const payload = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
  const text* const type = PG_GETARG_TEXT_PP(0);
  auto* site = static_cast<Site*>(fcinfo->flinfo->fn_extra);
  if (!site) site = make_site(fcinfo);
  // No C++ object is alive here, so the server may be called directly.
  if (site->statement != GetCurrentStatementStartTimestamp()) {
    accept_changes();
    site->statement = GetCurrentStatementStartTimestamp();
  }
  if (site->generation != registry_generation()) site->has_last = false;
  std::string_view const type_name(VARDATA_ANY(type), VARSIZE_ANY_EXHDR(type));
  Version const version = PG_ARGISNULL(2) ? std::nullopt : Version(PG_GETARG_INT32(2));
  const EventSchema& schema = schema_for(*site, type_name, version);
  if (!schema.compiled)
    throw Error(ERRCODE_UNDEFINED_OBJECT, describe_missing(type_name, version, schema.is_retired))
        .hint(schema.is_retired ? retired_hint : missing_hint);
  bool const result = validation::matches(*schema.compiled, validation::bytes_of(payload));
  PG_FREE_IF_COPY(payload, 1);
  PG_RETURN_BOOL(result);
}

TENANCY_FUNCTION(tenancy_event_errors) {
  Arguments const arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1))
    return validation::return_violations(fcinfo, {});
  Datum const value = fcinfo->args[1].value;
  const varlena* const payload = server([&] {
    accept_changes();
    return PG_DETOAST_DATUM_PACKED(value);
  });
  std::string const type = arguments.text(0);
  Version const version = arguments.is_null(2) ? std::nullopt : Version(arguments.integer(2));
  const EventSchema schema = find_event_schema(type, version);
  if (!schema.compiled)
    throw Error(ERRCODE_UNDEFINED_OBJECT, describe_missing(type, version, schema.is_retired))
        .hint(schema.is_retired ? retired_hint : missing_hint);
  return validation::return_violations(
      fcinfo, validation::violations(*schema.compiled, validation::bytes_of(payload)));
}

}  // namespace tenancy::event
