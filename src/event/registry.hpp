// The registry of event schemas: tenancy.event_schema, read through a cache
// (server/cached_table.hpp).
//
// A writer of events need not be able to read, let alone change, what they are checked against; and
// the latest committed registration counts for everybody.
#pragma once

#include <unordered_map>

#include "server/function.hpp"
#include "validation/schema_cache.hpp"

namespace tenancy::event {

struct EventSchema {
  int version = 0;
  validation::SchemaPointer compiled;  // null: no such event type, or version, or none in use
  bool is_retired = false;             // that version; or, with none given, all of them
};

// Which version of an event type is meant: nothing for the newest.
using Version = std::optional<int>;

// What this backend knows of the registry between two changes of it. Who keeps one for a statement
// finds the same schemas from its first row to its last: what it looks for later, after a change,
// is what the snapshot of the statement has. (Not so where a whole transaction has one snapshot,
// which may be older than what the statement began with: there it is what is true by then.)
//
// It holds no schema: those that the cache of compiled schemas lets go are read again.
class Edition {
 public:
  // The one that is true now.
  static std::shared_ptr<Edition> current();
  bool is_current() const noexcept;

  // The schema registered for `event_type`: of that version, retired or not, or the newest that is
  // not retired. C++ zone.
  EventSchema find(std::string_view event_type, Version version);

  explicit Edition(std::uint64_t generation) : generation_(generation) {}

 private:
  struct Key {
    std::string event_type;
    int version;  // 0 for the newest
  };
  struct KeyView {
    std::string_view event_type;
    int version;
    KeyView(std::string_view type, int number) noexcept : event_type(type), version(number) {}
    KeyView(const Key& key) noexcept : event_type(key.event_type), version(key.version) {}
    bool operator==(const KeyView&) const = default;
  };
  // Not noexcept: libstdc++ then keeps each hash beside its key, instead of computing it from the
  // next key of a bucket, for which it would have to wait.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const KeyView& key) const {
      return std::hash<std::string_view>()(key.event_type) + static_cast<unsigned>(key.version);
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const KeyView& a, const KeyView& b) const noexcept { return a == b; }
  };
  struct Entry {
    int version;
    bool is_retired;
    std::weak_ptr<const validation::CompiledSchema> compiled;
  };

  std::unordered_map<Key, Entry, Hash, Equal> entries_;
  std::uint64_t generation_;  // of the registry
};

// What is said where there is none: "event type ... is not registered", "... has no version ..." or
// "... is retired"; and what to do next.
struct Missing {
  std::string message;
  const char* hint;
};
Missing describe_missing(std::string_view event_type, Version version, bool is_retired);

// The newest registration of `event_type` that is not retired, read from the table. C++ zone.
struct Registration {
  int version = 0;     // 0: there is none
  std::string schema;  // as it was given
  bool assert_format = false;
  int last_version = 0;  // the highest, retired or not; 0: never registered
};
Registration read_newest(const std::string& event_type);

// The registrations that have one of these resources within, or, of null, any: whoever asks need
// not be able to read the table. C++ zone.
struct Dependant {
  std::string event_type;
  int version = 0;
  std::string source;  // the schema as it was given
  bool assert_format = false;
};
std::vector<Dependant> read_dependants(const OptionalText& uri);

// The OID of the table. Server zone; 42P01 where the extension is not installed.
Oid registry_table();

}  // namespace tenancy::event
