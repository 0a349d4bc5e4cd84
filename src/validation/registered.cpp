#include "validation/registered.hpp"

#include <algorithm>

#include "jsonschema/bundle.hpp"
#include "validation/schema_cache.hpp"

namespace tenancy::validation {
namespace {

struct Registered {
  std::string uri;
  std::string schema;
};

// The registered resource of that URI; where there is none, one that calls itself so.
std::optional<Registered> find_registered(Sql& sql, const std::string& uri,
                                          const std::optional<Replacement>& replacement) {
  if (replacement && replacement->uri == uri && replacement->schema)
    return Registered{uri, *replacement->schema};
  const auto rows = sql.query(
      "SELECT uri, schema FROM tenancy.schema_resource "
      "WHERE (uri OPERATOR(pg_catalog.=) $1 OR "
      "  schema OPERATOR(pg_catalog.->>) CASE "
      "    WHEN schema OPERATOR(pg_catalog.->>) '$schema' "
      "      OPERATOR(pg_catalog.~) '://json-schema.org/draft-0[34]/' THEN 'id' ELSE '$id' END "
      "  OPERATOR(pg_catalog.=) ANY (ARRAY[$1, $1 OPERATOR(pg_catalog.||) '#'])) "
      "AND uri OPERATOR(pg_catalog.<>) $2 "
      "ORDER BY uri OPERATOR(pg_catalog.<>) $1, uri LIMIT 1",
      {uri, replacement ? replacement->uri : ""});
  if (rows.empty()) return std::nullopt;
  return Registered{*rows[0][0], *rows[0][1]};
}

}  // namespace

Bundle bundle(const std::string& schema, const std::vector<Resource>& given,
              const std::optional<Replacement>& replacement) {
  Sql sql;
  Bundle result;
  try {
    result.schema =
        jsonschema::bundle(schema, [&](std::string_view uri) -> std::optional<std::string> {
          for (const Resource& resource : given)
            if (resource.id == uri) return resource.text;
          std::optional<Registered> found = find_registered(sql, std::string(uri), replacement);
          if (!found) return std::nullopt;
          result.uris.push_back(std::move(found->uri));
          return std::move(found->schema);
        });
  } catch (const jsonschema::SchemaError& error) {
    throw schema_error(error);
  }
  std::sort(result.uris.begin(), result.uris.end());
  result.uris.erase(std::unique(result.uris.begin(), result.uris.end()), result.uris.end());
  return result;
}

}  // namespace tenancy::validation
