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

std::vector<Oid> changed_tables() {
  Sql sql;
  return sql.read_oids(
      "SELECT DISTINCT objid FROM pg_catalog.pg_event_trigger_ddl_commands() "
      "WHERE classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass "
      "AND NOT in_extension AND object_type OPERATOR(pg_catalog.=) ANY "
      "('{table,table column,foreign table,foreign table column}'::pg_catalog.text[]) ORDER BY 1");
}

}  // namespace tenancy
