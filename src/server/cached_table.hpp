// A table of the extension's own that each backend reads through a cache.
//
// Every change of such a table invalidates the cache of every backend: triggers of the table send a
// relation cache invalidation, which arrives with the change's commit, and in the backend that made
// the change at its next command. The table is read directly, without regard to the privileges of
// whoever has it read, and as of now, whatever the transaction's snapshot. It belongs to whoever
// created the extension, who may alter it: what is read by number must be checked first.
#pragma once

#include "server/guard.hpp"

namespace tenancy {

// One object for each table, constinit, for the life of the process: hooks of the server touch it.
class CachedTable {
 public:
  // The table's name in the schema "tenancy", and that of the function, beside it, of the triggers
  // that tell of changes. Both literals.
  constexpr CachedTable(const char* name, const char* trigger_function) noexcept
      : name_(name), trigger_function_(trigger_function) {}
  CachedTable(const CachedTable&) = delete;
  CachedTable& operator=(const CachedTable&) = delete;

  // A number that changes when this backend has learned of a change. What was read is kept only if
  // the number is still the one of before the reading: reading may process an invalidation.
  std::uint64_t generation() const noexcept { return generation_; }

  // The rest is server zone.

  // Its OID; 42P01 where the extension is not installed.
  Oid oid();

  // Opens it to be read under AccessShareLock.
  Relation open_to_read();

  // Whether the column is what its number stands for: of that type, not generated, not dropped.
  static bool has_column(Relation table, AttrNumber number, Oid type, bool not_null) noexcept;

  // Whether the triggers that tell of changes are there and enabled, for every way of changing it;
  // and whether always, as the extension makes them, so that changes which replication applies
  // count. (pg_restore --disable-triggers leaves them enabled in the ordinary way.)
  bool tells_of_changes(Relation table) const { return tells(table, false); }
  bool always_tells_of_changes(Relation table) const { return tells(table, true); }

  // The error for a table that is not what it is taken for: 55000.
  [[noreturn]] void raise_altered() const;

 private:
  bool tells(Relation table, bool always) const;
  static void listen();
  static void forget(Datum, Oid relation) noexcept;
  static void forget_aborted() noexcept;
  static void end_transaction(XactEvent event, void*) noexcept;
  static void end_subtransaction(SubXactEvent event, SubTransactionId, SubTransactionId,
                                 void*) noexcept;

  const char* name_;
  const char* trigger_function_;
  std::uint64_t generation_ = 0;
  Oid oid_ = InvalidOid;
  bool was_read_ = false;        // in this transaction
  bool is_listed_ = false;       // among those that hooks walk
  CachedTable* next_ = nullptr;  // of those
};

// Learns of what other sessions have committed, as taking a lock does. For once at the beginning of
// a statement, which may take none. Server zone.
void accept_changes();

// The whole body of a trigger function that tells every backend of a change. C++ zone.
Datum tell_of_change(FunctionCallInfo fcinfo);

}  // namespace tenancy
