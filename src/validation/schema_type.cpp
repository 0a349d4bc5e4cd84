// The type jsonschema: the text of a JSON Schema, kept as it was given, checked on its way in.
// Stored as text is; its output functions are those of text.
#include "server/function.hpp"
#include "validation/schema_cache.hpp"

namespace tenancy::validation {
namespace {

Datum to_datum(std::string_view text) {
  return server([&] {
    return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
  });
}

}  // namespace

TENANCY_FUNCTION(tenancy_jsonschema_in) {
  std::string_view const text = PG_GETARG_CSTRING(0);
#if PG_VERSION_NUM >= 160000
  // Asked by pg_input_is_valid() and the like, what is no schema is an answer, not an error.
  if (fcinfo->context && IsA(fcinfo->context, ErrorSaveContext)) {
    try {
      find_program(text, false);
    } catch (const Error& error) {
      server([&] {
        errsave(fcinfo->context, (errcode(error.sqlstate()), errmsg_internal("%s", error.what())));
      });
      PG_RETURN_NULL();
    }
  }
#endif
  find_program(text, false);
  return to_datum(text);
}

TENANCY_FUNCTION(tenancy_jsonschema_recv) {
  auto* const message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  int length = 0;
  const char* const bytes =
      server([&] { return pq_getmsgtext(message, message->len - message->cursor, &length); });
  std::string_view const text(bytes, static_cast<std::size_t>(length));
  find_program(text, false);
  return to_datum(text);
}

TENANCY_FUNCTION(tenancy_jsonschema_from_json) {
  std::string const text = Arguments(fcinfo).text(0);
  find_program(text, false);
  return to_datum(text);
}

TENANCY_FUNCTION(tenancy_jsonschema_from_jsonb) {
  Jsonb* const document = PG_GETARG_JSONB_P(0);
  const char* const text =
      server([&] { return JsonbToCString(nullptr, &document->root, VARSIZE(document)); });
  find_program(text, false);
  return to_datum(text);
}

}  // namespace tenancy::validation
