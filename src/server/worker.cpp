#include "server/worker.hpp"

#include <atomic>

#include "server/expression.hpp"
#include "server/memory.hpp"

namespace tenancy {
namespace {

// Where the worker is to go on, and whether still.
struct Origin {
  Oid database;
  Oid authenticated_user, session_user, role, user;  // role: InvalidOid for none
  std::atomic<bool> is_abandoned;
};

}  // namespace

// What the backend knows of its worker. Lives in `memory`.
struct WorkerLink {
  MemoryContext memory;
  dsm_segment* segment;
  shm_mq_handle* queue;
  BackgroundWorkerHandle* handle;
  StringInfoData message;  // received last
  Origin* origin;          // in the segment
  pid_t pid;
  bool has_ended;
  bool is_awaited;  // as of the last look: by somebody whom the worker waits for
};

namespace {

constexpr std::uint64_t segment_magic = 0x70675f74656e6e74;  // of our segments
enum SegmentKey : std::uint64_t { origin_key, task_key, settings_key, queue_key };
constexpr Size queue_size = 65536;

// Messages are the protocol's: 'E' and 'N' for errors and notices, and of ours:
constexpr char data_message = 'd', success_message = 'Z';

// The worker of this backend that has not ended, for a backend that ends without unwinding.
constinit WorkerLink* running_worker = nullptr;

// In the worker: to the backend that started it.
constinit shm_mq_handle* queue_to_starter = nullptr;
constinit const Origin* origin_of_worker = nullptr;

// From here on server zone.

// A worker that has not been started never is; what runs is cancelled. The signal alone would be
// lost on a statement that fails at that moment, and could reach another process than the worker.
void cancel(WorkerLink* link) {
  if (link->origin) link->origin->is_abandoned = true;
  pid_t pid;
  if (!link->handle) return;
  if (GetBackgroundWorkerPid(link->handle, &pid) == BGWH_STARTED)
    kill(pid, SIGINT);
  else
    TerminateBackgroundWorker(link->handle);
}

void cancel_running_worker(int, Datum) {
  if (running_worker) cancel(running_worker);
}

template <typename T = void>
T* reserve(shm_toc* contents, SegmentKey key, Size size) {
  void* const place = shm_toc_allocate(contents, size);
  shm_toc_insert(contents, key, place);
  return static_cast<T*>(place);
}

template <typename T = void>
T* look_up(shm_toc* contents, SegmentKey key) {
  return static_cast<T*>(shm_toc_lookup(contents, key, false));
}

void fill_segment(WorkerLink* link, const char* task) {
  Size const settings_size = EstimateGUCStateSpace();
  Size const sizes[] = {sizeof(Origin), std::strlen(task) + 1, settings_size, queue_size};
  shm_toc_estimator estimator;
  shm_toc_initialize_estimator(&estimator);
  for (Size const size : sizes) shm_toc_estimate_chunk(&estimator, size);
  shm_toc_estimate_keys(&estimator, std::size(sizes));
  Size const size = shm_toc_estimate(&estimator);

  link->segment = dsm_create(size, 0);
  dsm_pin_mapping(link->segment);  // the transaction may end before the worker does
  shm_toc* const contents = shm_toc_create(segment_magic, dsm_segment_address(link->segment), size);
  link->origin = new (reserve(contents, origin_key, sizeof(Origin))) Origin{
      MyDatabaseId, GetAuthenticatedUserId(), GetSessionUserId(), GetCurrentRoleId(), GetUserId(),
      false};
  strcpy(reserve<char>(contents, task_key, sizes[1]), task);
  SerializeGUCState(settings_size, reserve<char>(contents, settings_key, settings_size));
  shm_mq* const queue = shm_mq_create(reserve(contents, queue_key, queue_size), queue_size);
  shm_mq_set_receiver(queue, MyProc);
  link->queue = shm_mq_attach(queue, link->segment, nullptr);
}

void start(WorkerLink* link, const char* function, const char* title, const char* instead) {
  BackgroundWorker worker{};
  worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
  worker.bgw_restart_time = BGW_NEVER_RESTART;
  strlcpy(worker.bgw_library_name, "$libdir/pg_tenancy", sizeof worker.bgw_library_name);
  strlcpy(worker.bgw_function_name, function, sizeof worker.bgw_function_name);
  strlcpy(worker.bgw_name, title, sizeof worker.bgw_name);
  strlcpy(worker.bgw_type, "pg_tenancy worker", sizeof worker.bgw_type);
  worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(link->segment));
  worker.bgw_notify_pid = MyProcPid;
  if (!RegisterDynamicBackgroundWorker(&worker, &link->handle))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
                    errmsg("could not start a background worker: no slot is free"),
                    errhint("Increase the configuration parameter \"max_worker_processes\", %s.",
                            instead)));
  shm_mq_set_handle(link->queue, link->handle);
  running_worker = link;
  WaitForBackgroundWorkerStartup(link->handle, &link->pid);
}

