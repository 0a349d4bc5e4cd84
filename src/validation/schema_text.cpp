#include "validation/schema_text.hpp"

#include "validation/schema_cache.hpp"

namespace tenancy::validation {
namespace {

using jsonschema::SchemaErrorKind;

// Runs `refused` for what is no schema.
template <typename Refused>
bool check_schema(std::string_view schema, Refused&& refused) {
  require_utf8();
  try {
    compile_schema(schema, false, Purpose::verdict);
  } catch (const jsonschema::SchemaError& error) {
    if (error.kind() == SchemaErrorKind::syntax || error.kind() == SchemaErrorKind::invalid)
      return refused(error);
  }
  return true;
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
  return check_schema(schema, [](const jsonschema::SchemaError&) { return false; });
}

void require_valid_schema(std::string_view schema) {
  check_schema(schema,
               [](const jsonschema::SchemaError& error) -> bool { throw schema_error(error); });
}

}  // namespace tenancy::validation
