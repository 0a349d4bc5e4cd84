// What enable_isolation() changed on a table, and disable_isolation() must therefore take back.
//
// It stands in the comment of the policy, as a line of its own, so that it comes and goes with the
// policy and pg_dump keeps it. A comment that somebody else put there stays around that line.
#pragma once

#include "server/function.hpp"

namespace tenancy::isolation {

struct Undo {
  bool policy = false;              // the policy itself was made here, not by hand
  bool column_default = false;      // the tenant column's default is ours
  bool force_row_security = false;  // FORCE was ours
  bool row_security = false;        // ENABLE ROW LEVEL SECURITY was ours
  std::string other_comment;        // the comment without our line; "" for none

  bool operator==(const Undo&) const = default;

  std::string to_comment() const;
  // Nothing where the comment has no line that is just such a record.
  static std::optional<Undo> from_comment(const std::string& comment);
};

}  // namespace tenancy::isolation