// The next message, without its type; '\0' where there is none now.
char receive(WorkerLink* link) {
  StringInfo const message = &link->message;
  Size size;
  void* data;
  switch (shm_mq_receive(link->queue, &size, &data, true)) {
    case SHM_MQ_SUCCESS:
      resetStringInfo(message);
      appendBinaryStringInfo(message, static_cast<const char*>(data), static_cast<int>(size));
      return static_cast<char>(pq_getmsgbyte(message));
    case SHM_MQ_DETACHED:
      link->has_ended = true;
      return '\0';
    default:
      return '\0';
  }
}

// An error or a notice of the worker, raised here.
void pass_on(StringInfo message) {
  ErrorData error;
  pq_parse_errornotice(message, &error);
  // The end of a worker is none of this backend.
  if (error.elevel > ERROR) error.elevel = ERROR;
  ThrowErrorData(&error);
}

// Waits for the latch; CHECK_FOR_INTERRUPTS is the caller's. The worker may be waiting for every
// snapshot, one that was taken to look something up in a catalog too.
void sleep_until_latch(long milliseconds) {
  InvalidateCatalogSnapshot();
  WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
            PG_WAIT_EXTENSION);
  ResetLatch(MyLatch);
}

// Whether the worker waits for somebody who waits for a lock that this session holds, maybe through
// others. The server finds no deadlock there, as this session waits for no lock.
bool waits_for_this_session(int pid) {
  MemoryContext const scratch =
      AllocSetContextCreate(CurrentMemoryContext, "pg_tenancy scratch", ALLOCSET_SMALL_SIZES);
  MemoryContext const previous = MemoryContextSwitchTo(scratch);
  bool found = false;
  List* reached = list_make1_int(pid);
  for (int i = 0; !found && i < list_length(reached); ++i) {
    ArrayType* const blockers = DatumGetArrayTypeP(
        DirectFunctionCall1(pg_blocking_pids, Int32GetDatum(list_nth_int(reached, i))));
    const auto* const pids = reinterpret_cast<const int32*>(ARR_DATA_PTR(blockers));
    int const count = ArrayGetNItems(ARR_NDIM(blockers), ARR_DIMS(blockers));
    for (int k = 0; k < count; ++k) {
      found = found || pids[k] == MyProcPid;
      if (pids[k] != 0) reached = list_append_unique_int(reached, pids[k]);
    }
  }
  MemoryContextSwitchTo(previous);
  MemoryContextDelete(scratch);
  return found;
}

// Looks, and says so where that is as it was at the last look: each asks one process after the
// other, between which things change.
bool is_deadlocked(WorkerLink* link) {
  bool const was_awaited = link->is_awaited;
  link->is_awaited = link->pid != 0 && waits_for_this_session(link->pid);
  return was_awaited && link->is_awaited;
}

struct Received {
  Worker::News news;
  const char* text;
  int size;
};

Received wait_for_news(WorkerLink* link, int milliseconds) {
  TimestampTz const until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), milliseconds);
  for (;;) {
    CHECK_FOR_INTERRUPTS();
    switch (receive(link)) {
      case 'E':
      case 'N':
        pass_on(&link->message);
        continue;
      case data_message:
        return {Worker::News::message, link->message.data + 1, link->message.len - 1};
      case success_message:
        link->has_ended = true;
        WaitForBackgroundWorkerShutdown(link->handle);
        return {Worker::News::ended, nullptr, 0};
      case '\0':
        break;
      default:
        continue;
    }
    if (link->has_ended)
      ereport(ERROR,
              (errcode(ERRCODE_INTERNAL_ERROR), errmsg("background worker ended without a word"),
               errhint("The server's log may say why.")));
    long const left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), until);
    if (left <= 0) {
      if (is_deadlocked(link))
        ereport(ERROR, (errcode(ERRCODE_T_R_DEADLOCK_DETECTED), errmsg("deadlock detected"),
                        errdetail("The background worker waits for a process that waits for a lock "
                                  "which this session holds."),
                        errhint("Release what the session has locked, as by pg_advisory_lock(), "
                                "before the call.")));
      return {Worker::News::nothing, nullptr, 0};
    }
    sleep_until_latch(left);
  }
}

