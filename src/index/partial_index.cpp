// create_partial_index().
#include "index/definition.hpp"
#include "server/ddl.hpp"

namespace tenancy::index {
namespace {

struct Outcome {
  std::string name;
  const char* action;
  StatementList statements;
};

Outcome plan(const RelationFacts& relation, const IndexRequest& request) {
  const std::string name = request.name ? *request.name : default_name(relation, request);
  const std::string statement = create_statement(relation, request, name);
  Outcome outcome{name, "created", {}};

  if (const auto same = find_same(relation, request, statement)) {
    outcome.name = same->name;
    outcome.action = same->is_valid ? "exists" : "rebuilt";
    if (!same->is_valid && relation.kind == RELKIND_PARTITIONED_TABLE)
      throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "index \"" + same->name +
                                                     "\" of the partitioned table \"" +
                                                     relation.name + "\" is invalid")
          .detail("Partitions lack an index that is attached to it.")
          .hint(
              "Attach an index of each partition with ALTER INDEX ... ATTACH PARTITION, or drop "
              "it.");
    if (!same->is_valid)
      outcome.statements.add("REINDEX INDEX " + quote_qualified(relation.schema, same->name));
    else
      notice("index \"" + same->name + "\" already exists with this definition");
    return outcome;
  }
  if (const OptionalText holder = holder_of_name(relation, name))
    throw Error(ERRCODE_DUPLICATE_TABLE,
                "relation \"" + name + "\" already exists with another definition")
        .detail("Existing: " + *holder + "\nRequested: " + statement)
        .hint("Choose another index_name, or drop the existing index first.");
  outcome.statements.add(statement);
  return outcome;
}

}  // namespace

TENANCY_FUNCTION(tenancy_create_partial_index) {
  Arguments const arguments(fcinfo);
  IndexRequest const request{arguments.text_array(1), arguments.text(2), arguments.optional_name(3),
                             arguments.boolean(4),    arguments.name(5), arguments.name_array(6)};
  if (!arguments.is_null(7) && arguments.boolean(7))
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "argument \"tenant_leading\" is not supported yet")
        .hint("Name the tenant column first in columns.");
  bool const dry_run = arguments.boolean(8);
  if (request.columns.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "columns must name at least one column");

  const RelationFacts relation =
      lock_owned_table(arguments.oid(0), dry_run ? AccessShareLock : ShareLock);
  Outcome outcome = plan(relation, request);
  outcome.statements.run(dry_run);

  ResultRows rows(fcinfo);
  if (outcome.statements.empty()) rows.add({outcome.name, outcome.action, std::nullopt});
  for (const std::string& statement : outcome.statements)
    rows.add({outcome.name, outcome.action, statement});
  return Datum{0};
}

}  // namespace tenancy::index
