// Schemas as they come and go: text, json and jsonb.
#pragma once

#include "server/function.hpp"

namespace tenancy::validation {

// A jsonb as JSON text.
std::string jsonb_text(Datum jsonb);

// A value of type text, json or jsonschema, which are stored alike.
Datum to_datum(std::string_view text);

// Whether JSON text is a schema by the metaschema of its dialect: false too for what is not JSON,
// and where `$schema` names no dialect that is known. Whether other references name anything is no
// matter of that. Throws what says neither yes nor no, such as that it is too large.
bool is_valid_schema(std::string_view schema);
// Refuses what is not JSON (22P02), is no schema (22023), or is too large to tell (54000), and says
// where and why. A `$schema` that is not known may come to be.
void require_valid_schema(std::string_view schema);

}  // namespace tenancy::validation
