#include "server/cached_table.hpp"

#include "server/function.hpp"

namespace tenancy {
namespace {

constinit CachedTable* first_table = nullptr;

}  // namespace

void CachedTable::forget(Datum, Oid relation) noexcept {
  for (CachedTable* table = first_table; table; table = table->next_)
    if (relation == InvalidOid || relation == table->oid_) ++table->generation_;
}

// What an aborted transaction saw of its own changes may have been cached before the triggers,
// which fire at the end of a statement, could say so. What was read before it began is not
// concerned: a rejected event must not cost the next one the cache.
void CachedTable::forget_aborted() noexcept {
  for (CachedTable* table = first_table; table; table = table->next_) {
    if (table->was_read_) ++table->generation_;
    table->was_read_ = false;
  }
}

void CachedTable::end_transaction(XactEvent event, void*) noexcept {
  if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PARALLEL_ABORT) {
    forget_aborted();
  } else if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PARALLEL_COMMIT) {
    for (CachedTable* table = first_table; table; table = table->next_) table->was_read_ = false;
  }
}

void CachedTable::end_subtransaction(SubXactEvent event, SubTransactionId, SubTransactionId,
                                     void*) noexcept {
  if (event == SUBXACT_EVENT_ABORT_SUB) forget_aborted();
}

void CachedTable::listen() {
  static bool is_listening = false;
  if (is_listening) return;
  CacheRegisterRelcacheCallback(forget, Datum{0});
  RegisterXactCallback(end_transaction, nullptr);
  RegisterSubXactCallback(end_subtransaction, nullptr);
  is_listening = true;
}

Oid CachedTable::oid() {
  listen();
  if (!is_listed_) {
    next_ = first_table;
    first_table = this;
    is_listed_ = true;
  }
  Oid const schema = get_namespace_oid("tenancy", true);
  Oid const found = OidIsValid(schema) ? get_relname_relid(name_, schema) : InvalidOid;
  if (!OidIsValid(found))
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation \"tenancy.%s\" does not exist", name_),
                    errhint("Create the extension pg_tenancy in this database.")));
  return found;
}

Relation CachedTable::open_to_read() {
  oid_ = oid();
  was_read_ = true;
  return table_open(oid_, AccessShareLock);
}

bool CachedTable::has_column(Relation table, AttrNumber number, Oid type, bool not_null) noexcept {
  TupleDesc const columns = RelationGetDescr(table);
  if (table->rd_rel->relkind != RELKIND_RELATION || columns->natts < number) return false;
  const FormData_pg_attribute* const column = TupleDescAttr(columns, number - 1);
  return !column->attisdropped && column->attgenerated == '\0' && column->atttypid == type &&
         (column->attnotnull || !not_null);
}

bool CachedTable::tells(Relation table, bool always) const {
  const TriggerDesc* const triggers = table->trigdesc;
  bool insert = false, update = false, remove = false, truncate = false;
  for (int i = 0; triggers && i < triggers->numtriggers; ++i) {
    const ::Trigger& trigger = triggers->triggers[i];
    if (trigger.tgenabled == TRIGGER_DISABLED || trigger.tgenabled == TRIGGER_FIRES_ON_REPLICA ||
        (always && trigger.tgenabled != TRIGGER_FIRES_ALWAYS) || trigger.tgqual ||
        trigger.tgnattr > 0)
      continue;
    const char* const function = get_func_name(trigger.tgfoid);
    if (!function || std::strcmp(function, trigger_function_) != 0 ||
        get_func_namespace(trigger.tgfoid) != RelationGetNamespace(table))
      continue;
    insert = insert || TRIGGER_FOR_INSERT(trigger.tgtype);
    update = update || TRIGGER_FOR_UPDATE(trigger.tgtype);
    remove = remove || TRIGGER_FOR_DELETE(trigger.tgtype);
    truncate = truncate || TRIGGER_FOR_TRUNCATE(trigger.tgtype);
  }
  return insert && update && remove && truncate;
}

void CachedTable::raise_altered() const {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("table tenancy.%s is not as the extension made it", name_),
                  errhint("Restore its columns, its primary key and its triggers.")));
  pg_unreachable();
}

void accept_changes() {
  AcceptInvalidationMessages();
}

Datum tell_of_change(FunctionCallInfo fcinfo) {
  require_trigger_call(fcinfo);
  auto* const trigger = reinterpret_cast<TriggerData*>(fcinfo->context);
  server([&] { CacheInvalidateRelcache(trigger->tg_relation); });
  return PointerGetDatum(nullptr);
}

}  // namespace tenancy
