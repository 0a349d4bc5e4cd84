// The registry of event schemas: tenancy.event_schema, read through a cache
// (server/cached_table.hpp).
//
// A writer of events need not be able to read, let alone change, what they are checked against; and
// the latest committed registration counts for everybody.
#pragma once

#include "validation/schema_cache.hpp"

namespace tenancy::event {

struct EventSchema {
  int version = 0;
  validation::SchemaPointer compiled;  // null: no such event type, or version
};

// Which version of an event type is meant: nothing for the newest.
using Version = std::optional<int>;

// The schema registered for `event_type`. C++ zone.
EventSchema find_event_schema(std::string_view event_type, Version version);

// Says that there is none: "event type ... is not registered", or "... has no version ...".
std::string describe_missing(std::string_view event_type, Version version);
inline constexpr const char* missing_hint =
    "Register its schema with tenancy.register_event_schema().";

// A number that changes when this backend has learned of a change of the registry.
std::uint64_t registry_generation() noexcept;

// A row of the table, as text. Version 0: there is none.
struct Registration {
  int version = 0;
  std::string schema;
  bool assert_format = false;
};
// The newest registration of `event_type`, read from the table. C++ zone.
Registration read_newest(const std::string& event_type);

// The OID of the table. Server zone; 42P01 where the extension is not installed.
Oid registry_table();

}  // namespace tenancy::event
