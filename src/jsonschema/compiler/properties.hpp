// What a schema says of the properties of its instances, for those who index them.
//
// "x-index": true marks a property that is looked up. No dialect knows that keyword; it says
// nothing of what is valid.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jsonschema/compile.hpp"

namespace tenancy::jsonschema {

// A place in an instance that schemas speak of, by `properties` in each other, by their references
// and whatever else applies a schema to the same value: `allOf`, `anyOf`, `oneOf`, `then`, `else`
// and dependencies. What `not` and `if` say is no promise, and is left out.
struct Property {
  std::vector<std::string> path;  // names, from the root
  std::string pointer;            // as a JSON Pointer; "*" stands for the elements of an array
  bool is_in_array = false;       // then no path leads to it; elements themselves only if marked
  bool is_marked = false;         // "x-index": true
  bool is_identifier = false;     // its name ends in "_id" or "Id", or its format is "uuid"
  bool is_container = false;      // it is an array or an object
  bool is_short = false;          // a number, a boolean, or text of 600 characters at most
};

struct Properties {
  std::vector<Property> found;  // in the order of their pointers
  // False where a schema was not looked at whole: properties deeper than 16 names, or so many ways
  // to them that it would have taken too long. A schema within itself is looked at once.
  bool is_whole = true;
};

// The properties of `schema`, JSON text. Throws as compile().
Properties find_properties(std::string_view schema, const CompileOptions& options);

}  // namespace tenancy::jsonschema
