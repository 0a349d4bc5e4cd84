#include "event/moved_row.hpp"

namespace tenancy::event {
namespace {

// The row that was updated last. That it was moved is known only afterwards, by its mark.
struct LastUpdate {
  Oid partition = InvalidOid;  // InvalidOid: none
  ItemPointerData row{};
  EventColumns columns;
  CommandId command = 0;
  SubTransactionId transaction = InvalidSubTransactionId;
};
constinit LastUpdate last_update{};

bool is_equal(TupleTableSlot* old_row, AttrNumber column, const NullableDatum& after) {
  // Of partitions with the same trigger, either both have it or none.
  if (column == 0) return true;
  bool is_null;
  Datum const before = slot_getattr(old_row, column, &is_null);
  if (is_null || after.isnull) return is_null && after.isnull;
  const FormData_pg_attribute* const attribute =
      TupleDescAttr(old_row->tts_tupleDescriptor, column - 1);
  return datumIsEqual(before, after.value, attribute->attbyval, attribute->attlen);
}

// Compares the row that is inserted with the one that was deleted. Server zone.
MovedRow compare(const LastUpdate& update, const EventValues& values) {
  MovedRow moved;
  // The UPDATE holds a lock on it.
  Relation const partition = table_open(update.partition, NoLock);
  if (partition->rd_rel->relam == HEAP_TABLE_AM_OID) {
    TupleTableSlot* const row = table_slot_create(partition, nullptr);
    ItemPointerData place = update.row;
    if (table_tuple_fetch_row_version(partition, &place, SnapshotAny, row)) {
      bool is_copy;
      HeapTuple const tuple = ExecFetchSlotHeapTuple(row, false, &is_copy);
      if (HeapTupleHeaderIndicatesMovedPartitions(tuple->t_data))
        moved = {true,
                 is_equal(row, update.columns.type, values.type) &&
                     is_equal(row, update.columns.version, values.version),
                 is_equal(row, update.columns.payload, values.payload)};
    }
    ExecDropSingleTupleTableSlot(row);
  }
  table_close(partition, NoLock);
  return moved;
}

}  // namespace

void note_update(const TriggerData* trigger, const EventColumns& columns) noexcept {
  if (!trigger->tg_relation->rd_rel->relispartition) return;
  last_update = {RelationGetRelid(trigger->tg_relation), trigger->tg_trigslot->tts_tid, columns,
                 GetCurrentCommandId(false), GetCurrentSubTransactionId()};
}

MovedRow find_moved_row(const TriggerData* trigger, const EventValues& values) {
  LastUpdate const update = std::exchange(last_update, LastUpdate{});
  // Another command's is another row: whatever a trigger runs in between is one.
  if (!OidIsValid(update.partition) || !trigger->tg_relation->rd_rel->relispartition ||
      update.command != GetCurrentCommandId(false) ||
      update.transaction != GetCurrentSubTransactionId())
    return {};
  return server([&] { return compare(update, values); });
}

}  // namespace tenancy::event
