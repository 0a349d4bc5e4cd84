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
  bool is_stable = false;  // the schema cannot change while the query runs
};

CallSite* renew(FunctionCallInfo fcinfo, CallSite* site) {
  Arguments const arguments(fcinfo);
  std::string schema = arguments.text(0);
  bool const assert_format = arguments.boolean(2);
  if (site && site->program && site->schema == schema && site->assert_format == assert_format)
    return site;
  if (!site) {
    site = make_in<CallSite>(fcinfo->flinfo->fn_mcxt);
    fcinfo->flinfo->fn_extra = site;
  }
  site->program = find_program(schema, assert_format);
  site->schema = std::move(schema);
  site->assert_format = assert_format;
  site->is_stable = server([&] {
    return get_fn_expr_arg_stable(fcinfo->flinfo, 0) && get_fn_expr_arg_stable(fcinfo->flinfo, 2);
  });
  return site;
}

}  // namespace

// Called once a row: the only server call of its hot path, the detoasting, comes first.
TENANCY_FUNCTION(tenancy_jsonb_matches_schema)
{
  Jsonb* const instance = PG_GETARG_JSONB_P(1);
  auto* site = static_cast<CallSite*>(fcinfo->flinfo->fn_extra);
  if (!site || !site->is_stable) site = renew(fcinfo, site);
  bool const result = matches(*site->program, instance);
  PG_FREE_IF_COPY(instance, 1);
  PG_RETURN_BOOL(result);
}

TENANCY_FUNCTION(tenancy_jsonschema_validation_errors)
{
  Jsonb* const instance = PG_GETARG_JSONB_P(1);
  Arguments const arguments(fcinfo);
  ProgramPointer const program = find_program(arguments.text(0), arguments.boolean(2));
  ResultRows rows(fcinfo);
  for (const jsonschema::Violation& violation : violations(*program, instance))
    rows.add({violation.instance_location, violation.keyword_location, violation.message});
  return Datum{0};
}

}  // namespace tenancy::validation