// Cancels the worker, and waits until it has cleaned up. An interrupt ends the waiting, and so does
// a deadlock.
void cancel_and_wait(WorkerLink* link) {
  cancel(link);
  link->is_awaited = false;
  pid_t pid;
  TimestampTz next_look = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), 1000);
  while (!QueryCancelPending && !ProcDiePending &&
         GetBackgroundWorkerPid(link->handle, &pid) == BGWH_STARTED) {
    // Others wait until every process has seen to this.
    if (ProcSignalBarrierPending) ProcessProcSignalBarrier();
    char const type = receive(link);
    if (type == 'N') pass_on(&link->message);
    if (type == '\0') sleep_until_latch(1000);
    if (GetCurrentTimestamp() < next_look) continue;
    if (is_deadlocked(link)) return;
    next_look = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), 1000);
  }
}

void release(WorkerLink* link) {
  running_worker = nullptr;
  if (link->segment) dsm_detach(link->segment);
  MemoryContextDelete(link->memory);
}

}  // namespace

Worker::Worker(const char* function, const std::string& title, const std::string& task,
               const char* instead) {
  link_ = server([]() -> WorkerLink* {
    static bool is_registered = false;
    if (!is_registered) before_shmem_exit(cancel_running_worker, Datum{0});
    is_registered = true;
    MemoryContext const memory =
        AllocSetContextCreate(TopMemoryContext, "pg_tenancy worker", ALLOCSET_SMALL_SIZES);
    auto* const link = static_cast<WorkerLink*>(MemoryContextAllocZero(memory, sizeof(WorkerLink)));
    link->memory = memory;
    return link;
  });
  try {
    server([&] {
      MemoryContext const previous = MemoryContextSwitchTo(link_->memory);
      initStringInfo(&link_->message);
      fill_segment(link_, task.c_str());
      start(link_, function, title.c_str(), instead);
      MemoryContextSwitchTo(previous);
    });
  } catch (...) {
    server([&] {
      cancel(link_);
      release(link_);
    });
    throw;
  }
}

Worker::~Worker() {
  try {
    server([&] {
      if (!link_->has_ended && link_->pid != 0) cancel_and_wait(link_);
      release(link_);
    });
  } catch (...) {
    // Nothing in there fails but for want of memory, and whoever is unwinding has an error already.
  }
}

Worker::News Worker::wait(int milliseconds, std::string& message) {
  ScratchMemory const scratch;
  Received const received = server([&] { return wait_for_news(link_, milliseconds); });
  if (received.news == News::message)
    message.assign(received.text, static_cast<std::size_t>(received.size));
  return received.news;
}

int Worker::pid() const {
  return link_->pid;
}

namespace {

// From here on in the worker.

shm_toc* attach(Datum segment_handle) {
  dsm_segment* const segment = dsm_attach(DatumGetUInt32(segment_handle));
  if (!segment)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("the backend that started this worker has gone")));
  shm_toc* const contents = shm_toc_attach(segment_magic, dsm_segment_address(segment));
  if (!contents)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("invalid magic number in dynamic shared memory segment")));
  auto* const queue = look_up<shm_mq>(contents, queue_key);
  shm_mq_set_sender(queue, MyProc);
  // From here on errors and notices go to the backend that waits.
  queue_to_starter = shm_mq_attach(queue, segment, nullptr);
  pq_redirect_to_shm_mq(segment, queue_to_starter);
  return contents;
}

// Becomes who the backend is. The server checks that whoever logged in may; a configured role, if
// any, does not count.
void become(const Origin* origin) {
  const char* const role =
      OidIsValid(origin->role) ? GetUserNameFromId(origin->role, false) : "none";
  SetConfigOption("session_authorization", GetUserNameFromId(origin->session_user, false),
                  PGC_USERSET, PGC_S_SESSION);
  SetConfigOption("role", role, PGC_USERSET, PGC_S_SESSION);
  if (GetSessionUserId() != origin->session_user || GetUserId() != origin->user)
    ereport(ERROR, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
                    errmsg("background worker could not take over the current role")));
}

