// The columns of a table that hold its events.
#pragma once

#include "server/relation.hpp"

namespace tenancy::event {

struct EventColumns {
  AttrNumber type = 0;     // text or character varying
  AttrNumber payload = 0;  // jsonb
  AttrNumber version = 0;  // integer; 0: there is none
  bool is_any_generated = false;
};

// A column of one of these types, or of a domain over one: 42703 no such column, 42804 of another
// type, which is not the `expected` of the message. C++ zone.
ColumnFacts require_column(const RelationFacts& relation, const std::string& name,
                           std::initializer_list<Oid> types, const char* expected);

// Finds them, and refuses what they must not be: 42703 no such column, 42804 of another type (a
// domain counts as what it is over). `version` may be empty. C++ zone.
//
// A trigger does not keep its table's columns from being dropped, renamed or altered, so the
// trigger asks again in each statement.
EventColumns find_columns(const RelationFacts& relation, const std::string& type,
                          const std::string& payload, const std::string& version);

}  // namespace tenancy::event
