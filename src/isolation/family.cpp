#include "isolation/family.hpp"

#include <algorithm>
#include <set>

namespace tenancy::isolation {
namespace {

// Those that are dropped meanwhile are left out.
std::vector<RelationFacts> require_own_tables(const std::vector<Oid>& oids, bool skips_foreign) {
  std::vector<RelationFacts> tables;
  for (Oid const oid : oids) {
    if (!relation_exists(oid)) continue;
    RelationFacts table = describe_relation(oid);
    if (skips_foreign && table.kind == RELKIND_FOREIGN_TABLE) continue;
    require_table(table);
    require_owner(table);
    tables.push_back(std::move(table));
  }
  return tables;
}

// A plain read while another session writes is enough to show a plan; to carry it out, and to be
// sure that what was read is still so, nobody else may use the table.
LOCKMODE lock_mode(bool dry_run) {
  return dry_run ? AccessShareLock : AccessExclusiveLock;
}

// The family of a table that is locked.
std::vector<RelationFacts> lock_inheritors(Oid table, bool dry_run, bool skips_foreign) {
  // Nobody waits for a lock on, or locks others out of, a table that is not theirs to change.
  require_own_tables(inheritors(table, NoLock), skips_foreign);
  // Now with locks, each table before its children are looked up: who adds a child must lock its
  // parent, so that once the last lock is had the family is complete and stays so. A child that was
  // not among those above was added meanwhile, by somebody who may change its parent, which is the
  // caller's; it is checked now, and with the error its lock is gone.
  return require_own_tables(inheritors(table, lock_mode(dry_run)), skips_foreign);
}

}  // namespace

std::vector<RelationFacts> lock_family(Oid oid, bool dry_run, bool skips_foreign) {
  const RelationFacts table = lock_owned_table(oid, lock_mode(dry_run));
  return lock_inheritors(table.oid, dry_run, skips_foreign);
}

std::vector<std::vector<RelationFacts>> lock_families(const std::vector<Oid>& oids, bool dry_run,
                                                      bool skips_foreign) {
  // Parents before their children, as everybody else locks them.
  std::vector<Oid> ordered = oids;
  const std::set<Oid> wanted(oids.begin(), oids.end());
  std::stable_partition(ordered.begin(), ordered.end(), [&](Oid oid) {
    const std::vector<Oid> parents = parents_of(oid);
    return std::none_of(parents.begin(), parents.end(),
                        [&](Oid parent) { return wanted.count(parent) > 0; });
  });
  std::vector<Oid> locked;
  for (Oid const oid : ordered)
    if (try_lock_owned_table(oid, lock_mode(dry_run))) locked.push_back(oid);
  std::vector<std::vector<RelationFacts>> families;
  std::set<Oid> children;
  for (Oid const oid : locked) {
    families.push_back(lock_inheritors(oid, dry_run, skips_foreign));
    for (std::size_t i = 1; i < families.back().size(); ++i)
      children.insert(families.back()[i].oid);
  }
  std::erase_if(families, [&](const std::vector<RelationFacts>& family) {
    return children.count(family.front().oid) > 0;
  });
  return families;
}

std::vector<Oid> tables_of_schema(Oid schema) {
  require_user_schema(schema_name(schema));
  Sql sql;
  return sql.read_oids(
      "SELECT c.oid FROM pg_catalog.pg_class c "
      "WHERE c.relnamespace OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog.\"char\"[]) "
      "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d "
      "  WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass "
      "  AND d.objid OPERATOR(pg_catalog.=) c.oid AND d.deptype OPERATOR(pg_catalog.=) 'e') "
      "ORDER BY c.relname",
      {std::to_string(schema)});
}

}  // namespace tenancy::isolation
