#include "event/registry.hpp"

#include <map>

#include "server/function.hpp"

namespace tenancy::event {
namespace {

constexpr std::size_t cache_limit = 1024;  // entries; the programs behind them are shared

// The columns of tenancy.event_schema, by number, as event.sql declares them.
enum Attribute : AttrNumber { event_type = 1, version = 2, schema = 3, assert_format = 4 };

using CacheKey = std::pair<std::string, int>;  // event type, version or 0 for the newest

struct KeyLess {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return std::pair<std::string_view, int>(a) < std::pair<std::string_view, int>(b);
  }
};

using Entries = std::map<CacheKey, EventSchema, KeyLess>;

// Plain data: hooks of the server touch it, and the library's load makes it.
constinit std::uint64_t generation = 0;
constinit Oid table_oid = InvalidOid;
constinit bool has_read = false;  // the table, in this transaction

// Made at the first use and never destroyed: it ends with its process.
Entries& entries() {
  static Entries* const made = new Entries;
  return *made;
}

void forget(Datum, Oid relation) noexcept {
  if (relation == InvalidOid || relation == table_oid) ++generation;
}

// What an aborted transaction saw of its own changes may have been cached before the triggers,
// which fire at the end of a statement, could say so. What was read before it began is not
// concerned: a rejected event must not cost the next one the cache.
void forget_aborted() noexcept {
  if (has_read) ++generation;
  has_read = false;
}

void end_transaction(XactEvent event, void*) noexcept {
  if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PARALLEL_ABORT)
    forget_aborted();
  else if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PARALLEL_COMMIT)
    has_read = false;
}

void end_subtransaction(SubXactEvent event, SubTransactionId, SubTransactionId, void*) noexcept {
  if (event == SUBXACT_EVENT_ABORT_SUB) forget_aborted();
}

// From here to the end of this namespace: server zone.

[[noreturn]] void raise_altered() {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("table tenancy.event_schema is not as the extension made it"),
                  errhint("Restore its columns, its primary key and its triggers.")));
  pg_unreachable();
}

// Whether the triggers that invalidate the cache are there and enabled.
bool tells_of_changes(Relation table) {
  const TriggerDesc* const triggers = table->trigdesc;
  bool insert = false, update = false, remove = false, truncate = false;
  for (int i = 0; triggers && i < triggers->numtriggers; ++i) {
    const ::Trigger& trigger = triggers->triggers[i];
    if (trigger.tgenabled == TRIGGER_DISABLED || trigger.tgqual || trigger.tgnattr > 0) continue;
    const char* const function = get_func_name(trigger.tgfoid);
    if (!function || std::strcmp(function, "event_schema_changed") != 0 ||
        get_func_namespace(trigger.tgfoid) != RelationGetNamespace(table))
      continue;
    insert = insert || TRIGGER_FOR_INSERT(trigger.tgtype);
    update = update || TRIGGER_FOR_UPDATE(trigger.tgtype);
    remove = remove || TRIGGER_FOR_DELETE(trigger.tgtype);
    truncate = truncate || TRIGGER_FOR_TRUNCATE(trigger.tgtype);
  }
  return insert && update && remove && truncate;
}

// The table belongs to whoever created the extension, who may alter it. What is read by number must
// be what it is taken for.
void require_shape(Relation table, Relation index) {
  TupleDesc const columns = RelationGetDescr(table);
  Oid const schema_type =
      GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("jsonschema"),
                      ObjectIdGetDatum(RelationGetNamespace(table)));
  Oid const wanted[] = {TEXTOID, INT4OID, schema_type, BOOLOID};
  bool is_right = table->rd_rel->relkind == RELKIND_RELATION && columns->natts >= 4;
  for (int i = 0; is_right && i < 4; ++i) {
    const FormData_pg_attribute* const column = TupleDescAttr(columns, i);
    is_right = !column->attisdropped && column->attnotnull && column->attgenerated == '\0' &&
               column->atttypid == wanted[i];
  }
  is_right = is_right && index && index->rd_index->indnkeyatts == 2 &&
             index->rd_index->indkey.values[0] == Attribute::event_type &&
             index->rd_index->indkey.values[1] == Attribute::version &&
             index->rd_indcollation[0] == C_COLLATION_OID && index->rd_rel->relam == BTREE_AM_OID &&
             index->rd_indoption[1] == 0;
  if (!is_right || !tells_of_changes(table)) raise_altered();
}

