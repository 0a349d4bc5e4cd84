#include "server/ddl.hpp"

namespace tenancy {

void StatementList::run(bool dry_run) {
  if (dry_run || ran_ == statements_.size()) return;
  Sql sql;
  for (; ran_ < statements_.size(); ++ran_) sql.execute(statements_[ran_]);
}

Datum run_and_return(FunctionCallInfo fcinfo, StatementList statements, bool dry_run) {
  ResultRows rows(fcinfo);
  statements.run(dry_run);
  for (const std::string& statement : statements) rows.add({statement});
  return Datum{0};
}

}  // namespace tenancy
