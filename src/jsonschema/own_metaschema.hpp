// Schemas against metaschemas that are none of the five.
#pragma once

#include "jsonschema/compile.hpp"
#include "jsonschema/schema/schemas.hpp"

namespace tenancy::jsonschema {

// Throws SchemaError(invalid), at the place in the schema, where one does not satisfy the
// metaschema that its `$schema` names, or from which it inherits its dialect. Each text is held
// against its own, and each schema in it that has an identifier and a `$schema`; where that is
// another one, the schema around it is looked at as if it referred to it (2020-12 Core, 9.3.3).
// Formats are asserted only as the metaschema's own dialect has it.
//
// Also throws unsupported: the schema has what jsonb cannot hold; too_large: it is nested too
// deeply, a pattern of the metaschema takes too long, or a string is too long for a format. Costs
// nothing where there is nothing to do.
void check_own_metaschemas(const Schemas& schemas, const CompileOptions& options);

}  // namespace tenancy::jsonschema
