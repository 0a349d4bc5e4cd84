// Rows that an UPDATE moves to another partition: the server deletes such a row and inserts it
// again, so its triggers see an update of the one partition and then an insert into the other.
// The event is none that is new, though.
#pragma once

#include "event/columns.hpp"

namespace tenancy::event {

// Remembers the row of a partition that a BEFORE UPDATE trigger lets pass. Raises nothing.
void note_update(const TriggerData* trigger, const EventColumns& columns) noexcept;

// What an insert has kept of the row that it moves. Plain data.
struct MovedRow {
  bool is_moved = false;  // else the rest means nothing
  bool keeps_type_and_version = false;
  bool keeps_payload = false;
};

// The values of a row in the columns of its event, as they are stored. Plain data.
struct EventValues {
  NullableDatum type, payload, version;
};

// Whether what a BEFORE INSERT trigger sees, with these values, is the row of the last
// note_update(), on its way to another partition: true once for each. C++ zone.
MovedRow find_moved_row(const TriggerData* trigger, const EventValues& values);

}  // namespace tenancy::event
