#include "validation/schema_cache.hpp"

#include <chrono>
#include <functional>
#include <list>
#include <unordered_map>

#include "validation/match.hpp"

namespace tenancy::validation {
namespace {

struct Key {
  std::string_view schema;  // into the entry's own text
  bool assert_format;
  Purpose purpose;
  bool operator==(const Key&) const = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept {
    return std::hash<std::string_view>()(key.schema) ^
           (static_cast<std::size_t>(key.purpose) * 2 +
            static_cast<std::size_t>(key.assert_format));
  }
};

// What a schema occupies beside its text and its program: itself, two nodes and a place among the
// buckets.
constexpr std::size_t entry_overhead =
    sizeof(CompiledSchema) + sizeof(CachedSchema) + sizeof(Key) + 10 * sizeof(void*);

std::size_t size_of(const CompiledSchema& schema) noexcept {
  return entry_overhead + schema.text.size() + schema.program->memory();
}

class Cache {
 public:
  SchemaPointer find(const Key& key, std::size_t limit) noexcept {
    auto const at = by_key_.find(key);
    if (at == by_key_.end()) {
      ++totals_.misses;
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, at->second);
    CachedSchema& entry = entries_.front();
    ++entry.hits;
    ++totals_.hits;
    SchemaPointer found = entry.schema;
    recount(entry);
    shrink(limit);
    return found;
  }

  void count_compilation(double time) noexcept {
    ++totals_.compilations;
    totals_.compile_time += time;
  }

  // What is larger than the whole cache may be is not kept, and costs no other its place.
  void add(const SchemaPointer& schema, std::size_t limit) {
    std::size_t const bytes = size_of(*schema);
    if (bytes > limit) return;
    if (++added_ * entries_per_addition > entries_.size()) recount();
    shrink(limit - bytes);
    entries_.push_front({schema, bytes, 0});
    try {
      by_key_.emplace(key_of(*schema), entries_.begin());
    } catch (...) {
      entries_.pop_front();
      throw;
    }
    totals_.bytes += bytes;
  }

  // All of them.
  void recount() noexcept {
    for (CachedSchema& entry : entries_) recount(entry);
    added_ = 0;
  }

  // Lets the least recently used go until the rest fits. One that was used since without being
  // looked up is as good as new, once.
  void shrink(std::size_t limit) noexcept {
    while (totals_.bytes > limit) {
      const CachedSchema& oldest = entries_.back();
      if (std::exchange(oldest.schema->was_used, false)) {
        entries_.splice(entries_.begin(), entries_, std::prev(entries_.end()));
        continue;
      }
      totals_.bytes -= oldest.bytes;
      by_key_.erase(key_of(*oldest.schema));
      entries_.pop_back();
      ++totals_.evictions;
    }
  }

  std::vector<CachedSchema> entries() const { return {entries_.begin(), entries_.end()}; }

  CacheTotals totals() const noexcept {
    CacheTotals now = totals_;
    now.entries = entries_.size();
    return now;
  }

 private:
  using Entries = std::list<CachedSchema>;

  // How many entries are counted again for each one that is added, in the long run.
  static constexpr std::size_t entries_per_addition = 16;

  void recount(CachedSchema& entry) noexcept {
    totals_.bytes -= entry.bytes;
    entry.bytes = size_of(*entry.schema);
    totals_.bytes += entry.bytes;
  }

  static Key key_of(const CompiledSchema& schema) noexcept {
    return {schema.text, schema.assert_format, schema.purpose};
  }

