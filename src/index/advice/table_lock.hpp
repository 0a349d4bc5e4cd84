// What keeps a table as it is while it is looked at.
#pragma once

#include "index/advice/inventory.hpp"

namespace tenancy::index {

// An AccessShareLock on a table and its indexes, for as long as the object lives: what is looked at
// is not dropped meanwhile. Nobody is waited for: it is not had where another session is altering
// the table or building one of these indexes anew, nor where the table, its indexes and foreign
// keys are no longer what was read of them. C++ zone.
class TableLock {
 public:
  explicit TableLock(const StoredTable& table);
  ~TableLock();
  TableLock(const TableLock&) = delete;
  TableLock& operator=(const TableLock&) = delete;
  bool is_held() const { return is_held_; }

 private:
  void release();

  int exceptions_ = std::uncaught_exceptions();
  std::vector<Oid> locked_;
  bool is_held_;
};

}  // namespace tenancy::index
