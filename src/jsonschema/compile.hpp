// Compiling: the text of a JSON Schema becomes a Program.
//
//   text -> document (exact numbers) -> references -> instructions -> Program
//
// Pure C++: no server header is reachable from here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "jsonschema/program.hpp"
#include "jsonschema/schema/vocabulary.hpp"

namespace tenancy::jsonschema {

// Why a schema was refused.
enum class SchemaErrorKind {
  syntax,       // the text is not JSON
  invalid,      // a keyword has a value that its specification, or its metaschema, forbids
  unresolved,   // a reference names nothing that is known
  looping,      // a reference leads back to itself without descending into the instance
  unsupported,  // the schema asks for what this version cannot assert
  too_large,    // deeper or larger than a program can be
};

// What it is, of an error of that kind, that nothing is known of.
enum class Unresolved {
  none,     // the error is of another kind
  schema,   // the schema that is referred to
  place,    // a place in a schema that is known
  dialect,  // the metaschema that $schema names
};

// Thrown by compile(). `pointer` is the JSON Pointer (RFC 6901) of the offending place in the
// schema, "" for its root; what() is the message, a phrase without a capital or a full stop.
class SchemaError : public std::runtime_error {
 public:
  // Both texts are made fit to be shown: see presentable() in message.hpp.
  SchemaError(SchemaErrorKind kind, const std::string& pointer, const std::string& message,
              Unresolved unresolved = Unresolved::none);

  SchemaErrorKind kind() const noexcept { return kind_; }
  Unresolved unresolved() const noexcept { return unresolved_; }
  const std::string& pointer() const noexcept { return pointer_; }

 private:
  SchemaErrorKind kind_;
  Unresolved unresolved_;
  std::string pointer_;
};

// Thrown by compile() where CompileOptions::interrupted said so.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

// Throws Interrupted where `interrupted`, unless it is null, says so.
inline void poll(bool (*interrupted)() noexcept) {
  if (interrupted != nullptr && interrupted()) throw Interrupted();
}

// The same for work whose units, such as a value that is read or two that are compared, are too
// small to poll before each.
class SeldomPoll {
 public:
  explicit SeldomPoll(bool (*interrupted)() noexcept) noexcept : interrupted_(interrupted) {}

  // Called for each unit.
  void operator()() {
    if (++units_ % interval == 0) poll(interrupted_);
  }

 private:
  static constexpr std::uint32_t interval = 4096;

  bool (*interrupted_)() noexcept;
  std::uint32_t units_ = 0;
};

// Finds the JSON text of the schema that `uri`, absolute and without a fragment, names; nothing
// when there is none. May throw, which ends the compilation.
using FindResource = std::function<std::optional<std::string>(std::string_view uri)>;

struct CompileOptions {
  bool assert_format = false;  // `format` is an assertion, not an annotation
  // The program is for report(): each instruction remembers the keyword that it came from, and
  // none is merged with another. Without it the program is for evaluate() alone, and faster.
  bool for_report = false;
  // Where neither the schema itself nor what it stands in has a `$schema`.
  Dialect dialect = Dialect::draft2020_12;
  // Asked for what references name beyond the schema itself, before the bundled metaschemas.
  FindResource find_resource = nullptr;
  // Polled before each schema and each pattern; must be cheap. A null pointer means never.
  bool (*interrupted)() noexcept = nullptr;
  // Where a schema is held against a metaschema: see Host.
  bool (*stack_exhausted)() noexcept = nullptr;
};

// Compiles `schema`, UTF-8 JSON text. Throws SchemaError, Interrupted or
// std::bad_alloc.
std::unique_ptr<const Program> compile(std::string_view schema, const CompileOptions& options);

}  // namespace tenancy::jsonschema
