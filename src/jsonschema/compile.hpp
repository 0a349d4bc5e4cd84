// Compiling: the text of a JSON Schema becomes a Program.
//
//   text -> document (exact numbers) -> references -> instructions -> Program
//
// Pure C++: no server header is reachable from here.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "program.hpp"

namespace tenancy::jsonschema {

// Why a schema was refused.
enum class SchemaErrorKind {
  syntax,       // the text is not JSON
  invalid,      // a keyword has a value that its specification forbids
  unresolved,   // a reference names nothing that is known
  looping,      // a reference leads back to itself without descending into the instance
  unsupported,  // the schema asks for what this version cannot assert
  too_large,    // deeper or larger than a program can be
};

// Thrown by compile(). `pointer` is the JSON Pointer (RFC 6901) of the offending place in the
// schema, "" for its root; what() is the message, a phrase without a capital or a full stop.
class SchemaError : public std::runtime_error {
 public:
  SchemaError(SchemaErrorKind kind, std::string pointer, const std::string& message)
      : std::runtime_error(message), kind_(kind), pointer_(std::move(pointer)) {}

  SchemaErrorKind kind() const noexcept { return kind_; }
  const std::string& pointer() const noexcept { return pointer_; }

 private:
  SchemaErrorKind kind_;
  std::string pointer_;
};

// Thrown by compile() where CompileOptions::interrupted said so.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

struct CompileOptions {
  bool assert_format = false;  // `format` is an assertion, not an annotation
  // The program is for report(), which tells more than evaluate() needs.
  bool for_report = false;
  // Polled before each subschema and each pattern; must be cheap. A null pointer means never.
  bool (*interrupted)() noexcept = nullptr;
};

// Compiles `schema`, UTF-8 JSON text. Throws SchemaError, Interrupted or
// std::bad_alloc.
std::unique_ptr<const Program> compile(std::string_view schema, const CompileOptions& options);

}  // namespace tenancy::jsonschema
