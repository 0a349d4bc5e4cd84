#include "event/registry.hpp"

#include "server/cached_table.hpp"
#include "server/function.hpp"

namespace tenancy::event {
namespace {

// Each takes some 200 bytes. The schemas behind them are counted where they are.
constexpr std::size_t entries_kept = 65536;

// The columns of tenancy.event_schema, by number, as event.sql declares them.
enum Attribute : AttrNumber {
  event_type = 1,
  version = 2,
  schema = 3,
  assert_format = 4,
  source = 7,
  resources = 8,
  retired_at = 9
};

constinit CachedTable table("event_schema", "event_schema_changed");

// From here to the end of this namespace: server zone.

void require_shape(Relation relation, Relation index) {
  Oid const schema_type =
      GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("jsonschema"),
                      ObjectIdGetDatum(RelationGetNamespace(relation)));
  bool const is_right =
      CachedTable::has_column(relation, Attribute::event_type, TEXTOID, true) &&
      CachedTable::has_column(relation, Attribute::version, INT4OID, true) &&
      CachedTable::has_column(relation, Attribute::schema, schema_type, true) &&
      CachedTable::has_column(relation, Attribute::assert_format, BOOLOID, true) &&
      CachedTable::has_column(relation, Attribute::source, JSONOID, false) &&
      CachedTable::has_column(relation, Attribute::resources, TEXTARRAYOID, false) &&
      CachedTable::has_column(relation, Attribute::retired_at, TIMESTAMPTZOID, false) && index &&
      index->rd_index->indnkeyatts == 2 &&
      index->rd_index->indkey.values[0] == Attribute::event_type &&
      index->rd_index->indkey.values[1] == Attribute::version &&
      index->rd_indcollation[0] == C_COLLATION_OID && index->rd_rel->relam == BTREE_AM_OID &&
      index->rd_indoption[1] == 0;
  if (!is_right || !table.tells_of_changes(relation)) table.raise_altered();
}

// The table, open to be read in the order of its primary key. Plain data.
struct Scan {
  Relation relation;
  Relation index;
  SysScanDesc scan;
};

// With `edition`, as the table was when the statement that goes by it began, if it has changed
// since then.
Scan begin_scan(int key_count, ScanKeyData* keys, const Edition* edition = nullptr) {
  Relation const relation = table.open_to_read();
  Oid const key = primary_key_index(relation);
  Relation const index = OidIsValid(key) ? index_open(key, AccessShareLock) : nullptr;
  require_shape(relation, index);
  // A null snapshot is a new one. That of a whole transaction may be older than the statement.
  Snapshot const snapshot =
      edition && !edition->is_current() && ActiveSnapshotSet() && !IsolationUsesXactSnapshot()
          ? GetActiveSnapshot()
          : nullptr;
  return {relation, index, systable_beginscan_ordered(relation, index, snapshot, key_count, keys)};
}

void end_scan(const Scan& scan) {
  systable_endscan_ordered(scan.scan);
  index_close(scan.index, AccessShareLock);
  table_close(scan.relation, AccessShareLock);
}

// A row of the table; its values are in the scan's buffer, and may be compressed. Plain data.
struct Row {
  Datum event_type;
  int version;
  Datum schema;
  bool assert_format;
  Datum source;  // the schema as it was given
  bool has_resources;
  Datum resources;
  bool is_retired;
};

// Whether there is another row.
bool next_row(const Scan& scan, ScanDirection direction, Row& row) {
  HeapTuple const tuple = systable_getnext_ordered(scan.scan, direction);
  if (!HeapTupleIsValid(tuple)) return false;
  TupleDesc const descriptor = RelationGetDescr(scan.relation);
  auto const value = [&](Attribute attribute, bool& is_null) {
    return heap_getattr(tuple, attribute, descriptor, &is_null);
  };
  bool nulls[4], no_source, no_resources, in_use;
  row.event_type = value(Attribute::event_type, nulls[0]);
  row.version = DatumGetInt32(value(Attribute::version, nulls[1]));
  row.schema = value(Attribute::schema, nulls[2]);
  row.assert_format = DatumGetBool(value(Attribute::assert_format, nulls[3]));
  row.source = value(Attribute::source, no_source);
  row.resources = value(Attribute::resources, no_resources);
  value(Attribute::retired_at, in_use);
  // A NOT NULL constraint that is NOT VALID, from 18 on, lets them be.
  if (nulls[0] || nulls[1] || nulls[2] || nulls[3]) table.raise_altered();
  if (no_source) row.source = row.schema;
  row.has_resources = !no_resources;
  row.is_retired = !in_use;
  return true;
}

struct Stored {
  int version;  // 0: none
  Datum schema;
  Datum source;
  bool assert_format;
  bool is_retired;
  int last_version;  // of those that were looked at; 0: there is none
};

// The row for an event type and a version, or its newest that is not retired where that is 0.
// `edition` as in begin_scan().
Stored read_row(const char* type, std::size_t type_size, int wanted,
                const Edition* edition = nullptr) {
  ScanKeyData keys[2];
  ScanKeyInit(&keys[0], Attribute::event_type, BTEqualStrategyNumber, F_TEXTEQ,
              PointerGetDatum(cstring_to_text_with_len(type, static_cast<int>(type_size))));
  ScanKeyInit(&keys[1], Attribute::version, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(wanted));
  Scan const scan = begin_scan(wanted == 0 ? 1 : 2, keys, edition);
  Stored stored{};
  for (Row row; stored.version == 0 && next_row(scan, BackwardScanDirection, row);) {
    if (stored.last_version == 0) stored.last_version = row.version;
    stored.is_retired = row.is_retired;
    if (row.is_retired && wanted == 0) continue;
    stored.version = row.version;
    stored.schema = PointerGetDatum(PG_DETOAST_DATUM_COPY(row.schema));
    stored.source = PointerGetDatum(PG_DETOAST_DATUM_COPY(row.source));
    stored.assert_format = row.assert_format;
  }
  end_scan(scan);
  return stored;
}

bool contains(Datum array, const std::string* wanted) {
  Datum* values = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls,
                    &count);
  if (!wanted) return count > 0;
  for (int i = 0; i < count; ++i) {
    if (nulls[i]) continue;
    const text* const value = DatumGetTextPP(values[i]);
    if (std::string_view(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)) == *wanted) return true;
  }
  return false;
}

