// Indexes that only plans see, by the extension HypoPG.
//
// They live in the session, whatever becomes of its transaction, until they are dropped. Those that
// the user has made are left alone, and count in every plan here.
#pragma once

#include "server/sql.hpp"

namespace tenancy::index {

// What HypoPG has in this database, and its indexes in plans, whatever the caller's hypopg.enabled
// says, for as long as the object lives: 0A000 where it is not installed. C++ zone.
class HypotheticalIndexes {
 public:
  HypotheticalIndexes();
  ~HypotheticalIndexes();
  HypotheticalIndexes(const HypotheticalIndexes&) = delete;
  HypotheticalIndexes& operator=(const HypotheticalIndexes&) = delete;

 private:
  friend class HypotheticalIndex;
  std::string create_;
  FmgrInfo* drop_ = nullptr;
  int settings_ = 0;
};

// An index as a CREATE INDEX statement has it, for as long as the object lives. C++ zone.
class HypotheticalIndex {
 public:
  HypotheticalIndex(const HypotheticalIndexes& functions, const std::string& statement);
  // Also after an error, when the transaction can read no catalog any more.
  ~HypotheticalIndex();
  HypotheticalIndex(const HypotheticalIndex&) = delete;
  HypotheticalIndex& operator=(const HypotheticalIndex&) = delete;

  Oid oid() const { return oid_; }

 private:
  FmgrInfo* drop_;
  Oid oid_ = InvalidOid;
};

// The plan of a query, which is not executed, with the hypothetical indexes that there are.
struct QueryPlan {
  double cost;
  bool uses;  // the index that was asked about
};
QueryPlan plan_query(const std::string& query, Oid index = InvalidOid);

}  // namespace tenancy::index
