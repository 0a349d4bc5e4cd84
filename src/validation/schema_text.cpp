#include "validation/schema_text.hpp"

#include "validation/schema_cache.hpp"

namespace tenancy::validation {
namespace {

using jsonschema::SchemaErrorKind;

// What the engine says against a schema, if anything.
std::optional<jsonschema::SchemaError> refusal(std::string_view schema) {
  require_utf8();
  try {
    compile_schema(schema, false, Purpose::verdict);
  } catch (const jsonschema::SchemaError& error) {
    return error;
  }
  return std::nullopt;
}

bool is_of_form(const jsonschema::SchemaError& error) {
  return error.kind() == SchemaErrorKind::syntax || error.kind() == SchemaErrorKind::invalid;
}

}  // namespace

std::string jsonb_text(Datum jsonb) {
  struct Bytes {
    const char* data;
    std::size_t size;
  };
  Bytes const bytes = server([&]() -> Bytes {
    Jsonb* const document = DatumGetJsonbP(jsonb);
    StringInfoData text;
    initStringInfo(&text);
    JsonbToCString(&text, &document->root, VARSIZE(document));
    return {text.data, static_cast<std::size_t>(text.len)};
  });
  return {bytes.data, bytes.size};
}

Datum to_datum(std::string_view text) {
  return server([&] {
    return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
  });
}

bool is_valid_schema(std::string_view schema) {
  const auto error = refusal(schema);
  if (error && error->kind() == SchemaErrorKind::too_large) throw schema_error(*error);
  return !error || !(is_of_form(*error) || error->unresolved() == jsonschema::Unresolved::dialect);
}

void require_valid_schema(std::string_view schema) {
  const auto error = refusal(schema);
  if (error && (is_of_form(*error) || error->kind() == SchemaErrorKind::too_large))
    throw schema_error(*error);
}

}  // namespace tenancy::validation
