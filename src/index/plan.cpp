#include "index/plan.hpp"

#include "server/name.hpp"

namespace tenancy::index {
namespace {

// An index that a build left behind invalid, made whole.
void rebuild(const RelationFacts& relation, const IndexRequest& request,
             const ExistingIndex& existing, Build build, StatementList& statements) {
  const std::string name = quote_qualified(relation.schema, existing.name);
  switch (build) {
    case Build::plain:
      if (relation.kind == RELKIND_PARTITIONED_TABLE)
        throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "index \"" + existing.name +
                                                       "\" of the partitioned table \"" +
                                                       relation.name + "\" is invalid")
            .detail("Partitions lack an index that is attached to it.")
            .hint(
                "CALL tenancy.create_partial_index_concurrently() builds and attaches what is "
                "missing.");
      statements.add("REINDEX INDEX " + name);
      break;
    case Build::concurrently:
      if (existing.is_attached) {
        statements.add("REINDEX INDEX CONCURRENTLY " + name);
        break;
      }
      statements.add("DROP INDEX CONCURRENTLY " + name);
      statements.add(create_statement(relation, request, existing.name, build));
      break;
    case Build::alone:
      // Valid as soon as each partition's index is attached.
      break;
  }
}

}  // namespace

IndexPlan plan_index(const RelationFacts& relation, const IndexRequest& request, Build build) {
  const std::string name = request.name ? *request.name : default_name(relation, request);
  const std::string statement = create_statement(relation, request, name, Build::plain);
  IndexPlan plan{name, "created", {}};

  if (const auto same = find_same(relation, request, statement)) {
    plan.name = same->name;
    plan.action = same->is_valid ? "exists" : "rebuilt";
    if (!same->is_valid) rebuild(relation, request, *same, build, plan.statements);
    return plan;
  }
  const OptionalText holder = holder_of_name(relation, name);
  if (holder && request.name)
    throw Error(ERRCODE_DUPLICATE_TABLE,
                "relation \"" + name + "\" already exists with another definition")
        .detail("Existing: " + *holder + "\nRequested: " + statement)
        .hint("Choose another index_name, or drop the existing index first.");
  // A definition is found whatever its name: where none is asked for, another does as well.
  std::set<std::string> taken;
  if (holder) plan.name = free_name(name, relation.schema_oid, taken);
  plan.statements.add(create_statement(relation, request, plan.name, build));
  return plan;
}

void notice_existing(const IndexPlan& plan) {
  if (std::strcmp(plan.action, "exists") == 0)
    notice("index \"" + plan.name + "\" already exists with this definition");
}

}  // namespace tenancy::index
