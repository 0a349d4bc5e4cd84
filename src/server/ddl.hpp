// Statement lists: how every helper that changes a schema runs, and shows, what it does.
#pragma once

#include "server/sql.hpp"

namespace tenancy {

// Statements in the order in which they run.
class StatementList {
 public:
  void add(std::string statement) { statements_.push_back(std::move(statement)); }
  bool empty() const { return statements_.empty(); }
  auto begin() const { return statements_.begin(); }
  auto end() const { return statements_.end(); }

  // Runs those that have not been run yet, as the caller, in the caller's transaction, each seeing
  // what those before it did. Nothing is run with `dry_run`.
  void run(bool dry_run);

 private:
  std::vector<std::string> statements_;
  std::size_t ran_ = 0;
};

// The whole end of a helper that RETURNS SETOF text: runs what is left of the list unless
// `dry_run`, and returns all of it, a statement a row.
Datum run_and_return(FunctionCallInfo fcinfo, StatementList statements, bool dry_run);

// The tables, foreign ones too, that the command in progress made or altered; not those that an
// extension's script did. For an event trigger at the end of a command.
std::vector<Oid> changed_tables();

}  // namespace tenancy