// A row of the table that has resources. Plain data.
struct StoredDependant {
  Datum event_type;
  int version;
  Datum source;
  bool assert_format;
};

List* scan_dependants(const std::string* uri) {
  Scan const scan = begin_scan(0, nullptr);
  List* found = NIL;
  for (Row row; next_row(scan, ForwardScanDirection, row);) {
    if (!row.has_resources || !contains(row.resources, uri)) continue;
    auto* const dependant = static_cast<StoredDependant*>(palloc(sizeof(StoredDependant)));
    *dependant = {PointerGetDatum(PG_DETOAST_DATUM_COPY(row.event_type)), row.version,
                  PointerGetDatum(PG_DETOAST_DATUM_COPY(row.source)), row.assert_format};
    found = lappend(found, dependant);
  }
  end_scan(scan);
  return found;
}

}  // namespace

std::vector<Dependant> read_dependants(const OptionalText& uri) {
  const std::string* const wanted = uri ? &*uri : nullptr;
  const List* const rows = server([&] { return scan_dependants(wanted); });
  std::vector<Dependant> dependants;
  for (int i = 0; i < list_length(rows); ++i) {
    const auto* const row = static_cast<const StoredDependant*>(list_nth(rows, i));
    dependants.push_back(
        {to_string(row->event_type), row->version, to_string(row->source), row->assert_format});
  }
  return dependants;
}

Oid registry_table() {
  return table.oid();
}

Registration read_newest(const std::string& type) {
  Stored const stored = server([&] { return read_row(type.data(), type.size(), 0); });
  if (stored.version == 0) return {0, "", false, stored.last_version};
  return {stored.version, to_string(stored.source), stored.assert_format, stored.last_version};
}

std::shared_ptr<Edition> Edition::current() {
  // Made at the first use and never destroyed: it ends with its process.
  static auto* const latest = new std::shared_ptr<Edition>;
  if (!*latest || !(*latest)->is_current()) *latest = std::make_shared<Edition>(table.generation());
  return *latest;
}

bool Edition::is_current() const noexcept {
  return generation_ == table.generation();
}

EventSchema Edition::find(std::string_view type, Version wanted) {
  if (wanted && *wanted <= 0) return {};
  int number = wanted.value_or(0);
  auto const known = entries_.find(KeyView(type, number));
  if (known != entries_.end()) {
    const Entry& entry = known->second;
    if (validation::SchemaPointer compiled = entry.compiled.lock()) {
      compiled->was_used = true;
      return {entry.version, std::move(compiled), entry.is_retired};
    }
    number = entry.version;
  }
  Stored const stored = server([&] { return read_row(type.data(), type.size(), number, this); });
  EventSchema result;
  result.is_retired = stored.is_retired;
  if (stored.version == 0) return result;
  result.version = stored.version;
  result.compiled = validation::find_schema(to_string(stored.schema), stored.assert_format);
  if (known != entries_.end()) {
    known->second.compiled = result.compiled;
    result.is_retired = known->second.is_retired;
    return result;
  }
  // Unknown types are not kept, or a client could fill the memory with them. What was read while a
  // change arrived is kept, with an edition that nobody new will use.
  if (entries_.size() >= entries_kept) entries_.clear();
  entries_.emplace(Key{std::string(type), number},
                   Entry{result.version, result.is_retired, result.compiled});
  return result;
}

Missing describe_missing(std::string_view type, Version wanted, bool is_retired) {
  const std::string named = "event type \"" + std::string(type) + "\"";
  if (is_retired)
    return {wanted ? "version " + std::to_string(*wanted) + " of " + named + " is retired"
                   : named + " is retired",
            "Use the newest version, or register another with tenancy.register_event_schema()."};
  return {
      wanted ? named + " has no version " + std::to_string(*wanted) : named + " is not registered",
      "Register its schema with tenancy.register_event_schema()."};
}

}  // namespace tenancy::event
