// Names of objects that helpers make where none is asked for, and names in messages. C++ zone.
#pragma once

#include <set>

#include "server/postgres.hpp"

namespace tenancy {

// The words of `text`, in lower case and joined by "_"; bytes of multibyte characters are kept.
std::string name_words(const std::string& text);

// `name`, where it has no more than 63 bytes; else cut at a character and ending in a hash of the
// whole.
std::string fitting_name(const std::string& name);

// fitting_name() of `wanted`, or of it with a number, which nothing in the schema has, nor a
// statement that has not been run yet: `taken`, to which it is added.
std::string free_name(const std::string& wanted, Oid schema, std::set<std::string>& taken);

// Names for people to read: "a", "b" and 3 more.
std::string name_some(const std::vector<std::string>& names);

}  // namespace tenancy
