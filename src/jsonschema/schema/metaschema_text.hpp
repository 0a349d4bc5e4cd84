// The metaschemas, as schemas: what `$ref` and `$schema` can always name, without any network.
//
// Source: the metaschemas of draft 4, 6, 7, 2019-09 and 2020-12
// (https://json-schema.org/specification-links). What they assert, and what a JSON Pointer can name
// in them, is here; titles and defaults are not.
#pragma once

#include <string_view>

#include "jsonschema/schema/vocabulary.hpp"

namespace tenancy::jsonschema {

// The JSON text of the metaschema that `uri`, http or https and without a fragment, names; empty
// when it names none.
std::string_view metaschema_text(std::string_view uri) noexcept;

// The URI of a dialect's metaschema, without a fragment.
std::string_view metaschema_uri(Dialect dialect) noexcept;

}  // namespace tenancy::jsonschema
