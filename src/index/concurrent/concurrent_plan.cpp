#include "index/concurrent/concurrent_plan.hpp"

#include <algorithm>

#include "server/catalog.hpp"

namespace tenancy::index {
namespace {

Oid find_index(const RelationFacts& relation, const std::string& name) {
  return server([&] { return get_relname_relid(name.c_str(), relation.schema_oid); });
}

void refuse(const RelationFacts& relation) {
  if (relation.persistence == RELPERSISTENCE_TEMP)
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "table \"" + relation.name + "\" is temporary")
        .detail("A concurrent build runs in a background worker, which does not reach it.")
        .hint("Nobody else writes to it: use tenancy.create_partial_index().");
  if (relation.kind == RELKIND_FOREIGN_TABLE)
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED,
                "partition \"" + relation.name + "\" is a foreign table")
        .detail("An index that is built partition by partition would never become valid.")
        .hint("Use tenancy.create_partial_index(), which leaves foreign tables out.");
}

// Adds what it takes for one table and those below it; the name that the index has then.
std::string add_steps(const RelationFacts& relation, const IndexRequest& request, IndexPlan& plan) {
  refuse(relation);
  bool const is_partitioned = relation.kind == RELKIND_PARTITIONED_TABLE;
  const IndexPlan own =
      plan_index(relation, request, is_partitioned ? Build::alone : Build::concurrently);
  for (const std::string& statement : own.statements) plan.statements.add(statement);
  if (plan.name.empty()) {
    plan.name = own.name;
    plan.action = own.action;
  }
  if (!is_partitioned || std::strcmp(own.action, "exists") == 0) return own.name;
  for (const RelationFacts& partition : partitions_of(relation)) {
    const std::string name = add_steps(partition, request_for_partition(request), plan);
    if (!is_attached_to(relation, own.name, partition, name))
      plan.statements.add(attach_statement(relation, own.name, partition, name));
  }
  return own.name;
}

}  // namespace

IndexPlan plan_concurrent_build(const RelationFacts& relation, const IndexRequest& request) {
  IndexPlan plan;
  add_steps(relation, request, plan);
  return plan;
}

std::vector<RelationFacts> partitions_of(const RelationFacts& relation) {
  Rows<Oid> const oids = server([&]() -> Rows<Oid> {
    Rows<Oid> found{};
    scan_catalog(InheritsRelationId, InheritsParentIndexId,
                 {oid_key(Anum_pg_inherits_inhparent, relation.oid)},
                 [&](HeapTuple tuple, TupleDesc) {
                   const auto* const link = reinterpret_cast<Form_pg_inherits>(GETSTRUCT(tuple));
                   if (!link->inhdetachpending) found.add(link->inhrelid);
                 });
    return found;
  });
  std::vector<Oid> sorted(oids.begin(), oids.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<RelationFacts> partitions;
  for (Oid const oid : sorted)
    if (relation_exists(oid)) partitions.push_back(describe_relation(oid));
  return partitions;
}

IndexRequest request_for_partition(const IndexRequest& request) {
  IndexRequest own = request;
  own.name.reset();
  return own;
}

bool is_attached_to(const RelationFacts& relation, const std::string& relation_index,
                    const RelationFacts& partition, const std::string& index) {
  Oid const parent = find_index(relation, relation_index), child = find_index(partition, index);
  if (!OidIsValid(parent) || !OidIsValid(child)) return false;
  const std::vector<Oid> parents = parents_of(child);
  return std::find(parents.begin(), parents.end(), parent) != parents.end();
}

std::string attach_statement(const RelationFacts& relation, const std::string& relation_index,
                             const RelationFacts& partition, const std::string& index) {
  return "ALTER INDEX " + quote_qualified(relation.schema, relation_index) + " ATTACH PARTITION " +
         quote_qualified(partition.schema, index);
}

bool is_whole(const RelationFacts& relation, const std::string& index) {
  Oid const parent = find_index(relation, index);
  std::size_t const valid = server([&] {
    std::size_t count = 0;
    ListCell* cell;
    foreach (cell, find_inheritance_children(parent, NoLock))
      count += get_index_isvalid(lfirst_oid(cell));
    return count;
  });
  return valid == partitions_of(relation).size();
}

}  // namespace tenancy::index
