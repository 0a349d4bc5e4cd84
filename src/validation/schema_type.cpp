// The type jsonschema: the text of a JSON Schema, kept as it was given, checked on its way in.
//
// Stored as text is; its output functions are those of text. A value is self-contained: whatever
// its references name is inside of it, or a metaschema. So what it says never changes, and reading
// it needs no table.
#include "validation/schema_cache.hpp"
#include "validation/schema_text.hpp"

namespace tenancy::validation {

TENANCY_FUNCTION(tenancy_jsonschema_in) {
  std::string_view const text = PG_GETARG_CSTRING(0);
#if PG_VERSION_NUM >= 160000
  // Asked by pg_input_is_valid() and the like, what is no schema is an answer, not an error.
  if (fcinfo->context && IsA(fcinfo->context, ErrorSaveContext)) {
    try {
      find_schema(text, false);
    } catch (const Error& error) {
      server([&] {
        errsave(fcinfo->context, (errcode(error.sqlstate()), errmsg_internal("%s", error.what())));
      });
      PG_RETURN_NULL();
    }
  }
#endif
  find_schema(text, false);
  return to_datum(text);
}

TENANCY_FUNCTION(tenancy_jsonschema_recv) {
  auto* const message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  int length = 0;
  const char* const bytes =
      server([&] { return pq_getmsgtext(message, message->len - message->cursor, &length); });
  std::string_view const text(bytes, static_cast<std::size_t>(length));
  find_schema(text, false);
  return to_datum(text);
}

TENANCY_FUNCTION(tenancy_jsonschema_from_json) {
  std::string const text = Arguments(fcinfo).text(0);
  find_schema(text, false);
  return to_datum(text);
}

TENANCY_FUNCTION(tenancy_jsonschema_from_jsonb) {
  std::string const text = jsonb_text(PG_GETARG_DATUM(0));
  find_schema(text, false);
  return to_datum(text);
}

// Both are text within.
TENANCY_FUNCTION(tenancy_jsonschema_to_json) {
  return PointerGetDatum(PG_DETOAST_DATUM(PG_GETARG_DATUM(0)));
}

TENANCY_FUNCTION(tenancy_jsonschema_to_jsonb) {
  char* const document = TextDatumGetCString(PG_GETARG_DATUM(0));
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(document));
}

}  // namespace tenancy::validation
