#include "validation/schema_cache.hpp"

#include <functional>
#include <list>
#include <unordered_map>

#include "validation/match.hpp"

namespace tenancy::validation {
namespace {

constexpr std::size_t cache_limit = std::size_t{64} << 20;  // bytes of schemas and programs

struct Key {
  std::string_view schema;  // into the entry's own text
  bool assert_format;
  bool operator==(const Key&) const = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept {
    return std::hash<std::string_view>()(key.schema) ^ static_cast<std::size_t>(key.assert_format);
  }
};

struct Entry {
  std::string schema;
  bool assert_format;
  ProgramPointer program;
  std::size_t bytes;
};

class Cache {
 public:
  ProgramPointer find(std::string_view schema, bool assert_format) {
    auto const found = by_key_.find({schema, assert_format});
    if (found == by_key_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->program;
  }

  void add(std::string_view schema, bool assert_format, const ProgramPointer& program) {
    std::size_t const bytes = sizeof(Entry) + schema.size() + program->memory();
    if (bytes > cache_limit) return;
    while (bytes_ + bytes > cache_limit) drop_oldest();
    entries_.push_front({std::string(schema), assert_format, program, bytes});
    try {
      by_key_.emplace(Key{entries_.front().schema, assert_format}, entries_.begin());
    } catch (...) {
      entries_.pop_front();
      throw;
    }
    bytes_ += bytes;
  }

 private:
  void drop_oldest() {
    const Entry& oldest = entries_.back();
    bytes_ -= oldest.bytes;
    by_key_.erase({oldest.schema, oldest.assert_format});
    entries_.pop_back();
  }

  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> by_key_;
  std::size_t bytes_ = 0;
};

// Made at the first use, not when the library is loaded: a throw there would be fatal. Never
// destroyed: it ends with its process.
Cache& cache() {
  static Cache* const made = new Cache;
  return *made;
}

int sqlstate_of(jsonschema::SchemaErrorKind kind) {
  switch (kind) {
    case jsonschema::SchemaErrorKind::syntax:
      return ERRCODE_INVALID_TEXT_REPRESENTATION;
    case jsonschema::SchemaErrorKind::invalid:
    case jsonschema::SchemaErrorKind::looping:
      return ERRCODE_INVALID_PARAMETER_VALUE;
    case jsonschema::SchemaErrorKind::unresolved:
      return ERRCODE_UNDEFINED_OBJECT;
    case jsonschema::SchemaErrorKind::unsupported:
      return ERRCODE_FEATURE_NOT_SUPPORTED;
    case jsonschema::SchemaErrorKind::too_large:
      return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
  }
  return ERRCODE_INTERNAL_ERROR;
}

// The error for a schema that does not compile.
Error schema_error(const jsonschema::SchemaError& error) {
  const std::string where =
      error.kind() == jsonschema::SchemaErrorKind::syntax ? "" : " at \"" + error.pointer() + "\"";
  return {sqlstate_of(error.kind()), "invalid JSON Schema" + where + ": " + error.what()};
}

// Under the server's interrupts. Should CHECK_FOR_INTERRUPTS() return after all, the compilation is
// begun anew and runs to its end.
ProgramPointer compile(std::string_view schema, bool assert_format) {
  jsonschema::CompileOptions options{.assert_format = assert_format, .interrupted = is_interrupted};
  for (;;) {
    try {
      return jsonschema::compile(schema, options);
    } catch (const jsonschema::Interrupted&) {
    } catch (const jsonschema::SchemaError& error) {
      throw schema_error(error);
    }
    server([] { CHECK_FOR_INTERRUPTS(); });
    options.interrupted = nullptr;
  }
}

}  // namespace

ProgramPointer find_program(std::string_view schema, bool assert_format) {
  if (GetDatabaseEncoding() != PG_UTF8)
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED,
                "JSON Schema validation needs a database with the encoding UTF8");
  if (ProgramPointer program = cache().find(schema, assert_format)) return program;
  ProgramPointer program = compile(schema, assert_format);
  cache().add(schema, assert_format, program);
  return program;
}

}  // namespace tenancy::validation
