#include "index/plan.hpp"

namespace tenancy::index {

IndexPlan plan_index(const RelationFacts& relation, const IndexRequest& request) {
  const std::string name = request.name ? *request.name : default_name(relation, request);
  const std::string statement = create_statement(relation, request, name);
  IndexPlan plan{name, "created", {}};

  if (const auto same = find_same(relation, request, statement)) {
    plan.name = same->name;
    plan.action = same->is_valid ? "exists" : "rebuilt";
    if (!same->is_valid && relation.kind == RELKIND_PARTITIONED_TABLE)
      throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "index \"" + same->name +
                                                     "\" of the partitioned table \"" +
                                                     relation.name + "\" is invalid")
          .detail("Partitions lack an index that is attached to it.")
          .hint(
              "Attach an index of each partition with ALTER INDEX ... ATTACH PARTITION, or drop "
              "it.");
    if (!same->is_valid)
      plan.statements.add("REINDEX INDEX " + quote_qualified(relation.schema, same->name));
    else
      notice("index \"" + same->name + "\" already exists with this definition");
    return plan;
  }
  if (const OptionalText holder = holder_of_name(relation, name))
    throw Error(ERRCODE_DUPLICATE_TABLE,
                "relation \"" + name + "\" already exists with another definition")
        .detail("Existing: " + *holder + "\nRequested: " + statement)
        .hint("Choose another index_name, or drop the existing index first.");
  plan.statements.add(statement);
  return plan;
}

}  // namespace tenancy::index