struct Stored {
  int version;  // 0: none
  Datum schema;
  bool assert_format;
};

// The row for an event type and a version, or its newest where that is 0.
Stored read_row(const char* type, std::size_t type_size, int wanted) {
  table_oid = registry_table();
  has_read = true;
  Relation const table = table_open(table_oid, AccessShareLock);
  Oid const key = primary_key_index(table);
  Relation const index = OidIsValid(key) ? index_open(key, AccessShareLock) : nullptr;
  require_shape(table, index);
  ScanKeyData keys[2];
  ScanKeyInit(&keys[0], Attribute::event_type, BTEqualStrategyNumber, F_TEXTEQ,
              PointerGetDatum(cstring_to_text_with_len(type, static_cast<int>(type_size))));
  ScanKeyInit(&keys[1], Attribute::version, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(wanted));
  // A null snapshot is a new one.
  SysScanDesc const scan =
      systable_beginscan_ordered(table, index, nullptr, wanted == 0 ? 1 : 2, keys);
  Stored stored{};
  HeapTuple const tuple = systable_getnext_ordered(scan, BackwardScanDirection);
  if (HeapTupleIsValid(tuple)) {
    TupleDesc const descriptor = RelationGetDescr(table);
    bool nulls[3];
    Datum const number = heap_getattr(tuple, Attribute::version, descriptor, &nulls[0]);
    Datum const text = heap_getattr(tuple, Attribute::schema, descriptor, &nulls[1]);
    Datum const asserts = heap_getattr(tuple, Attribute::assert_format, descriptor, &nulls[2]);
    // A NOT NULL constraint that is NOT VALID, from 18 on, lets them be.
    if (nulls[0] || nulls[1] || nulls[2]) raise_altered();
    stored.version = DatumGetInt32(number);
    stored.schema = PointerGetDatum(PG_DETOAST_DATUM_COPY(text));
    stored.assert_format = DatumGetBool(asserts);
  }
  systable_endscan_ordered(scan);
  index_close(index, AccessShareLock);
  table_close(table, AccessShareLock);
  return stored;
}

}  // namespace

std::uint64_t registry_generation() noexcept {
  return generation;
}

void accept_changes() {
  AcceptInvalidationMessages();
}

Oid registry_table() {
  static bool is_listening = false;
  if (!is_listening) {
    CacheRegisterRelcacheCallback(forget, Datum{0});
    RegisterXactCallback(end_transaction, nullptr);
    RegisterSubXactCallback(end_subtransaction, nullptr);
    is_listening = true;
  }
  Oid const schema_oid = get_namespace_oid("tenancy", true);
  Oid const oid =
      OidIsValid(schema_oid) ? get_relname_relid("event_schema", schema_oid) : InvalidOid;
  if (!OidIsValid(oid))
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation \"tenancy.event_schema\" does not exist"),
                    errhint("Create the extension pg_tenancy in this database.")));
  return oid;
}

Registration read_newest(const std::string& type) {
  Stored const stored = server([&] { return read_row(type.data(), type.size(), 0); });
  if (stored.version == 0) return {};
  return {stored.version, to_string(stored.schema), stored.assert_format};
}

EventSchema find_event_schema(std::string_view type, Version wanted) {
  static std::uint64_t known_generation = 0;
  if (wanted && *wanted <= 0) return {};
  Entries& known = entries();
  if (known_generation != generation) {
    known.clear();
    known_generation = generation;
  }
  int const number = wanted.value_or(0);
  auto const found = known.find(std::pair(type, number));
  if (found != known.end()) return found->second;

  Stored const stored = server([&] { return read_row(type.data(), type.size(), number); });
  EventSchema result;
  if (stored.version != 0) {
    result.version = stored.version;
    result.program = validation::find_program(to_string(stored.schema), stored.assert_format);
  }
  // Reading may have processed an invalidation, and what was read may be older than it: then only
  // this caller uses it. Unknown types are not kept, or a client could fill the cache with them.
  if (known_generation != generation || !result.program) return result;
  if (known.size() >= cache_limit) known.clear();
  known.emplace(CacheKey(type, number), result);
  return result;
}

std::string describe_missing(std::string_view type, Version wanted) {
  const std::string named = "event type \"" + std::string(type) + "\"";
  return wanted ? named + " has no version " + std::to_string(*wanted)
                : named + " is not registered";
}

}  // namespace tenancy::event
