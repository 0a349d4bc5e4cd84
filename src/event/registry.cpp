#include "event/registry.hpp"

#include <map>

#include "server/function.hpp"
#include "server/sql.hpp"

namespace tenancy::event {
namespace {

constexpr std::size_t cache_limit = 1024;  // entries; the programs behind them are shared

enum Attribute : AttrNumber { event_type = 1, version = 2, schema = 3, assert_format = 4 };

using CacheKey = std::pair<std::string, int>;  // event type, version or 0 for the newest

struct KeyLess {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return std::pair<std::string_view, int>(a) < std::pair<std::string_view, int>(b);
  }
};

struct Registry {
  std::map<CacheKey, EventSchema, KeyLess> entries;
};

// Plain data: hooks of the server touch it, and the library's load makes it.
constinit bool is_stale = false;
constinit Oid table_oid = InvalidOid;

Registry& registry() {
  static Registry* const made = new Registry;
  return *made;
}

void forget(Datum, Oid relation) noexcept {
  if (relation == InvalidOid || relation == table_oid) is_stale = true;
}

// Server zone.
Oid find_table() {
  static bool is_listening = false;
  if (!is_listening) {
    CacheRegisterRelcacheCallback(forget, Datum{0});
    is_listening = true;
  }
  Oid const namespace_oid = get_namespace_oid("tenancy", false);
  Oid const oid = get_relname_relid("event_schema", namespace_oid);
  if (!OidIsValid(oid))
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation \"tenancy.event_schema\" does not exist"),
                    errhint("Create the extension pg_tenancy in this database.")));
  return oid;
}

struct Stored {
  int version;  // 0: none
  Datum schema;
  bool assert_format;
};

// Server zone: the row for an event type and a version, or its newest. The primary key is on
// (event_type COLLATE "C", version), the collation that ScanKeyInit() assumes.
Stored read_row(const char* type, std::size_t type_size, int wanted) {
  table_oid = find_table();
  Relation const table = table_open(table_oid, AccessShareLock);
  Relation const index = index_open(primary_key_index(table), AccessShareLock);
  ScanKeyData keys[2];
  ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_TEXTEQ,
              PointerGetDatum(cstring_to_text_with_len(type, static_cast<int>(type_size))));
  ScanKeyInit(&keys[1], 2, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(wanted));
  // A null snapshot is a new one: of the registry the latest committed state counts, whatever the
  // isolation level, since the cache outlives the transaction.
  SysScanDesc const scan =
      systable_beginscan_ordered(table, index, nullptr, wanted == 0 ? 1 : 2, keys);
  Stored stored{};
  HeapTuple const tuple = systable_getnext_ordered(scan, BackwardScanDirection);
  if (HeapTupleIsValid(tuple)) {
    bool is_null;
    TupleDesc const descriptor = RelationGetDescr(table);
    stored.version = DatumGetInt32(heap_getattr(tuple, Attribute::version, descriptor, &is_null));
    stored.schema = PointerGetDatum(
        PG_DETOAST_DATUM_COPY(heap_getattr(tuple, Attribute::schema, descriptor, &is_null)));
    stored.assert_format =
        DatumGetBool(heap_getattr(tuple, Attribute::assert_format, descriptor, &is_null));
  }
  systable_endscan_ordered(scan);
  index_close(index, AccessShareLock);
  table_close(table, AccessShareLock);
  return stored;
}

}  // namespace

EventSchema find_event_schema(std::string_view type, int wanted) {
  Registry& known = registry();
  if (is_stale) {
    known.entries.clear();
    is_stale = false;
  }
  auto const found = known.entries.find(std::pair(type, wanted));
  if (found != known.entries.end()) return found->second;

  Stored const stored = server([&] { return read_row(type.data(), type.size(), wanted); });
  EventSchema result;
  if (stored.version != 0) {
    result.version = stored.version;
    result.program = validation::find_program(to_string(stored.schema), stored.assert_format);
  }
  // Reading may have processed an invalidation, and what was read may be older than it: then only
  // this caller uses it. Unknown types are not kept, or a client could fill the cache with them.
  if (is_stale || !result.program) return result;
  if (known.entries.size() >= cache_limit) known.entries.clear();
  known.entries.emplace(CacheKey(type, wanted), result);
  return result;
}

EventSchema require_event_schema(const std::string& type, int wanted) {
  EventSchema found = find_event_schema(type, wanted);
  if (found.program) return found;
  throw Error(ERRCODE_UNDEFINED_OBJECT,
              wanted == 0 ? "event type \"" + type + "\" is not registered"
                          : "event type \"" + type + "\" has no version " + std::to_string(wanted))
      .hint("Register its schema with tenancy.register_event_schema().");
}

// A statement trigger of tenancy.event_schema, for every way of changing it.
TENANCY_FUNCTION(tenancy_event_schema_changed)
{
  require_trigger_call(fcinfo);
  auto* const trigger = reinterpret_cast<TriggerData*>(fcinfo->context);
  CacheInvalidateRelcache(trigger->tg_relation);
  return PointerGetDatum(nullptr);
}

TENANCY_FUNCTION(tenancy_register_event_schema)
{
  Arguments const arguments(fcinfo);
  std::string const type = arguments.text(0);
  std::string const schema = arguments.text(1);
  bool const assert_format = arguments.boolean(2);
  if (type.empty()) throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "event type must not be empty");
  validation::find_program(schema, assert_format);

  // One registration at a time, so that versions have no gap and no duplicate; who may not insert
  // may not wait here either, since that would make others wait.
  server([&] {
    Oid const table = find_table();
    AclResult const allowed = pg_class_aclcheck(table, GetUserId(), ACL_INSERT);
    if (allowed != ACLCHECK_OK) aclcheck_error(allowed, OBJECT_TABLE, "event_schema");
    LockRelationOid(table, ShareRowExclusiveLock);
  });
  Sql sql;
  const auto newest = sql.query(
      "SELECT version, assert_format OPERATOR(pg_catalog.=) $3::pg_catalog.bool "
      "  AND schema::pg_catalog.jsonb OPERATOR(pg_catalog.=) $2::pg_catalog.jsonb "
      "FROM tenancy.event_schema WHERE event_type OPERATOR(pg_catalog.=) $1 "
      "ORDER BY version DESC LIMIT 1",
      {type, schema, assert_format ? "t" : "f"});
  if (!newest.empty() && newest[0][1] == "t") {
    notice("event type \"" + type + "\" already has this schema, as version " + *newest[0][0]);
    PG_RETURN_INT32(std::stoi(*newest[0][0]));
  }
  int const version = newest.empty() ? 1 : std::stoi(*newest[0][0]) + 1;
  sql.execute(
      "INSERT INTO tenancy.event_schema (event_type, version, schema, assert_format) "
      "VALUES ($1, $2::pg_catalog.int4, $3::tenancy.jsonschema, $4::pg_catalog.bool)",
      {type, std::to_string(version), schema, assert_format ? "t" : "f"});
  PG_RETURN_INT32(version);
}

}  // namespace tenancy::event
