#include "isolation/family.hpp"

namespace tenancy::isolation {
namespace {

std::vector<RelationFacts> require_own_tables(const std::vector<Oid>& oids) {
  std::vector<RelationFacts> tables;
  for (Oid const oid : oids) {
    tables.push_back(describe_relation(oid));
    require_table(tables.back());
    require_owner(tables.back());
  }
  return tables;
}

}  // namespace

std::vector<RelationFacts> lock_family(Oid oid, bool dry_run) {
  // A plain read while another session writes is enough to show a plan; to carry it out, and to be
  // sure that what was read is still so, nobody else may use the table.
  LOCKMODE const mode = dry_run ? AccessShareLock : AccessExclusiveLock;
  const RelationFacts table = lock_owned_table(oid, mode);
  // Nobody waits for a lock on, or locks others out of, a table that is not theirs to change.
  require_own_tables(inheritors(table.oid, NoLock));
  // Now with locks, each table before its children are looked up: who adds a child must lock its
  // parent, so that once the last lock is had the family is complete and stays so. A child that was
  // not among those above was added meanwhile, by somebody who may change its parent, which is the
  // caller's; it is checked now, and with the error its lock is gone.
  return require_own_tables(inheritors(table.oid, mode));
}

}  // namespace tenancy::isolation
