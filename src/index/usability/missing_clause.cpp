#include "index/usability/missing_clause.hpp"

#include "index/usability/expression_tree.hpp"
#include "index/usability/query_condition.hpp"
#include "server/expression.hpp"

namespace tenancy::index {
namespace {

const char* sql_of(const Unproved& unproved, Node* node) {
  return readable_sql(RelationGetRelid(unproved.table), node);
}

bool has_parameter(Node* tree) {
  auto test = [](Node* node) { return IsA(node, Param); };
  return any_node(tree, test);
}

// What each condition compares: the larger side of an operator, or what is tested.
Node* subject_of(Node* clause) {
  switch (nodeTag(clause)) {
    case T_NullTest:
      return reinterpret_cast<Node*>(castNode(NullTest, clause)->arg);
    case T_BooleanTest:
      return reinterpret_cast<Node*>(castNode(BooleanTest, clause)->arg);
    case T_ScalarArrayOpExpr:
      return static_cast<Node*>(linitial(castNode(ScalarArrayOpExpr, clause)->args));
    case T_OpExpr: {
      List* const arguments = castNode(OpExpr, clause)->args;
      auto* const left = static_cast<Node*>(linitial(arguments));
      return contain_var_clause(left) ? left : static_cast<Node*>(llast(arguments));
    }
    case T_BoolExpr:
      return is_notclause(clause) ? static_cast<Node*>(linitial(castNode(BoolExpr, clause)->args))
                                  : nullptr;
    default:
      return clause;
  }
}

bool shares_columns(Node* a, Node* b) {
  Bitmapset *of_a = nullptr, *of_b = nullptr;
  pull_varattnos(a, 1, &of_a);
  pull_varattnos(b, 1, &of_b);
  return bms_overlap(of_a, of_b);
}

// Of an OR, some arms of which prove the clause: one that does not.
Node* arm_that_fails(const Unproved& unproved, Node* condition) {
  if (!is_orclause(condition)) return nullptr;
  Node* failing = nullptr;
  bool some_proves = false;
  ListCell* cell;
  foreach (cell, castNode(BoolExpr, condition)->args) {
    auto* const arm = static_cast<Node*>(lfirst(cell));
    if (proves(planned_condition(unproved.table, arm), unproved.clause))
      some_proves = true;
    else if (!failing)
      failing = arm;
  }
  return some_proves ? failing : nullptr;
}

// The clause's subject compared with what is known only when the query runs.
const char* of_unknown_value(const Unproved& unproved, Node* stated) {
  Node* const subject = subject_of(unproved.clause);
  if (!subject || !contains_part(stated, subject)) return nullptr;
  if (has_parameter(stated))
    return psprintf(
        "A generic plan does not know the parameter in %s: write the constant, or set "
        "plan_cache_mode to force_custom_plan.",
        sql_of(unproved, stated));
  if (contain_mutable_functions(stated))
    return psprintf("What a function gives in %s is not known when the query is planned.",
                    sql_of(unproved, stated));
  return nullptr;
}

// From 17 on.
bool is_left_out(const Unproved& unproved) {
  return planned_condition(unproved.table, unproved.clause) == NIL;
}

bool any_is_not_true(List* conditions) {
  ListCell* cell;
  foreach (cell, conditions)
    if (is_not_true(static_cast<Node*>(lfirst(cell)))) return true;
  return false;
}

}  // namespace

Missing why_missing(const Unproved& unproved) {
  Node* const clause = unproved.clause;
  List* const conditions = planned_conditions(unproved.table, unproved.stated, unproved.policies);
  if (any_is_not_true(conditions))
    return {"No row satisfies the condition: a query with it reads nothing.", true};
  if (predicate_refuted_by(list_make1(clause), conditions, false))
    return {"The condition excludes the rows of the index.", true};
  if (is_left_out(unproved))
    return {
        "The column is NOT NULL, so that the server leaves out the test before it looks at "
        "indexes. "
        "Any operator on the column proves it; better, leave it out of the predicate.",
        false};
  if (proves(canonical_condition(reinterpret_cast<Node*>(make_ands_explicit(unproved.stated))),
             clause))
    return {
        "The condition states it, but the planner merges it with other equalities into ones that "
        "do "
        "not prove it.",
        false};
  Node* near = nullptr;
  ListCell* cell;
  foreach (cell, unproved.stated) {
    Node* const stated = folded(static_cast<Node*>(lfirst(cell)));
    if (Node* const arm = arm_that_fails(unproved, stated))
      return {psprintf("It does not follow from %s, one of the alternatives of an OR.",
                       sql_of(unproved, arm)),
              false};
    if (const char* const why = of_unknown_value(unproved, stated)) return {why, false};
    if (!near && shares_columns(stated, clause)) near = stated;
  }
  if (!near) return {"The condition says nothing of it.", false};
  Node* const subject = subject_of(clause);
  if (subject && !contains_part(near, subject))
    return {
        psprintf("The condition has %s, which is not about %s: expressions are compared as they "
                 "stand.",
                 sql_of(unproved, near), sql_of(unproved, subject)),
        false};
  if (IsA(clause, NullTest) && castNode(NullTest, clause)->nulltesttype == IS_NOT_NULL)
    return {psprintf("It follows from any operator that is strict, but not from %s.",
                     sql_of(unproved, near)),
            false};
  return {psprintf("It does not follow from %s.", sql_of(unproved, near)), false};
}

}  // namespace tenancy::index
