#include "tenant/signing_key.hpp"

#include <map>

#include "server/cached_table.hpp"
#include "server/function.hpp"

namespace tenancy::tenant {
namespace {

constexpr std::size_t cache_limit = 256;  // keys that are known by name

// The columns of tenancy.signing_key, by number, as token.sql declares them.
enum Attribute : AttrNumber { kid = 1, algorithm = 2, key = 3, not_after = 4 };

constinit CachedTable table("signing_key", "signing_key_changed");

// Whether what was read last may be kept: a key that is revoked must not be good in any session.
constinit bool may_keep = false;

struct Cache {
  std::uint64_t generation = 0;
  std::map<std::string, SigningKey> by_name;
  std::map<token::Algorithm, std::vector<SigningKey>> by_algorithm;
};

// Made at the first use and never destroyed: it ends with its process.
Cache& cache() {
  static Cache* const made = new Cache;
  if (made->generation != table.generation()) {
    made->by_name.clear();
    made->by_algorithm.clear();
    made->generation = table.generation();
  }
  return *made;
}

// A row, as plain data in the current memory context.
struct Stored {
  bool exists;
  text* name;
  text* algorithm;
  bytea* key;
  TimestampTz not_after;
};

std::string_view view(const varlena* value) noexcept {
  return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

// From here to the next comment of this kind: server zone.

void require_shape(Relation relation, Relation index) {
  bool const is_right =
      CachedTable::has_column(relation, Attribute::kid, TEXTOID, true) &&
      CachedTable::has_column(relation, Attribute::algorithm, TEXTOID, true) &&
      CachedTable::has_column(relation, Attribute::key, BYTEAOID, true) &&
      CachedTable::has_column(relation, Attribute::not_after, TIMESTAMPTZOID, false) && index &&
      index->rd_index->indnkeyatts == 1 && index->rd_index->indkey.values[0] == Attribute::kid &&
      index->rd_indcollation[0] == C_COLLATION_OID && index->rd_rel->relam == BTREE_AM_OID;
  if (!is_right || relation->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT ||
      !table.tells_of_changes(relation))
    table.raise_altered();
  may_keep = table.always_tells_of_changes(relation);
}

Stored read_tuple(HeapTuple tuple, TupleDesc descriptor) {
  bool nulls[4];
  Datum const name = heap_getattr(tuple, Attribute::kid, descriptor, &nulls[0]);
  Datum const algorithm = heap_getattr(tuple, Attribute::algorithm, descriptor, &nulls[1]);
  Datum const key = heap_getattr(tuple, Attribute::key, descriptor, &nulls[2]);
  Datum const not_after = heap_getattr(tuple, Attribute::not_after, descriptor, &nulls[3]);
  // A NOT NULL constraint that is NOT VALID, from 18 on, lets them be; a trigger comes before it.
  return {true, nulls[0] ? nullptr : DatumGetTextPCopy(name),
          nulls[1] ? nullptr : DatumGetTextPCopy(algorithm),
          nulls[2] ? nullptr : DatumGetByteaPCopy(key),
          nulls[3] ? DT_NOEND : DatumGetTimestampTz(not_after)};
}

Stored read_key(HeapTuple tuple, Relation relation) {
  Stored const stored = read_tuple(tuple, RelationGetDescr(relation));
  if (!stored.name || !stored.algorithm || !stored.key) table.raise_altered();
  return stored;
}

Stored read_by_name(const std::string& name) {
  Relation const relation = table.open_to_read();
  Oid const index_oid = primary_key_index(relation);
  Relation const index = OidIsValid(index_oid) ? index_open(index_oid, AccessShareLock) : nullptr;
  require_shape(relation, index);
  ScanKeyData keys[1];
  ScanKeyInit(
      &keys[0], Attribute::kid, BTEqualStrategyNumber, F_TEXTEQ,
      PointerGetDatum(cstring_to_text_with_len(name.data(), static_cast<int>(name.size()))));
  // A null snapshot is a new one.
  SysScanDesc const scan = systable_beginscan_ordered(relation, index, nullptr, 1, keys);
  HeapTuple const tuple = systable_getnext_ordered(scan, ForwardScanDirection);
  Stored const stored = HeapTupleIsValid(tuple) ? read_key(tuple, relation) : Stored{};
  systable_endscan_ordered(scan);
  index_close(index, AccessShareLock);
  table_close(relation, AccessShareLock);
  return stored;
}

struct StoredList {
  Stored* first;
  std::size_t count;
};

StoredList read_by_algorithm(const char* name, TimestampTz now) {
  Relation const relation = table.open_to_read();
  Oid const index_oid = primary_key_index(relation);
  Relation const index = OidIsValid(index_oid) ? index_open(index_oid, AccessShareLock) : nullptr;
  require_shape(relation, index);
  StoredList found{static_cast<Stored*>(palloc((max_keys_tried + 1) * sizeof(Stored))), 0};
  ScanKeyData keys[1];
  ScanKeyInit(&keys[0], Attribute::algorithm, BTEqualStrategyNumber, F_TEXTEQ,
              CStringGetTextDatum(name));
  SysScanDesc const scan = systable_beginscan(relation, InvalidOid, false, nullptr, 1, keys);
  HeapTuple tuple;
  while (found.count <= max_keys_tried && HeapTupleIsValid(tuple = systable_getnext(scan))) {
    CHECK_FOR_INTERRUPTS();
    Stored const stored = read_key(tuple, relation);
    if (now < stored.not_after) found.first[found.count++] = stored;
  }
  systable_endscan(scan);
  index_close(index, AccessShareLock);
  table_close(relation, AccessShareLock);
  return found;
}

// From here on: C++ zone.

// Reads the key of a row, and wipes the row's copy of it. Nothing where it cannot be used: why is
// for the server's log, not for whoever sends a token.
std::optional<SigningKey> to_key(const Stored& stored) {
  auto parsed = std::make_shared<token::Key>();
  auto const known = token::find_algorithm(view(stored.algorithm));
  token::KeyFault const fault =
      known ? token::Key::parse(*known, view(stored.key), *parsed) : token::KeyFault::wrong_type;
  token::cleanse(VARDATA_ANY(stored.key), VARSIZE_ANY_EXHDR(stored.key));
  if (fault == token::KeyFault::none) return SigningKey{std::move(parsed), stored.not_after};
  const std::string name(view(stored.name));
  server([&] {
    ereport(
        LOG,
        (errmsg("signing key \"%s\" cannot be used: it %s", name.c_str(), token::message(fault)),
         errhint("Store it anew in tenancy.signing_key, whose trigger refuses such keys.")));
  });
  return std::nullopt;
}

Error bad_row(std::string message) {
  return Error(ERRCODE_INVALID_PARAMETER_VALUE, std::move(message))
      .schema("tenancy")
      .table("signing_key");
}

}  // namespace

std::optional<SigningKey> find_signing_key(const std::string& name) {
  Cache& known = cache();
  auto const found = known.by_name.find(name);
  if (found != known.by_name.end()) return found->second;
  Stored const stored = server([&] { return read_by_name(name); });
  // Unknown names are not kept, or a client could fill the cache with them.
  if (!stored.exists) return std::nullopt;
  const std::optional<SigningKey> result = to_key(stored);
  if (!result)
    throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "signing key \"" + name + "\" cannot be used")
        .hint("The server's log says why.");
  // Reading may have processed an invalidation: then what was read is used only now.
  if (may_keep && known.generation == table.generation()) {
    if (known.by_name.size() >= cache_limit) known.by_name.clear();
    known.by_name.emplace(name, *result);
  }
  return result;
}

std::optional<std::vector<SigningKey>> find_signing_keys(token::Algorithm algorithm) {
  TimestampTz const now = GetCurrentTimestamp();
  Cache& known = cache();
  auto const found = known.by_algorithm.find(algorithm);
  std::vector<SigningKey> keys;
  if (found != known.by_algorithm.end()) {
    keys = found->second;
  } else {
    StoredList const stored =
        server([&] { return read_by_algorithm(token::name_of(algorithm), now); });
    // Not remembered: retiring one may make them few enough.
    if (stored.count > max_keys_tried) return std::nullopt;
    for (std::size_t i = 0; i < stored.count; ++i)
      if (auto key = to_key(stored.first[i])) keys.push_back(std::move(*key));
    if (may_keep && known.generation == table.generation())
      known.by_algorithm.emplace(algorithm, keys);
  }
  std::erase_if(keys, [now](const SigningKey& key) { return key.is_retired(now); });
  return keys;
}

// A trigger of tenancy.signing_key, for every way of changing it.
TENANCY_FUNCTION(tenancy_signing_key_changed) {
  return tell_of_change(fcinfo);
}

// A trigger of tenancy.signing_key, before a row is stored. It comes before the table's
// constraints, whose errors would print the row, and so the key: what they refuse is refused here.
TENANCY_FUNCTION(tenancy_check_signing_key) {
  require_trigger_call(fcinfo);
  auto* const trigger = reinterpret_cast<TriggerData*>(fcinfo->context);
  bool const is_update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
  HeapTuple const row = is_update ? trigger->tg_newtuple : trigger->tg_trigtuple;
  struct Call {
    bool is_right;
    Stored row;
  };
  Call const call = server([&]() -> Call {
    Relation const relation = trigger->tg_relation;
    bool const is_right = TRIGGER_FIRED_BEFORE(trigger->tg_event) &&
                          TRIGGER_FIRED_FOR_ROW(trigger->tg_event) &&
                          (is_update || TRIGGER_FIRED_BY_INSERT(trigger->tg_event)) &&
                          RelationGetRelid(relation) == table.oid();
    if (!is_right) return {};
    if (!CachedTable::has_column(relation, Attribute::kid, TEXTOID, false) ||
        !CachedTable::has_column(relation, Attribute::algorithm, TEXTOID, false) ||
        !CachedTable::has_column(relation, Attribute::key, BYTEAOID, false) ||
        !CachedTable::has_column(relation, Attribute::not_after, TIMESTAMPTZOID, false))
      table.raise_altered();
    return {true, read_tuple(row, RelationGetDescr(relation))};
  });
  if (!call.is_right)
    throw Error(
        ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
        "tenancy.check_signing_key() is the trigger of tenancy.signing_key, before insert or "
        "update for each row");
  if (!call.row.name || view(call.row.name).empty())
    throw bad_row("signing key has no name").hint("Set the column \"kid\".").column("kid");
  std::string const named = "signing key \"" + std::string(view(call.row.name)) + "\"";
  auto const known = call.row.algorithm ? token::find_algorithm(view(call.row.algorithm))
                                        : std::optional<token::Algorithm>();
  if (!known)
    throw bad_row(named + " has no algorithm that is supported")
        .hint("The algorithm is one of HS256, RS256, ES256 and EdDSA.")
        .column("algorithm");
  if (!call.row.key) throw bad_row(named + " is null").column("key");

  token::Key parsed;
  token::KeyFault fault = token::Key::parse(*known, view(call.row.key), parsed);
  token::cleanse(VARDATA_ANY(call.row.key), VARSIZE_ANY_EXHDR(call.row.key));
  if (fault == token::KeyFault::none) fault = parsed.examine();
  if (fault == token::KeyFault::none) return PointerGetDatum(row);
  throw bad_row(named + " " + token::message(fault))
      .hint(
          fault == token::KeyFault::private_key
              ? "Store the public key; the private one belongs to whoever signs."
              : "HS256 takes a secret of 32 bytes or more, RS256 an RSA key of 2048 bits or more, "
                "ES256 a key on P-256, EdDSA one of Ed25519 or Ed448: PEM, DER or a JWK.")
      .column("key");
}

}  // namespace tenancy::tenant
