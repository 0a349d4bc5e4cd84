// The events that tables have, against a schema that is not registered yet. Read as the caller:
// with the caller's privileges and policies.
#pragma once

#include "event/enforcement.hpp"

namespace tenancy::event {

// Where events of one type are looked for.
struct EventSource {
  RelationFacts relation;
  Enforcement columns;
  bool only = false;  // without the rows of its inheritance children
};

// A relation that the caller names: a table, a view, a materialized view or a foreign table (42809
// another one). Columns that are not given are those that its trigger names, or else the usual
// ones.
EventSource find_source(Oid relation, const OptionalText& type_column,
                        const OptionalText& payload_column, const OptionalText& version_column);

// The tables on which event schemas are enforced, by name; a partition is part of its table.
std::vector<Oid> enforcing_tables();

// One of them; nothing where it has been dropped since, or is not enforced any more.
std::optional<EventSource> find_enforcing_source(Oid table);

// Whether the caller may read its events.
bool may_read(const EventSource& source);

// What is looked for.
struct Candidate {
  std::string event_type;
  std::string schema;  // self-contained
  bool assert_format = false;
  // Events that are in a version of their own, older than this one, are left out; 0: none is.
  int newest_version = 0;
  double sample_percent = 100;
};

struct StoredEvents {
  std::int64_t checked = 0;
  std::int64_t failing = 0;
  // One of those that fail: which row it is, the place in its payload, and what is wrong there.
  OptionalText example, location, message;
};

// Counts by one query, which may have a parallel plan. 42703 and 42804 columns that are not what
// they should be; 42809 a sample of what cannot be sampled; what the query raises.
StoredEvents check_stored_events(const EventSource& source, const Candidate& candidate);

}  // namespace tenancy::event
