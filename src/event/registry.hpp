// The registry of event schemas: tenancy.event_schema, read through a cache.
//
// Every change of that table invalidates the cache of every backend at its next statement: a
// trigger of the table sends a relation cache invalidation. The table is read directly, without
// regard to the privileges of whoever inserts an event: a writer of events need not be able to
// read, let alone change, what they are checked against.
#pragma once

#include "validation/schema_cache.hpp"

namespace tenancy::event {

struct EventSchema {
  int version = 0;
  validation::ProgramPointer program;  // null: no such event type, or version
};

// The schema registered for `event_type`: of `version`, or the newest where that is 0. C++ zone.
EventSchema find_event_schema(std::string_view event_type, int version);

// The same, for where it must be there: SQLSTATE 42704.
EventSchema require_event_schema(const std::string& event_type, int version);

}  // namespace tenancy::event
