// Background workers of ours: what must run at top level, outside of the transaction that asks for
// it, as CREATE INDEX CONCURRENTLY must.
//
// The backend that asks starts one and hears of it what it sends, until it ends:
//
//   Worker worker("tenancy_build_index", "tenancy: index build", task, "or ...");
//   while (worker.wait(milliseconds, message) != Worker::News::ended) ...
//
// The worker is an exported function, made by TENANCY_WORKER. It runs as the role that is current
// where it was asked for, with the same settings; as one that may not log in, too. Its notices
// reach the client as they come, and the error that ends it is raised where it is waited for,
// whole.
//
// Where the backend gives up (an error, a cancel, its end), the worker is cancelled, has time to
// clean up, and ends by itself.
#pragma once

#include "server/guard.hpp"

namespace tenancy {

struct WorkerLink;

// In the backend. C++ zone.
class Worker {
 public:
  // Starts the worker that is exported as `function`; `title` is what lists of processes show. The
  // transaction must have no snapshot that the worker's statements would wait for. 53000 where no
  // slot for a worker is free, with a hint that ends in `instead`: what to do where none ever is.
  Worker(const char* function, const std::string& title, const std::string& task,
         const char* instead);
  // Of a worker that has not ended: cancels it, and waits until it has ended, or the client cancels
  // (again), or it waits for this session in turn: then it ends by itself later.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  enum class News { message, nothing, ended };
  // Waits for what the worker sends, for that long at most. What it raised is raised here; 40P01
  // where twice in a row nothing came since the worker waits for who waits for this session.
  News wait(int milliseconds, std::string& message);

  int pid() const;

 private:
  WorkerLink* link_;
};

// In the worker, called by the server as its first function. Takes over what `segment` says, runs
// `body`, and raises what that throws. Not in a transaction.
void run_worker(Datum segment, void (*body)(const std::string& task));

// In the worker: whether nobody waits for what it makes any more. It has been cancelled then, and
// what cleans up may go on.
bool is_abandoned();

// In the worker: for the backend that waits. Nothing happens where none does any more.
void send_to_starter(const std::string& message);

// In the worker: a transaction, aborted where it is not committed. C++ zone.
class Transaction {
 public:
  Transaction();
  // Without a snapshot, for which a concurrent build elsewhere would wait: to wait for a lock that
  // it may hold.
  enum WithoutSnapshot { without_snapshot };
  explicit Transaction(WithoutSnapshot);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  bool is_over_ = false;
};

// In the worker, outside of a transaction: runs one statement as a client's would be, in one of its
// own, or several where it is one that commits on its way. C++ zone.
void run_at_top_level(const std::string& statement);

}  // namespace tenancy

// Declares the first function of a worker: its body sees `task`.
#define TENANCY_WORKER(name)                        \
  static void name##_body(const std::string& task); \
  extern "C" PGDLLEXPORT void name(Datum segment) { \
    tenancy::run_worker(segment, name##_body);      \
  }                                                 \
  static void name##_body([[maybe_unused]] const std::string& task)
