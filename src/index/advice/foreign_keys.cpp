// index_foreign_keys().
#include <algorithm>
#include <set>

#include "index/advice/table_lock.hpp"
#include "index/advice/unindexed_key.hpp"
#include "index/plan.hpp"
#include "server/name.hpp"

namespace tenancy::index {
namespace {

// The tables whose foreign keys want an index, ascending; those of others, which are left out, are
// named where the schema was asked for.
std::vector<Oid> find_candidates(const Inventory& tables, Oid schema) {
  std::vector<Oid> candidates;
  std::vector<std::string> others;
  for (const auto& entry : tables) {
    Oid const oid = entry.first;
    const StoredTable& table = entry.second;
    if (table.foreign_keys.empty() || table.facts.persistence == RELPERSISTENCE_TEMP) continue;
    if (OidIsValid(schema) ? table.facts.schema_oid != schema : !table.is_owned) continue;
    TableLock const lock(table);
    if (!lock.is_held()) {
      // Once it can be locked there is more to be said.
      if (table.is_owned) candidates.push_back(oid);
      continue;
    }
    const KeyIndexes indexes = [&] {
      AsOwner const owner(table.facts.owner);
      return find_unindexed_keys(tables, table, 0);
    }();
    if (table.is_owned)
      for (const std::string& hopeless : indexes.hopeless) notice("no index can serve " + hopeless);
    if (indexes.wanted.empty()) continue;
    if (table.is_owned)
      candidates.push_back(oid);
    else
      others.push_back(table.facts.name);
  }
  if (others.empty()) return candidates;
  notice(
      "foreign keys of tables that are not yours are left without an index: " + name_some(others),
      "Their owners can call this function.");
  return candidates;
}

// Writers are locked out, as by CREATE INDEX, and others who do the same. In ascending order, so
// that two who do wait for each other only one way; partitions after what they are partitions of,
// as CREATE INDEX locks them. Those that are left, in the order in which they are looked at.
std::vector<RelationFacts> lock_tables(const std::vector<Oid>& oids, bool dry_run) {
  LOCKMODE const mode = dry_run ? AccessShareLock : building_lock;
  std::vector<RelationFacts> locked;
  for (Oid const oid : oids) {
    std::optional<RelationFacts> table = try_lock_owned_table(oid, mode);
    if (!table) continue;
    if (table->kind == RELKIND_PARTITIONED_TABLE) inheritors(oid, mode);
    locked.push_back(std::move(*table));
  }
  std::sort(locked.begin(), locked.end(), comes_before);
  return locked;
}

StatementList plan_indexes(const std::vector<RelationFacts>& locked) {
  StatementList statements;
  const Inventory tables = read_inventory();
  const TenantColumns tenants = read_tenant_columns(tables);
  std::map<Oid, std::set<std::string>> names;  // taken, by schema
  for (const RelationFacts& relation : locked) {
    auto const table = tables.find(relation.oid);
    if (table == tables.end()) continue;
    auto const tenant = tenants.find(relation.oid);
    AttrNumber const tenant_column = tenant == tenants.end() ? 0 : tenant->second.number;
    AsOwner const owner(relation.owner);
    for (KeyIndex& index : find_unindexed_keys(tables, table->second, tenant_column).wanted) {
      index.request.name = free_name(default_name(relation, index.request), relation.schema_oid,
                                     names[relation.schema_oid]);
      for (const std::string& statement : plan_index(relation, index.request).statements)
        statements.add(statement);
    }
  }
  return statements;
}

}  // namespace

TENANCY_FUNCTION(tenancy_index_foreign_keys) {
  Arguments const arguments(fcinfo);
  Oid const schema = arguments.is_null(0) ? InvalidOid : arguments.oid(0);
  bool const dry_run = arguments.boolean(1);
  if (OidIsValid(schema)) require_user_schema(schema_name(schema));
  const std::vector<Oid> candidates = find_candidates(read_inventory(), schema);
  StatementList statements;
  if (!candidates.empty()) statements = plan_indexes(lock_tables(candidates, dry_run));
  if (statements.empty())
    notice("no foreign key of your tables" +
           (OidIsValid(schema) ? " in schema \"" + schema_name(schema) + "\"" : "") +
           " wants an index");
  return run_and_return(fcinfo, std::move(statements), dry_run);
}

}  // namespace tenancy::index
