// Compiled schemas, once per backend.
//
// A compilation costs as much as a hundred validations, so schemas are kept compiled, found by
// their text, which is compared in full. The cache is bounded by tenancy.schema_cache_size: the
// least recently used go first. A program in use may grow, when its patterns become machine code:
// what it occupies is counted again where it is looked up, now and then where another is added, and
// where the views are read. Whoever holds a SchemaPointer keeps what it points to, also when
// the cache has let it go. C++ zone.
#pragma once

#include "jsonschema/compile.hpp"
#include "server/guard.hpp"

namespace tenancy::validation {

// What a schema is compiled for: a program that answers yes or no fast has no words for reports.
enum class Purpose : std::uint8_t { verdict, report };

// A JSON Schema and its program. Immutable, but for the mark.
struct CompiledSchema {
  std::string text;
  bool assert_format;
  Purpose purpose;
  std::unique_ptr<const jsonschema::Program> program;
  double compile_time;  // that it took, in milliseconds
  // Set by whoever uses one without looking it up here: then it is not the next to go.
  mutable bool was_used = false;
};
using SchemaPointer = std::shared_ptr<const CompiledSchema>;

// `schema`, JSON text, compiled. Throws Error, with the JSON Pointer of the place in the message,
// where it is no schema:
//   22P02 not JSON    22023 a keyword's value is not allowed, or a reference loops
//   42704 a reference that names nothing    0A000 not supported    54000 too large
SchemaPointer find_schema(std::string_view schema, bool assert_format,
                          Purpose purpose = Purpose::verdict);

// The program of `schema`, made anew; what the engine says of it comes as jsonschema::SchemaError.
// Under the server's interrupts.
std::unique_ptr<const jsonschema::Program> compile_schema(std::string_view schema,
                                                          bool assert_format, Purpose purpose);

// The error for what the engine says of a schema.
Error schema_error(const jsonschema::SchemaError& error);

// 0A000 where the database's encoding is not UTF8.
void require_utf8();

// What the view tenancy.schema_cache shows: the most recently used first.
struct CachedSchema {
  SchemaPointer schema;
  std::size_t bytes;  // that it occupies
  std::uint64_t hits;
};
std::vector<CachedSchema> cached_schemas();

// What the view tenancy.schema_cache_totals shows. Of this backend, since it began.
struct CacheTotals {
  std::size_t entries = 0;
  std::size_t bytes = 0;           // that they occupy
  std::uint64_t hits = 0;          // look-ups that found their schema compiled
  std::uint64_t misses = 0;        // and those that did not
  std::uint64_t compilations = 0;  // misses that turned out to be schemas
  std::uint64_t evictions = 0;
  double compile_time = 0;  // of all compilations, in milliseconds
};
CacheTotals cache_totals() noexcept;

// The limit in bytes: tenancy.schema_cache_size.
std::size_t cache_limit() noexcept;

// Defines that setting, once. Server zone.
void define_settings();

}  // namespace tenancy::validation
