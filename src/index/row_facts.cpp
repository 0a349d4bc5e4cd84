#include "index/row_facts.hpp"

namespace tenancy::index {
namespace {

bool are_never_null(Relation relation, List* expressions) {
  ListCell* cell;
  foreach (cell, expressions)
    if (!is_never_null(relation, static_cast<Node*>(lfirst(cell)))) return false;
  return true;
}

bool has_null(const Const* array) {
  return array->constisnull || array_contains_nulls(DatumGetArrayTypeP(array->constvalue));
}

}  // namespace

bool is_never_null(Relation relation, Node* expression) {
  switch (nodeTag(expression)) {
    case T_Var: {
      AttrNumber const number = castNode(Var, expression)->varattno;
      return relation && number > 0 && tenancy::is_never_null(RelationGetDescr(relation), number);
    }
    case T_Const:
      return !castNode(Const, expression)->constisnull;
    case T_RelabelType:
      return is_never_null(relation,
                           reinterpret_cast<Node*>(castNode(RelabelType, expression)->arg));
    case T_NullTest:
    case T_BooleanTest:
      return true;
    case T_BoolExpr:
      return are_never_null(relation, castNode(BoolExpr, expression)->args);
    case T_OpExpr:
      return is_comparison_operator(castNode(OpExpr, expression)->opno) &&
             are_never_null(relation, castNode(OpExpr, expression)->args);
    case T_ScalarArrayOpExpr: {
      auto* const any = castNode(ScalarArrayOpExpr, expression);
      auto* const array = static_cast<Node*>(lsecond(any->args));
      return is_comparison_operator(any->opno) &&
             is_never_null(relation, static_cast<Node*>(linitial(any->args))) &&
             IsA(array, Const) && !has_null(castNode(Const, array));
    }
    default:
      return false;
  }
}

Node* plain_form(Relation relation, Node* clause) {
  if (!IsA(clause, BooleanTest)) return nullptr;
  auto* const test = castNode(BooleanTest, clause);
  auto* const tested = reinterpret_cast<Node*>(test->arg);
  bool const is_known = is_never_null(relation, tested);
  if (test->booltesttype == IS_TRUE || (test->booltesttype == IS_NOT_FALSE && is_known))
    return tested;
  if (test->booltesttype == IS_FALSE || (test->booltesttype == IS_NOT_TRUE && is_known))
    return reinterpret_cast<Node*>(make_notclause(test->arg));
  return nullptr;
}

List* checks_of(Relation relation) {
  List* checks = NIL;
  const TupleConstr* const constraints = RelationGetDescr(relation)->constr;
  for (int i = 0; constraints && i < constraints->num_check; ++i) {
    const ConstrCheck& check = constraints->check[i];
    if (!check.ccvalid) continue;
    Node* const folded =
        eval_const_expressions(nullptr, static_cast<Node*>(stringToNode(check.ccbin)));
    checks = list_concat(
        checks, make_ands_implicit(canonicalize_qual(reinterpret_cast<Expr*>(folded), true)));
  }
  return checks;
}

List* truths_of(Relation relation) {
  List* truths = NIL;
  TupleDesc const descriptor = RelationGetDescr(relation);
  for (int i = 0; i < descriptor->natts; ++i) {
    Form_pg_attribute const attribute = TupleDescAttr(descriptor, i);
    if (attribute->attisdropped || !tenancy::is_never_null(descriptor, attribute->attnum)) continue;
    auto* const test = makeNode(NullTest);
    test->arg = reinterpret_cast<Expr*>(makeVar(1, attribute->attnum, attribute->atttypid,
                                                attribute->atttypmod, attribute->attcollation, 0));
    test->nulltesttype = IS_NOT_NULL;
    test->argisrow = false;
    test->location = -1;
    truths = lappend(truths, test);
  }
  ListCell* cell;
  foreach (cell, checks_of(relation))
    if (is_never_null(relation, static_cast<Node*>(lfirst(cell))))
      truths = lappend(truths, lfirst(cell));
  return truths;
}

}  // namespace tenancy::index