  Entries entries_;  // the most recently used first
  std::unordered_map<Key, Entries::iterator, KeyHash> by_key_;
  CacheTotals totals_;
  std::size_t added_ = 0;  // since all were counted
};

// Made at the first use, not when the library is loaded: a throw there would be fatal. Never
// destroyed: it ends with its process.
constinit Cache* made = nullptr;
Cache& cache() {
  if (!made) made = new Cache;
  return *made;
}

constexpr int default_size = 65536;
int cache_size = default_size;  // tenancy.schema_cache_size, in kB

// Called by the server, also as a transaction ends.
void assign_cache_size(int kilobytes, void*) noexcept {
  if (made) made->shrink(static_cast<std::size_t>(kilobytes) * 1024);
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

using Clock = std::chrono::steady_clock;
double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

}  // namespace

SchemaPointer find_schema(std::string_view schema, bool assert_format, Purpose purpose) {
  require_utf8();
  Key const key{schema, assert_format, purpose};
  if (SchemaPointer found = cache().find(key, cache_limit())) return found;
  auto const begin = Clock::now();
  std::unique_ptr<const jsonschema::Program> program;
  try {
    program = compile_schema(schema, assert_format, purpose);
  } catch (const jsonschema::SchemaError& error) {
    throw schema_error(error);
  }
  double const time = milliseconds_since(begin);
  cache().count_compilation(time);
  auto const compiled = std::make_shared<const CompiledSchema>(
      CompiledSchema{std::string(schema), assert_format, purpose, std::move(program), time});
  cache().add(compiled, cache_limit());
  return compiled;
}

// Should CHECK_FOR_INTERRUPTS() return after all, the compilation is begun anew and runs to its
// end.
std::unique_ptr<const jsonschema::Program> compile_schema(std::string_view schema,
                                                          bool assert_format, Purpose purpose) {
  jsonschema::CompileOptions options{.assert_format = assert_format,
                                     .for_report = purpose == Purpose::report,
                                     .interrupted = is_interrupted,
                                     .stack_exhausted = is_stack_exhausted};
  try {
    return jsonschema::compile(schema, options);
  } catch (const jsonschema::Interrupted&) {
  }
  server([] { CHECK_FOR_INTERRUPTS(); });
  options.interrupted = nullptr;
  return jsonschema::compile(schema, options);
}

Error schema_error(const jsonschema::SchemaError& error) {
  const std::string where =
      error.kind() == jsonschema::SchemaErrorKind::syntax ? "" : " at \"" + error.pointer() + "\"";
  Error raised(sqlstate_of(error.kind()), "invalid JSON Schema" + where + ": " + error.what());
  switch (error.unresolved()) {
    case jsonschema::Unresolved::dialect:
      return std::move(raised).hint(
          "The dialects are drafts 4, 6, 7, 2019-09 and 2020-12, by the URIs of their metaschemas. "
          "Embed a metaschema of your own with tenancy.jsonschema_bundle().");
    case jsonschema::Unresolved::schema:
      return std::move(raised).hint(
          "To refer to another schema, register it with tenancy.register_schema_resource() and "
          "embed it with tenancy.jsonschema_bundle().");
    case jsonschema::Unresolved::place:  // another schema would not help
    case jsonschema::Unresolved::none:
      break;
  }
  return raised;
}

void require_utf8() {
  if (GetDatabaseEncoding() != PG_UTF8)
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED,
                "JSON Schema validation needs a database with the encoding UTF8");
}

std::vector<CachedSchema> cached_schemas() {
  cache().recount();
  return cache().entries();
}

CacheTotals cache_totals() noexcept {
  if (!made) return {};
  made->recount();
  return made->totals();
}

std::size_t cache_limit() noexcept {
  return static_cast<std::size_t>(cache_size) * 1024;
}

void define_settings() {
  static constinit bool is_defined = false;
  if (is_defined) return;
  DefineCustomIntVariable(
      "tenancy.schema_cache_size", "How much memory a session uses for compiled JSON Schemas.",
      "0: each is compiled whenever it is needed.", &cache_size, default_size, 0, MAX_KILOBYTES,
      PGC_USERSET, GUC_UNIT_KB, nullptr, assign_cache_size, nullptr);
  is_defined = true;
}

}  // namespace tenancy::validation
