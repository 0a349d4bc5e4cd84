// Expressions over a relation's columns, as the server's own parser understands them.
//
// Definitions are compared as trees, never as text, so that `a = 1` and `(a=1)` are the same
// definition and a change of search_path changes nothing.
#pragma once

#include "server/relation.hpp"

namespace tenancy {

// Server zone. body(), where SQL is written so that every session reads the same in it: only what
// is in pg_catalog is named without its schema, and dates and intervals are in a style that none
// takes for another.
template <typename Body>
auto in_neutral_settings(Body&& body) {
  int const level = NewGUCNestLevel();
  constexpr const char* settings[][2] = {
      {"search_path", "pg_catalog"}, {"datestyle", "ISO"}, {"intervalstyle", "postgres"}};
  for (const auto& [name, value] : settings)
    set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  auto const result = body();
  AtEOXact_GUC(true, level);
  return result;
}

// For a callback of the error context: shows the error's position, if it has one, in `text`, which
// is what the parser read; the client would take it for one in its own statement.
void show_error_in(const char* text);

// Server zone. `text`, parsed as a boolean expression over the columns of `relation`, analysed as
// what `kind` says (a policy, an index predicate), collations assigned. The server's own errors,
// with the position in `text`, for what is not one; 42601 where `text` is more than an expression.
Node* parse_condition(Oid relation, const char* text, ParseExprKind kind, const char* construct);

// Server zone. `text` as the WHERE clause of a query on `relation`, which is open and locked, with
// parameters ($1) whose types follow from their use: 42P18 where they do not. 0A000 for a subquery:
// it cannot be planned by itself.
Node* parse_query_condition(Relation relation, const char* text);

// Server zone. `text`, a CREATE INDEX on `relation`, analysed; 42601 where it is anything else. A
// key that is a column has its name, in whatever parentheses it stands, and a key's COLLATE is
// beside it.
IndexStmt* parse_create_index(Oid relation, const char* text);

// Server zone. `text`, one SELECT, INSERT, UPDATE, DELETE or MERGE without parameters, analysed and
// rewritten, policies included: a list of Query. 0A000 for another statement, 42601 for several.
List* parse_query(const char* text);

// Server zone. The condition as the planner and the relation cache keep it: constants folded,
// canonical, an implicit AND list.
List* canonical_condition(Node* condition);

// Server zone. A condition or another expression over the columns of `relation`, as SQL in which no
// column is prefixed, and everything outside pg_catalog is named with its schema.
const char* expression_sql(Oid relation, Node* expression);

// Server zone. The same for people to read: few parentheses, and names as the caller finds them.
const char* readable_sql(Oid relation, Node* expression);

// Server zone. The expression of a pg_node_tree over the columns of `relation`, as SQL in which the
// relation is called `name`, and everything outside pg_catalog is named with its schema.
const char* expression_sql(Oid relation, const char* tree, const char* name);

}  // namespace tenancy
