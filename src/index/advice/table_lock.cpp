#include "index/advice/table_lock.hpp"

#include <algorithm>

namespace tenancy::index {
namespace {

// Server zone.

bool is_class(Oid oid, const char* name, Oid schema, Oid owner) {
  HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));
  if (!HeapTupleIsValid(tuple)) return false;
  auto* const form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
  bool const is_same = std::strcmp(NameStr(form->relname), name) == 0 &&
                       form->relnamespace == schema && form->relowner == owner;
  ReleaseSysCache(tuple);
  return is_same;
}

bool is_index(const StoredIndex& index) {
  HeapTuple const tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index.oid));
  if (!HeapTupleIsValid(tuple)) return false;
  bool const is_same =
      is_usable(reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple))) == index.is_valid;
  ReleaseSysCache(tuple);
  return is_same;
}

// C++ zone again.

// Whether what was read of the table is what there is now.
bool is_as_read(const StoredTable& table) {
  Oid const oid = table.facts.oid, schema = table.facts.schema_oid, owner = table.facts.owner;
  const char* const name = table.facts.name.c_str();
  const StoredIndex* const* const indexes = table.indexes.data();
  const StoredKey* const* const keys = table.foreign_keys.data();
  auto const index_count = table.indexes.size(), key_count = table.foreign_keys.size();
  return server([&] {
    return is_class(oid, name, schema, owner) &&
           std::all_of(indexes, indexes + index_count,
                       [&](const StoredIndex* index) {
                         return is_class(index->oid, NameStr(index->name), schema, owner) &&
                                is_index(*index);
                       }) &&
           std::all_of(keys, keys + key_count, [](const StoredKey* key) -> bool {
             return SearchSysCacheExists1(CONSTROID, ObjectIdGetDatum(key->oid));
           });
  });
}

}  // namespace

TableLock::TableLock(const StoredTable& table) {
  const auto lock = [this](Oid relation) {
    if (!server([&] { return ConditionalLockRelationOid(relation, AccessShareLock); }))
      return false;
    locked_.push_back(relation);
    return true;
  };
  locked_.reserve(1 + table.indexes.size());
  is_held_ = lock(table.facts.oid) &&
             std::all_of(table.indexes.begin(), table.indexes.end(),
                         [&](const StoredIndex* index) { return lock(index->oid); }) &&
             (SharedInvalidMessageCounter == table.as_of || is_as_read(table));
  if (!is_held_) release();
}

void TableLock::release() {
  for (Oid const relation : locked_) UnlockRelationOid(relation, AccessShareLock);
  locked_.clear();
}

TableLock::~TableLock() {
  // After an error the locks go with the transaction.
  if (std::uncaught_exceptions() == exceptions_) release();
}

}  // namespace tenancy::index
