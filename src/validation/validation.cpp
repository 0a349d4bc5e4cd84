// Validating: jsonb_matches_schema() and its kin.
#include "server/function.hpp"
#include "server/memory.hpp"
#include "validation/match.hpp"
#include "validation/schema_cache.hpp"
#include "validation/schema_text.hpp"

namespace tenancy::validation {
namespace {

// What a call site remembers between rows, for as long as its plan lives.
struct CallSite {
  SchemaPointer schema;
  bool is_constant = false;  // it and assert_format are literals of the statement
};

const CompiledSchema& renew(FunctionCallInfo fcinfo, CallSite* site, std::string_view schema,
                            bool assert_format) {
  if (!site) {
    site = make_in<CallSite>(fcinfo->flinfo->fn_mcxt);
    fcinfo->flinfo->fn_extra = site;
    site->is_constant = argument_is_constant(fcinfo, 0) && argument_is_constant(fcinfo, 2);
  }
  site->schema = nullptr;
  site->schema = find_schema(schema, assert_format);
  return *site->schema;
}

// Rows of a scan are in none of the processor's caches but the last, and a validation reads here and
// there in them: entries, names, values. So what comes next is asked for before anything else is
// done. Mostly that is what stands in front of this row: a page of the heap is filled from its end,
// and scanned in the order in which it was filled. No address does harm, not even one that is none.
void ask_for_rows_at(const void* row) noexcept {
  constexpr std::uintptr_t line = 64;
  constexpr std::uintptr_t lines_before = 12;
  constexpr std::uintptr_t lines = lines_before + 1 + 4;
  std::uintptr_t const first = reinterpret_cast<std::uintptr_t>(row) - lines_before * line;
  for (std::uintptr_t i = 0; i < lines; ++i)
    __builtin_prefetch(reinterpret_cast<const void*>(first + i * line));
}

// The schema of a call whose first argument it is, and whose third says whether formats are
// asserted. Calls the server first: no object with a destructor is alive here, nor in the caller.
const CompiledSchema& schema_of_call(FunctionCallInfo fcinfo) {
  auto* const site = static_cast<CallSite*>(fcinfo->flinfo->fn_extra);
  if (site && site->is_constant && site->schema) [[likely]]
    return *site->schema;
  const text* const argument = PG_GETARG_TEXT_PP(0);
  std::string_view const schema(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument));
  bool const assert_format = PG_GETARG_BOOL(2);
  if (site && site->schema && site->schema->assert_format == assert_format &&
      site->schema->text == schema)
    return *site->schema;
  return renew(fcinfo, site, schema, assert_format);
}

}  // namespace

// Called once a row: the only server calls of its hot path, the detoasting, come first.
TENANCY_FUNCTION(tenancy_jsonb_matches_schema) {
  ask_for_rows_at(DatumGetPointer(PG_GETARG_DATUM(1)));
  varlena* const instance = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
  bool const result = matches(schema_of_call(fcinfo), bytes_of(instance));
  PG_FREE_IF_COPY(instance, 1);
  PG_RETURN_BOOL(result);
}

// Called once a row. As jsonb, so that both answer alike.
TENANCY_FUNCTION(tenancy_json_matches_schema) {
  char* const json = TextDatumGetCString(PG_GETARG_DATUM(1));
  auto* const instance = reinterpret_cast<varlena*>(
      DatumGetPointer(DirectFunctionCall1(jsonb_in, CStringGetDatum(json))));
  bool const result = matches(schema_of_call(fcinfo), bytes_of(instance));
  pfree(instance);
  pfree(json);
  PG_RETURN_BOOL(result);
}

TENANCY_FUNCTION(tenancy_jsonschema_validation_errors) {
  const varlena* const instance = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
  Arguments const arguments(fcinfo);
  SchemaPointer const schema = find_schema(arguments.text(0), arguments.boolean(2));
  return return_violations(fcinfo, violations(*schema, bytes_of(instance)));
}

TENANCY_FUNCTION(tenancy_jsonschema_program) {
  Arguments const arguments(fcinfo);
  SchemaPointer const schema = find_schema(arguments.text(0), arguments.boolean(1));
  ResultRows rows(fcinfo);
  for (std::string& line : schema->program->explain()) rows.add({std::move(line)});
  return Datum{0};
}

// Of json, and of text.
TENANCY_FUNCTION(tenancy_jsonschema_is_valid) {
  PG_RETURN_BOOL(is_valid_schema(Arguments(fcinfo).text(0)));
}

TENANCY_FUNCTION(tenancy_jsonschema_is_valid_jsonb) {
  PG_RETURN_BOOL(is_valid_schema(jsonb_text(PG_GETARG_DATUM(0))));
}

}  // namespace tenancy::validation
