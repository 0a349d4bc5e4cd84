// The functions for schemas that the references of others name: registering them, and bundling.
#include "jsonschema/uri/uri.hpp"
#include "server/function.hpp"
#include "server/sql.hpp"
#include "validation/registered.hpp"
#include "validation/schema_cache.hpp"
#include "validation/schema_text.hpp"

namespace tenancy::validation {
namespace {

std::string without_empty_fragment(std::string uri) {
  if (uri.ends_with('#')) uri.pop_back();
  return uri;
}

bool is_absolute(const std::string& uri) {
  return jsonschema::is_uri(uri) && uri.find('#') == std::string::npos;
}

// Server zone: the two that follow.

const char* string_property(Jsonb* document, const char* name) {
  if (!JB_ROOT_IS_OBJECT(document)) return nullptr;
  const JsonbValue* const value = getKeyJsonValueFromContainer(
      &document->root, name, static_cast<int>(std::strlen(name)), nullptr);
  return value && value->type == jbvString ? pnstrdup(value->val.string.val, value->val.string.len)
                                           : nullptr;
}

// Up to draft 4, "$id" was "id".
const char* id_of(Jsonb* document) {
  const char* const dialect = string_property(document, "$schema");
  bool const is_early = dialect && (std::strstr(dialect, "://json-schema.org/draft-04/") ||
                                    std::strstr(dialect, "://json-schema.org/draft-03/"));
  return string_property(document, is_early ? "id" : "$id");
}

Resource read_resource(Datum document) {
  const char* const id = server([&] { return id_of(DatumGetJsonbP(document)); });
  return {jsonb_text(document), without_empty_fragment(id ? id : "")};
}

// Those of a jsonb[].
std::vector<Resource> read_resources(Datum array) {
  struct Elements {
    Datum* values;
    bool* nulls;
    int count;
  };
  Elements const elements = server([&] {
    Elements found{};
    deconstruct_array(DatumGetArrayTypeP(array), JSONBOID, -1, false, TYPALIGN_INT, &found.values,
                      &found.nulls, &found.count);
    return found;
  });
  std::vector<Resource> resources;
  for (int i = 0; i < elements.count; ++i) {
    const std::string label = "resource " + std::to_string(i + 1);
    if (elements.nulls[i]) throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, label + " must not be null");
    Resource resource = read_resource(elements.values[i]);
    if (!is_absolute(resource.id))
      throw Error(ERRCODE_INVALID_PARAMETER_VALUE, label + " has no absolute \"$id\"")
          .hint(
              "Give it one, such as \"https://example.com/address.json\", or register it under "
              "a URI with tenancy.register_schema_resource().");
    for (const Resource& other : resources)
      if (other.id == resource.id && other.text != resource.text)
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                    label + " has the \"$id\" of another: \"" + resource.id + "\"");
    resources.push_back(std::move(resource));
  }
  return resources;
}

}  // namespace

TENANCY_FUNCTION(tenancy_register_schema_resource) {
  Arguments const arguments(fcinfo);
  const Resource resource = read_resource(arguments.datum(0));
  const std::string uri =
      arguments.is_null(1) ? resource.id : without_empty_fragment(arguments.text(1));
  if (!is_absolute(uri))
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                arguments.is_null(1) ? "schema has no absolute \"$id\" to be registered under"
                                     : "\"" + uri + "\" is not an absolute URI without a fragment")
        .hint(
            "Name a URI: tenancy.register_schema_resource(schema, "
            "'https://example.com/address.json').");
  require_valid_schema(resource.text);

  const auto rows = Sql().query(
      "WITH former AS (SELECT schema FROM tenancy.schema_resource "
      "  WHERE uri OPERATOR(pg_catalog.=) $1) "
      "INSERT INTO tenancy.schema_resource AS r (uri, schema) VALUES ($1, $2::pg_catalog.jsonb) "
      "ON CONFLICT (uri) DO UPDATE SET schema = EXCLUDED.schema, "
      "  registered_at = DEFAULT, registered_by = DEFAULT "
      "WHERE r.schema OPERATOR(pg_catalog.<>) EXCLUDED.schema "
      "RETURNING EXISTS (SELECT FROM former)",
      {uri, resource.text});
  if (rows.empty())
    notice("schema resource \"" + uri + "\" is registered already");
  else if (rows[0][0] == "t")
    notice("schema resource \"" + uri + "\" is replaced",
           "Registered event schemas that refer to it are those with the new one. What was bundled "
           "with the former one stays as it is.");
  return to_datum(uri);
}

TENANCY_FUNCTION(tenancy_unregister_schema_resource) {
  const std::string uri = without_empty_fragment(Arguments(fcinfo).text(0));
  const auto rows = Sql().query(
      "DELETE FROM tenancy.schema_resource WHERE uri OPERATOR(pg_catalog.=) $1 RETURNING uri",
      {uri});
  PG_RETURN_BOOL(!rows.empty());
}

TENANCY_FUNCTION(tenancy_jsonschema_bundle) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  Arguments const arguments(fcinfo);
  const std::string bundled =
      bundle(jsonb_text(arguments.datum(0)), read_resources(arguments.datum(1))).schema;
  find_schema(bundled, false);
  return to_datum(bundled);
}

}  // namespace tenancy::validation
