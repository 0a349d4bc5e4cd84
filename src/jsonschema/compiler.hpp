// Compiling one of the schemas that were found. See compile.hpp.
#pragma once

#include <memory>

#include "compile.hpp"
#include "program.hpp"
#include "schemas.hpp"

namespace tenancy::jsonschema {

// The program of the schema at `root`. Throws as compile().
std::unique_ptr<const Program> compile_found(const Schemas& schemas, NodeIndex root,
                                             const CompileOptions& options);

}  // namespace tenancy::jsonschema
