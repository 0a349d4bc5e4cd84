// Names of objects that helpers make where none is asked for. C++ zone.
#pragma once

#include "server/postgres.hpp"

namespace tenancy {

// The words of `text`, in lower case and joined by "_"; bytes of multibyte characters are kept.
std::string name_words(const std::string& text);

// `name`, where it has no more than 63 bytes; else cut at a character and ending in a hash of the
// whole.
std::string fitting_name(const std::string& name);

}  // namespace tenancy
