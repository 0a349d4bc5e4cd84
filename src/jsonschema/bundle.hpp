// Bundling: a schema and what its references name become one document.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "compile.hpp"

namespace tenancy::jsonschema {

// The JSON text of the resource that a URI names; nothing where it is not known. `uri` is absolute
// and has no fragment.
using FindResource = std::function<std::optional<std::string>(std::string_view uri)>;

// JSON text of a self-contained schema: what the references of `schema` name beyond itself and the
// bundled metaschemas is embedded. Throws SchemaError, and what `find` throws.
std::string bundle(std::string_view schema, const FindResource& find);

}  // namespace tenancy::jsonschema
