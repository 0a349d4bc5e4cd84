// Schemas as they come and go: text, json and jsonb.
#pragma once

#include "server/function.hpp"

namespace tenancy::validation {

// A jsonb as JSON text.
std::string jsonb_text(Datum jsonb);

// A value of type text, json or jsonschema, which are stored alike.
Datum to_datum(std::string_view text);

// Whether JSON text is a schema by the metaschema of its dialect: false too for what is not JSON.
// Whether its references name anything is no matter of that. Throws what says neither yes nor no.
bool is_valid_schema(std::string_view schema);
// The same, where a no is an error that says where and why: 22P02 not JSON, 22023.
void require_valid_schema(std::string_view schema);

}  // namespace tenancy::validation
