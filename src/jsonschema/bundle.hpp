// Bundling: a schema and what its references name become one document (2020-12 Core, 9.3).
#pragma once

#include <string>
#include <string_view>

#include "jsonschema/compile.hpp"

namespace tenancy::jsonschema {

// JSON text of a self-contained schema: each text that references of `schema`, or of such a text,
// name beyond itself and the bundled metaschemas is embedded among its definitions, under its
// identifier and with the dialect by which it is read. References stay as they are, but for those
// to a place in a text that calls itself otherwise than they do: they say its own name. A schema
// that needs nothing is returned as it was given.
//
// Throws as compile(), and what `find` throws. Unsupported: a reference leads where a bundle cannot
// have anything, such as to a keyword that a `$ref` beside it makes be ignored, or to a place in a
// text whose own name is relative.
std::string bundle(std::string_view schema, const FindResource& find);

}  // namespace tenancy::jsonschema
