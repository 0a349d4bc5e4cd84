// Schema constraints: CHECK constraints that call jsonb_matches_schema() or json_matches_schema()
// on a column of their table and nothing else, whoever made them and however they were written.
#pragma once

#include "server/relation.hpp"

namespace tenancy::event {

// A column of JSON, as a function that matches takes it. 42703 no such column; 42804 it is neither
// json nor jsonb, nor a domain over one of them. C++ zone.
struct JsonColumn {
  ColumnFacts facts;
  bool is_json = false;  // json, not jsonb

  const char* matching_function() const {
    return is_json ? "tenancy.json_matches_schema" : "tenancy.jsonb_matches_schema";
  }
};
JsonColumn find_json_column(const RelationFacts& relation, const std::string& name);

// A constraint of a table, of any kind.
struct Constraint {
  Oid oid = InvalidOid;
  std::string name;
  bool is_validated = false;
  bool is_inherited = false;
  // Of a schema constraint; column 0: it is another. The server could keep it from rows of children
  // or from being enforced at all; then it is another too.
  AttrNumber column = 0;
  std::string schema;
  bool assert_format = false;

  // Whether it checks that column against that schema: whatever white space and order of
  // properties.
  bool checks(AttrNumber wanted, const std::string& document, bool formats) const;
};

// All constraints of a table, by name. The table is locked.
std::vector<Constraint> read_constraints(const RelationFacts& relation);

const Constraint* find_by_name(const std::vector<Constraint>& constraints, const std::string& name);

// As pg_get_constraintdef() writes it.
std::string definition_of(const Constraint& constraint);

// The name that a constraint gets where none is asked for: <table>_<column>_schema, of which the
// server shortens the first two to fit.
std::string default_constraint_name(const RelationFacts& relation, const std::string& column);

}  // namespace tenancy::event
