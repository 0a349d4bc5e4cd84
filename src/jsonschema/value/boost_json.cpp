// The one file that compiles Boost.JSON: the library is used from its headers alone.
#include <boost/json/src.hpp>

#include "jsonschema/pure.hpp"