void take_over(shm_toc* contents) {
  const auto* const origin = look_up<Origin>(contents, origin_key);
  origin_of_worker = origin;
  BackgroundWorkerInitializeConnectionByOid(origin->database, origin->authenticated_user, 0);
  StartTransactionCommand();
  // What is taken over was accepted where it was set. As the settings of a parallel worker, none is
  // asked now whether it might be set, and each frees the value that it had before.
  InitializingParallelWorker = true;
  RestoreGUCState(look_up<char>(contents, settings_key));
  InitializingParallelWorker = false;
  // What the backend is sent it takes for text in the database's encoding.
  SetClientEncoding(GetDatabaseEncoding());
  become(origin);
  CommitTransactionCommand();
  disable_transaction_timeout();
}

// As the server sends errors and notices. Nobody may be there any more.
void send(char type, const char* text, Size size) {
  shm_mq_iovec parts[] = {{&type, 1}, {text, size}};
  shm_mq_sendv(queue_to_starter, parts, 2, false, true);
}

void name_statement(void* text) {
  show_error_in(static_cast<const char*>(text));
  errcontext("SQL statement \"%s\"", static_cast<const char*>(text));
}

// The whole of it: a transaction is in progress, and has a snapshot.
void run_statement(const char* text) {
  ErrorContextCallback callback{error_context_stack, name_statement, const_cast<char*>(text)};
  error_context_stack = &callback;
  SetCurrentStatementStartTimestamp();
  debug_query_string = text;
  pgstat_report_activity(STATE_RUNNING, text);

  auto* const parsed = linitial_node(RawStmt, pg_parse_query(text));
  auto* const planned = makeNode(PlannedStmt);
  planned->commandType = CMD_UTILITY;
  planned->canSetTag = true;
  planned->utilityStmt = parsed->stmt;
  planned->stmt_location = parsed->stmt_location;
  planned->stmt_len = parsed->stmt_len;
  QueryCompletion completion;
  InitializeQueryCompletion(&completion);
  ProcessUtility(planned, text, false, PROCESS_UTILITY_TOPLEVEL, nullptr, nullptr, None_Receiver,
                 &completion);

  error_context_stack = callback.previous;
}

}  // namespace

void run_worker(Datum segment, void (*body)(const std::string& task)) {
  pqsignal(SIGTERM, die);
  BackgroundWorkerUnblockSignals();
  shm_toc* const contents = attach(segment);
  take_over(contents);
  const char* const task = look_up<char>(contents, task_key);

  Boundary::Captured captured;
  bool failed = false;
  try {
    body(task);
  } catch (...) {
    captured = Boundary::capture();
    failed = true;
  }
  if (failed) Boundary::raise(captured);
  send(success_message, "", 0);
}

bool is_abandoned() {
  return origin_of_worker->is_abandoned;
}

void send_to_starter(const std::string& message) {
  server([&] { send(data_message, message.data(), message.size()); });
}

Transaction::Transaction() {
  server([] {
    StartTransactionCommand();
    PushActiveSnapshot(GetTransactionSnapshot());
  });
}

Transaction::Transaction(WithoutSnapshot) {
  server([] { StartTransactionCommand(); });
}

void Transaction::commit() {
  server([] {
    // A statement that committed on its way may have left none.
    if (ActiveSnapshotSet()) PopActiveSnapshot();
    CommitTransactionCommand();
    debug_query_string = nullptr;
    pgstat_report_activity(STATE_IDLE, nullptr);
  });
  is_over_ = true;
}

Transaction::~Transaction() {
  if (is_over_) return;
  try {
    server([] {
      // As the server does after an error, before it aborts.
      disable_all_timeouts(false);
      QueryCancelPending = false;
      AbortCurrentTransaction();
      debug_query_string = nullptr;
      pgstat_report_activity(STATE_IDLE, nullptr);
    });
  } catch (...) {
    // An abort that fails ends in a panic of the server's.
  }
}

void run_at_top_level(const std::string& statement) {
  // The tree is still read after the statement has committed.
  struct Memory {
    MemoryContext context = server([] {
      return AllocSetContextCreate(TopMemoryContext, "pg_tenancy statement",
                                   ALLOCSET_DEFAULT_SIZES);
    });
    ~Memory() { MemoryContextDelete(context); }
  } const memory;
  Transaction transaction;
  server([&] {
    MemoryContextSwitchTo(memory.context);
    run_statement(statement.c_str());
  });
  transaction.commit();
}

}  // namespace tenancy
