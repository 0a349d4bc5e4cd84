// The two zones, and the only two ways across.
//
//   server zone   the body of server([&] { ... }): may call anything that can ereport; holds no
//                 live object with a destructor; does not return or throw out of it.
//   C++ zone      everywhere else: may throw, uses RAII and containers; calls no server function
//                 that can ereport.
//
//   server()      an ereport(ERROR) inside arrives as a ServerError, with the whole ErrorData.
//   entry()       wraps each SQL-callable function: whatever C++ exception leaves the body is
//                 raised as an ereport(ERROR), after every destructor has run.
//
// An error keeps SQLSTATE, message, detail, hint, context and position through both crossings. A
// C++ exception never crosses a frame of the server; a longjmp never crosses a C++ destructor.
//
// The one licence: before a function has created its first object with a destructor it may call
// the server directly. Functions called once a row do all of their server calls there, so that
// their hot path has neither a PG_TRY nor an allocation.
//
// A ServerError must not be swallowed: the server's state after an error is whole only after its
// (sub)transaction has been aborted. Let it go on to entry().
#pragma once

#include "server/postgres.hpp"

namespace tenancy {

// An error raised by pg_tenancy itself.
//
//   throw Error(ERRCODE_UNDEFINED_COLUMN, "column ... does not exist").hint("...");
//
// The message has no capital and no full stop; detail and hint are sentences.
class Error : public std::exception {
 public:
  // The place is where the call stands (std::source_location, which clang 14 lacks).
  Error(int sqlstate, std::string message, const char* file = __builtin_FILE(),
        int line = __builtin_LINE(), const char* function = __builtin_FUNCTION())
      : sqlstate_(sqlstate),
        file_(file),
        line_(line),
        function_(function),
        message_(std::move(message)) {}

  Error&& detail(std::string text) && { return std::move(*this).set(&Error::detail_, text); }
  Error&& hint(std::string text) && { return std::move(*this).set(&Error::hint_, text); }
  Error&& schema(std::string name) && { return std::move(*this).set(&Error::schema_, name); }
  Error&& table(std::string name) && { return std::move(*this).set(&Error::table_, name); }
  Error&& column(std::string name) && { return std::move(*this).set(&Error::column_, name); }
  Error&& constraint(std::string name) && {
    return std::move(*this).set(&Error::constraint_, name);
  }

  const char* what() const noexcept override { return message_.c_str(); }
  int sqlstate() const noexcept { return sqlstate_; }

 private:
  friend struct Boundary;

  Error&& set(std::string Error::*member, std::string& text) && {
    this->*member = std::move(text);
    return std::move(*this);
  }

  int sqlstate_;
  const char* file_;
  int line_;
  const char* function_;
  std::string message_, detail_, hint_, schema_, table_, column_, constraint_;
};

// An ereport(ERROR) of the server on its way through the C++ zone. Owns its ErrorData.
class ServerError : public std::exception {
 public:
  explicit ServerError(ErrorData* data) noexcept : data_(data) {}
  ServerError(ServerError&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  ServerError& operator=(ServerError&&) = delete;
  ~ServerError() override;

  const char* what() const noexcept override { return data_->message ? data_->message : ""; }
  int sqlstate() const noexcept { return data_->sqlerrcode; }
  ErrorData* release() noexcept { return std::exchange(data_, nullptr); }

 private:
  ErrorData* data_;
};

// The parts of the crossings that need no template.
struct Boundary {
  // An exception made ready to be raised: plain data, so that nothing is left to destroy.
  struct Captured {
    ErrorData* data = nullptr;  // null: out of memory
    bool from_server = false;   // raised once already, by the server: raise it again unchanged
  };

  // Runs body(argument) under PG_TRY; throws ServerError where it raised an error.
  static void run(void (*body)(void*), void* argument);
  // The exception in flight, as plain data. Call in a catch block only.
  static Captured capture() noexcept;
  // Raises it. Call outside of every catch block, with no object alive.
  [[noreturn]] static void raise(Captured captured);
  // Bytes held by errors on their way through; for tests.
  static std::size_t memory() noexcept;

 private:
  static ErrorData* describe(const Error& error) noexcept;
  static Captured capture_unexpected(const char* what) noexcept;
};

// Runs `body` in the server zone. Its result must be plain data.
template <typename Body>
auto server(Body&& body) -> std::invoke_result_t<Body&> {
  using Plain = std::remove_reference_t<Body>;
  using Result = std::invoke_result_t<Body&>;
  if constexpr (std::is_void_v<Result>) {
    Boundary::run([](void* argument) { (*static_cast<Plain*>(argument))(); },
                  const_cast<std::remove_const_t<Plain>*>(std::addressof(body)));
  } else {
    static_assert(std::is_trivially_copyable_v<Result> && std::is_trivially_destructible_v<Result>,
                  "only plain data may leave the server zone");
    Result result{};
    auto call = [&] { result = body(); };
    Boundary::run([](void* argument) { (*static_cast<decltype(call)*>(argument))(); }, &call);
    return result;
  }
}

// Runs the body of an SQL-callable function in the C++ zone.
template <Datum (*body)(FunctionCallInfo)>
Datum entry(FunctionCallInfo fcinfo) {
  Boundary::Captured captured;
  try {
    return body(fcinfo);
  } catch (...) {
    captured = Boundary::capture();
  }
  Boundary::raise(captured);
}

}  // namespace tenancy

// Declares an SQL-callable function. Nothing else may export one.
//
//   TENANCY_FUNCTION(tenancy_set_tenant) { ...; PG_RETURN_VOID(); }      // sees `fcinfo`
//
// Exported names begin with "tenancy_" (src/exports.map).
#define TENANCY_FUNCTION(name)                       \
  static Datum name##_body(FunctionCallInfo fcinfo); \
  extern "C" {                                       \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS);          \
  PG_FUNCTION_INFO_V1(name);                         \
  Datum name(PG_FUNCTION_ARGS) {                     \
    return tenancy::entry<name##_body>(fcinfo);      \
  }                                                  \
  }                                                  \
  static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo)
