// Compiled schemas, once per backend.
//
// A compilation costs as much as a hundred validations, so programs are kept by the text of their
// schema, which is compared in full on a hit. The cache is bounded: the least recently used
// programs go first. Whoever holds a ProgramPointer keeps its program, also when the cache has let
// it go. C++ zone.
#pragma once

#include "jsonschema/compile.hpp"
#include "server/guard.hpp"

namespace tenancy::validation {

using ProgramPointer = std::shared_ptr<const jsonschema::Program>;

// The program of `schema`, JSON text. Throws Error, with the JSON Pointer of the place in the
// message, where it is no schema:
//   22P02 not JSON    22023 a keyword's value is not allowed, or a reference loops
//   42704 a reference that names nothing    0A000 not supported    54000 too large
ProgramPointer find_program(std::string_view schema, bool assert_format);

}  // namespace tenancy::validation
