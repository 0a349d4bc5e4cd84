// The properties of events that an index is worth having for, by what the registered schemas say.
#pragma once

#include <string>
#include <vector>

namespace tenancy::event {

// A property that is text, or has one, at one path of the payloads of one or several event types.
struct WantedIndex {
  std::vector<std::string> path;
  std::string pointer;
  std::vector<std::string> holders;  // the event types whose schemas speak of it
  std::vector<std::string> marked;   // those of them that mark it "x-index"
  bool is_identifier = false;
  bool is_short = true;  // every schema keeps its text short
};

struct WantedIndexes {
  std::vector<WantedIndex> properties;  // those of most event types first, then by their pointers
  // What is marked, and no path leads to a text: `"/items/*/sku" of event type "order.created"`.
  std::vector<std::string> without_text;
  std::vector<std::string> not_whole;  // event types whose schemas were not looked at whole
  std::size_t event_types = 0;         // that are registered and in use
};

// Reads the newest version in use of each event type, as the caller: 42501 without the right to
// read tenancy.event_schema. A property is wanted where a schema marks it, or where it is an
// identifier and several event types have it. C++ zone.
WantedIndexes find_wanted_indexes();

}  // namespace tenancy::event
