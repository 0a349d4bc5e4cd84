// jsonb_matches_schema() and jsonschema_validation_errors().
#include "server/function.hpp"
#include "server/memory.hpp"
#include "validation/match.hpp"
#include "validation/schema_cache.hpp"

namespace tenancy::validation {
namespace {

// What a call site remembers between rows, for as long as its plan lives.
struct CallSite {
  ProgramPointer program;
  std::string schema;  // the text that it was compiled from
  bool assert_format = false;
  bool is_constant = false;  // both are literals of the statement
};

CallSite* renew(FunctionCallInfo fcinfo, CallSite* site, std::string_view schema,
                bool assert_format) {
  if (!site) {
    site = make_in<CallSite>(fcinfo->flinfo->fn_mcxt);
    fcinfo->flinfo->fn_extra = site;
    site->is_constant = argument_is_constant(fcinfo, 0) && argument_is_constant(fcinfo, 2);
  }
  site->program = nullptr;
  site->program = find_program(schema, assert_format);
  site->schema = schema;
  site->assert_format = assert_format;
  return site;
}

}  // namespace

// Called once a row: the only server calls of its hot path, the detoasting, come first.
TENANCY_FUNCTION(tenancy_jsonb_matches_schema) {
  Jsonb* const instance = PG_GETARG_JSONB_P(1);
  auto* site = static_cast<CallSite*>(fcinfo->flinfo->fn_extra);
  if (!site || !site->program || !site->is_constant) {
    const text* const argument = PG_GETARG_TEXT_PP(0);
    std::string_view const schema(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument));
    bool const assert_format = PG_GETARG_BOOL(2);
    if (!site || !site->program || site->schema != schema || site->assert_format != assert_format)
      site = renew(fcinfo, site, schema, assert_format);
  }
  bool const result = matches(*site->program, instance);
  PG_FREE_IF_COPY(instance, 1);
  PG_RETURN_BOOL(result);
}

TENANCY_FUNCTION(tenancy_jsonschema_validation_errors) {
  Jsonb* const instance = PG_GETARG_JSONB_P(1);
  Arguments const arguments(fcinfo);
  ProgramPointer const program = find_program(arguments.text(0), arguments.boolean(2));
  return return_violations(fcinfo, violations(*program, instance));
}

}  // namespace tenancy::validation
