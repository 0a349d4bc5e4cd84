#include "server/guard.hpp"

namespace tenancy {
namespace {

// Errors on their way through the C++ zone live below this context, each in one of its own: not in
// the context that was current when they were raised, which unwinding may delete. FreeErrorData()
// does not free all that CopyErrorData() allocates; the end of a context does.
MemoryContext error_memory = nullptr;

// What the last raise() passed to the server, which has made copies of it; freed by the next.
ErrorData* last_raised = nullptr;

struct Outcome {
  ErrorData* error = nullptr;
  bool failed = false;  // with no error: there was no memory to copy it
};

// Server zone.
MemoryContext make_error_context() {
  if (!error_memory)
    error_memory =
        AllocSetContextCreate(TopMemoryContext, "pg_tenancy errors", ALLOCSET_SMALL_SIZES);
  return AllocSetContextCreate(error_memory, "pg_tenancy error", ALLOCSET_SMALL_SIZES);
}

void free_error(ErrorData* error) noexcept {
  MemoryContextDelete(error->assoc_context);
}

// Holds plain data only, so that the longjmp that ends here destroys nothing.
void run_catching(void (*body)(void*), void* argument, Outcome* outcome) {
  MemoryContext const context = CurrentMemoryContext;
  PG_TRY();
  { body(argument); }
  PG_CATCH();
  {
    outcome->failed = true;
    // The copy itself may run out of memory; that error must not leave this frame either.
    PG_TRY();
    {
      MemoryContextSwitchTo(make_error_context());
      outcome->error = CopyErrorData();
    }
    PG_CATCH();
    { outcome->error = nullptr; }
    PG_END_TRY();
    MemoryContextSwitchTo(context);
    FlushErrorState();
  }
  PG_END_TRY();
}

struct Shielded {
  void (*body)(void*);
  void* argument;
  std::exception_ptr* escaped;
};

// Keeps a C++ exception from leaving the PG_TRY above it, which would leave the server's stack of
// handlers pointing into a dead frame. Code in the server zone should not throw; what it calls may.
void run_shielded(void* argument) {
  auto* const shielded = static_cast<Shielded*>(argument);
  try {
    shielded->body(shielded->argument);
  } catch (...) {
    *shielded->escaped = std::current_exception();
  }
}

// A copy in `context`, or null; raises nothing.
char* copy_text(MemoryContext context, const std::string& text, bool& out_of_memory) noexcept {
  if (text.empty()) return nullptr;
  auto* const copy = static_cast<char*>(
      MemoryContextAllocExtended(context, text.size() + 1, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE));
  if (!copy) {
    out_of_memory = true;
    return nullptr;
  }
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

}  // namespace

ServerError::~ServerError() {
  if (data_) free_error(data_);
}

void Boundary::run(void (*body)(void*), void* argument) {
  std::exception_ptr escaped;
  Shielded shielded{body, argument, &escaped};
  Outcome outcome;
  run_catching(run_shielded, &shielded, &outcome);
  if (escaped) std::rethrow_exception(escaped);
  if (outcome.error) throw ServerError(outcome.error);
  if (outcome.failed) throw std::bad_alloc();
}

ErrorData* Boundary::describe(const Error& error) noexcept {
  MemoryContext context = nullptr;
  Outcome outcome;
  run_catching([](void* made) { *static_cast<MemoryContext*>(made) = make_error_context(); },
               &context, &outcome);
  if (outcome.error) free_error(outcome.error);
  if (outcome.failed) return nullptr;

  auto* const data = static_cast<ErrorData*>(
      MemoryContextAllocExtended(context, sizeof(ErrorData), MCXT_ALLOC_NO_OOM | MCXT_ALLOC_ZERO));
  bool out_of_memory = !data;
  if (data) {
    auto const copy = [&](const std::string& text) {
      return copy_text(context, text, out_of_memory);
    };
    data->elevel = ERROR;
    data->filename = error.file_;
    data->lineno = error.line_;
    data->funcname = error.function_;
    data->sqlerrcode = error.sqlstate_;
    data->message = copy(error.message_);
    data->detail = copy(error.detail_);
    data->hint = copy(error.hint_);
    data->schema_name = copy(error.schema_);
    data->table_name = copy(error.table_);
    data->column_name = copy(error.column_);
    data->constraint_name = copy(error.constraint_);
    data->assoc_context = context;
  }
  if (!out_of_memory) return data;
  MemoryContextDelete(context);
  return nullptr;
}

Boundary::Captured Boundary::capture() noexcept {
  try {
    throw;
  } catch (ServerError& error) {
    return {error.release(), true};
  } catch (const Error& error) {
    return {describe(error), false};
  } catch (const std::bad_alloc&) {
    return {};
  } catch (const std::exception& exception) {
    return capture_unexpected(exception.what());
  } catch (...) {
    return capture_unexpected("of an unknown type");
  }
}

Boundary::Captured Boundary::capture_unexpected(const char* what) noexcept {
  try {
    return {describe(Error(ERRCODE_INTERNAL_ERROR, std::string("unexpected exception: ") + what)),
            false};
  } catch (...) {
    return {};
  }
}

void Boundary::raise(Captured captured) {
  if (!captured.data)
    ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"),
                    errdetail("Failed in C++ code of pg_tenancy.")));
  if (last_raised) free_error(last_raised);
  last_raised = captured.data;
  if (captured.from_server) ReThrowError(captured.data);
  ThrowErrorData(captured.data);
  pg_unreachable();
}

std::size_t Boundary::memory() noexcept {
  return error_memory ? MemoryContextMemAllocated(error_memory, true) : 0;
}

}  // namespace tenancy
