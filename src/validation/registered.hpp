// Schemas that others refer to, and what refers to them: tenancy.schema_resource. C++ zone.
#pragma once

#include "server/sql.hpp"

namespace tenancy::validation {

// A document and what it calls itself.
struct Resource {
  std::string text;
  std::string id;  // of its root, without an empty fragment; empty where it has none
};

// A registered resource as it would be.
struct Replacement {
  std::string uri;
  OptionalText schema;  // null: without it
};

struct Bundle {
  std::string schema;             // self-contained: what references name is embedded
  std::vector<std::string> uris;  // of the registered resources among that, in order
};

// A schema with what its references name: of the resources given, then of the registered ones.
// Throws Error, as find_schema().
Bundle bundle(const std::string& schema, const std::vector<Resource>& given = {},
              const std::optional<Replacement>& replacement = std::nullopt);

}  // namespace tenancy::validation
