// The rules of tenancy.auto_isolation: which schemas' new tables are isolated as they are made, and
// how.
//
// The table is read directly, whoever makes a table, and written as its owner, for the owner of the
// schema. Nobody else has a right to write it: that would be a right to lock it, too, and so to
// stop everybody from making tables.
#pragma once

#include "isolation/definition.hpp"

namespace tenancy::isolation {

struct Rule {
  std::string schema;
  Definition definition;
  std::string on_missing;  // what becomes of a table without the column: report, refuse, ignore

  // The statement that makes it.
  std::string insert_statement() const;
};

// The rule for a schema.
std::optional<Rule> find_rule(const std::string& schema);

// The rule of a schema that is renamed goes with it; that of one that is dropped ends.
void rename_rule(const std::string& from, const std::string& to);
void drop_rule(const std::string& schema);

}  // namespace tenancy::isolation
