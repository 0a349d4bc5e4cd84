// What enabling changed on a table, and disabling must therefore take back.
//
// It stands in the comments of the policies, as a line of its own, so that it comes and goes with
// them and pg_dump keeps it. A comment that somebody else put there stays around that line. The
// policy of the tenant has the table's record; those beside it say what they are and whether they
// were made here:
//
//   pg_tenancy isolation; disabling it does: DROP POLICY, DROP DEFAULT, DROP INDEX,
//     NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY, GRANT TRUNCATE TO app_user
//   pg_tenancy isolation, shared rows; disabling it does: DROP POLICY
#pragma once

#include "server/function.hpp"

namespace tenancy::isolation {

// The policies that together isolate a table.
enum class Part { tenant, shared, guard, guard_insert, guard_update, guard_delete, bypass };

// A grant of TRUNCATE that was revoked.
struct TruncateGrant {
  std::string role;  // "public" for PUBLIC
  bool grant_option = false;

  bool operator==(const TruncateGrant&) const = default;
};

struct Undo {
  Part part = Part::tenant;
  std::string foreign_key{};        // through which the table is isolated; "" for none
  bool without_default = false;     // asked for without; counts for children made later
  bool without_index = false;       // likewise
  bool policy = false;              // the policy itself was made here, not by hand
  bool column_default = false;      // the tenant column's default is ours
  bool index = false;               // the index that bears our mark is
  bool force_row_security = false;  // FORCE was ours
  bool row_security = false;        // ENABLE ROW LEVEL SECURITY was ours
  std::vector<TruncateGrant> truncate{};
  std::string other_comment{};  // the comment without our line; "" for none

  bool operator==(const Undo&) const = default;

  std::string to_comment() const;
  // Nothing where the comment has no line that is just such a record.
  static std::optional<Undo> from_comment(const std::string& comment);
};

}  // namespace tenancy::isolation
