#include "event/wanted_index.hpp"

#include <algorithm>
#include <map>

#include "jsonschema/compiler/properties.hpp"
#include "server/sql.hpp"
#include "validation/match.hpp"
#include "validation/schema_cache.hpp"

namespace tenancy::event {
namespace {

// Under the server's interrupts. Should CHECK_FOR_INTERRUPTS() return after all, it is begun anew
// and runs to its end.
jsonschema::Properties properties_of(const std::string& schema) {
  jsonschema::CompileOptions options;
  options.interrupted = validation::is_interrupted;
  options.stack_exhausted = validation::is_stack_exhausted;
  try {
    try {
      return jsonschema::find_properties(schema, options);
    } catch (const jsonschema::Interrupted&) {
    }
    server([] { CHECK_FOR_INTERRUPTS(); });
    options.interrupted = nullptr;
    return jsonschema::find_properties(schema, options);
  } catch (const jsonschema::SchemaError& error) {
    throw validation::schema_error(error);
  }
}

// Text of the server cannot name it.
bool has_nul(const std::vector<std::string>& path) {
  return std::any_of(path.begin(), path.end(),
                     [](const std::string& name) { return name.find('\0') != std::string::npos; });
}

class Collection {
 public:
  void add(const std::string& type, const jsonschema::Properties& properties) {
    ++result_.event_types;
    if (!properties.is_whole) result_.not_whole.push_back(type);
    for (const jsonschema::Property& property : properties.found) {
      if (has_nul(property.path)) continue;
      if (!property.is_in_array && !property.is_container) {
        add(type, property);
      } else if (property.is_marked) {
        result_.without_text.push_back("\"" + property.pointer + "\" of event type \"" + type +
                                       "\"");
      }
    }
  }

  WantedIndexes take() {
    for (auto& [pointer, wanted] : by_pointer_)
      if (!wanted.marked.empty() || (wanted.is_identifier && wanted.holders.size() > 1))
        result_.properties.push_back(std::move(wanted));
    std::stable_sort(result_.properties.begin(), result_.properties.end(),
                     [](const WantedIndex& a, const WantedIndex& b) {
                       return a.holders.size() > b.holders.size();
                     });
    return std::move(result_);
  }

 private:
  void add(const std::string& type, const jsonschema::Property& property) {
    WantedIndex& wanted = by_pointer_[property.pointer];
    wanted.path = property.path;
    wanted.pointer = property.pointer;
    wanted.holders.push_back(type);
    if (property.is_marked) wanted.marked.push_back(type);
    wanted.is_identifier = wanted.is_identifier || property.is_identifier;
    wanted.is_short = wanted.is_short && property.is_short;
  }

  std::map<std::string, WantedIndex> by_pointer_;
  WantedIndexes result_;
};

}  // namespace

WantedIndexes find_wanted_indexes() {
  std::vector<Sql::Row> rows;
  {
    Sql sql;
    rows = sql.query(
        "SELECT DISTINCT ON (event_type) event_type, schema FROM tenancy.event_schema "
        "WHERE retired_at IS NULL ORDER BY event_type, version DESC");
  }
  Collection collection;
  for (const Sql::Row& row : rows) collection.add(*row[0], properties_of(*row[1]));
  return collection.take();
}

}  // namespace tenancy::event
