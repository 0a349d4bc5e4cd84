// What the tests of very large documents call: documents, and cancels that know when they came.
#include <csignal>
#include <ctime>

#include "large_jsonb.hpp"
#include "server/function.hpp"
#include "server/guard.hpp"

namespace tenancy::boundary {
namespace {

std::string written_shape;            // what `written` is
std::unique_ptr<LargeJsonb> written;  // stays until another one is asked for

volatile sig_atomic_t is_cancelled = 0;
timespec cancelled_at;

double processor_time_ms(const timespec& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// What pg_cancel_backend() sends. Runs in a signal handler.
void cancel() {
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cancelled_at);
  is_cancelled = 1;
  kill(MyProcPid, SIGINT);
}

TimeoutId cancel_timeout() {
  static TimeoutId const id = server([] { return RegisterTimeout(USER_TIMEOUT, cancel); });
  return id;
}

}  // namespace

// A document of so many bytes, in no table: nothing has to be detoasted.
TENANCY_FUNCTION(tenancy_boundary_large) {
  Arguments const arguments(fcinfo);
  std::string const shape = arguments.text(0);
  if (shape != written_shape) {
    written.reset();
    written_shape.clear();
    written = std::make_unique<LargeJsonb>(shape, static_cast<std::size_t>(PG_GETARG_INT32(1)));
    written_shape = shape;
  }
  return PointerGetDatum(written->data());
}

// Cancels this backend in so many milliseconds.
TENANCY_FUNCTION(tenancy_boundary_cancel_after) {
  is_cancelled = 0;
  TimeoutId const id = cancel_timeout();
  server([&] { enable_timeout_after(id, PG_GETARG_INT32(0)); });
  PG_RETURN_VOID();
}

// How much processor time this backend has used since it was cancelled, in milliseconds; null if
// it was not, and will not be.
TENANCY_FUNCTION(tenancy_boundary_since_cancel) {
  TimeoutId const id = cancel_timeout();
  server([&] { disable_timeout(id, false); });
  if (!is_cancelled) PG_RETURN_NULL();
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  double const passed = processor_time_ms(now) - processor_time_ms(cancelled_at);
  return server([&] { return Float8GetDatum(passed); });
}

}  // namespace tenancy::boundary
