// How a table's events are checked: what the arguments of its trigger say.
//
// The trigger is the only place where that stands, so it is dumped and restored as any trigger, and
// nothing can drift from it.
#pragma once

#include "event/columns.hpp"

namespace tenancy::event {

// Triggers of one kind fire in the order of their names. This one is to see the row as the others
// leave it.
inline constexpr const char* trigger_name = "zz_tenancy_event_schema";

// The place of the argument that a trigger with a quarantine has, and another has not.
inline constexpr int quarantine_argument = 4;

struct Enforcement {
  std::string type_column, payload_column;
  std::string version_column;  // empty: there is none
  bool allow_unknown = false;
  std::string quarantine;  // the qualified name of the table for what is rejected; empty: an error

  // In the order in which CREATE TRIGGER gives them.
  std::vector<std::string> trigger_arguments() const;
  // Of arguments that are not such: 39P01.
  static Enforcement from_trigger_arguments(int count, char* const* arguments);

  // As find_columns().
  EventColumns columns_in(const RelationFacts& relation) const {
    return find_columns(relation, type_column, payload_column, version_column);
  }
};

// What on_unknown says: whether events of types that are not registered are accepted. 22023 for
// anything but "reject" and "allow".
bool allows_unknown(const std::string& on_unknown);

// The enforcement of a table by a trigger of its own, or one that came with its partitioned table;
// nothing where there is none. C++ zone.
std::optional<Enforcement> find_enforcement(const RelationFacts& relation);

}  // namespace tenancy::event
