#include "server/ddl.hpp"

namespace tenancy {

void StatementList::run(bool dry_run) const {
  if (dry_run || statements_.empty()) return;
  Sql sql;
  for (const std::string& statement : statements_) sql.execute(statement);
}

Datum run_and_return(FunctionCallInfo fcinfo, const StatementList& statements, bool dry_run) {
  ResultRows rows(fcinfo);
  statements.run(dry_run);
  for (const std::string& statement : statements) rows.add({statement});
  return Datum{0};
}

}  // namespace tenancy
