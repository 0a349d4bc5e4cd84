#include "index/usability/key_use.hpp"

#include "index/usability/expression_tree.hpp"
#include "server/expression.hpp"

namespace tenancy::index {
namespace {

struct Key {
  Node* expression;
  Oid family, collation;
  const IndexAmRoutine* method;
};

Key key_at(const OpenIndex& open, int position) {
  AttrNumber const number = open.index->rd_index->indkey.values[position];
  Node* expression;
  if (number != 0) {
    Form_pg_attribute const column = TupleDescAttr(RelationGetDescr(open.table), number - 1);
    expression = reinterpret_cast<Node*>(
        makeVar(1, number, column->atttypid, column->atttypmod, column->attcollation, 0));
  } else {
    int expressions_before = 0;
    for (int i = 0; i < position; ++i)
      if (open.index->rd_index->indkey.values[i] == 0) ++expressions_before;
    expression =
        static_cast<Node*>(list_nth(RelationGetIndexExpressions(open.index), expressions_before));
  }
  return {expression, open.index->rd_opfamily[position], open.index->rd_indcollation[position],
          open.index->rd_indam};
}

bool is_key(const Key& key, Node* node) {
  return equal(without_relabel(node), without_relabel(key.expression));
}

bool is_outside(Node* node) {
  return !contain_var_clause(node) && !contain_volatile_functions(node);
}

bool serves(const Key& key, Oid operation, Oid collation) {
  return OidIsValid(operation) && op_in_opfamily(operation, key.family) &&
         (!OidIsValid(key.collation) || key.collation == collation);
}

bool narrows_by_operator(const Key& key, const OpExpr* operation) {
  if (list_length(operation->args) != 2) return false;
  auto* const left = static_cast<Node*>(linitial(operation->args));
  auto* const right = static_cast<Node*>(lsecond(operation->args));
  return (is_key(key, left) && is_outside(right) &&
          serves(key, operation->opno, operation->inputcollid)) ||
         (is_key(key, right) && is_outside(left) &&
          serves(key, get_commutator(operation->opno), operation->inputcollid));
}

bool narrows(const Key& key, Node* clause) {
  // A boolean key is its own condition.
  if (exprType(key.expression) == BOOLOID && op_in_opfamily(BooleanEqualOperator, key.family)) {
    if (is_key(key, clause)) return true;
    if (is_notclause(clause) &&
        is_key(key, static_cast<Node*>(linitial(castNode(BoolExpr, clause)->args))))
      return true;
    if (IsA(clause, BooleanTest))
      return is_key(key, reinterpret_cast<Node*>(castNode(BooleanTest, clause)->arg)) &&
             (castNode(BooleanTest, clause)->booltesttype == IS_TRUE ||
              castNode(BooleanTest, clause)->booltesttype == IS_FALSE);
  }
  ListCell* cell;
  switch (nodeTag(clause)) {
    case T_OpExpr:
      return narrows_by_operator(key, castNode(OpExpr, clause));
    case T_ScalarArrayOpExpr: {
      auto* const any = castNode(ScalarArrayOpExpr, clause);
      return any->useOr && is_key(key, static_cast<Node*>(linitial(any->args))) &&
             is_outside(static_cast<Node*>(lsecond(any->args))) &&
             serves(key, any->opno, any->inputcollid);
    }
    case T_NullTest:
      return key.method->amsearchnulls &&
             is_key(key, reinterpret_cast<Node*>(castNode(NullTest, clause)->arg));
    case T_BoolExpr:
      // Each alternative by a scan of its own.
      if (!is_orclause(clause)) return false;
      foreach (cell, castNode(BoolExpr, clause)->args) {
        bool one_narrows = false;
        ListCell* of_arm;
        foreach (of_arm, and_list(static_cast<Node*>(lfirst(cell))))
          one_narrows = one_narrows || narrows(key, static_cast<Node*>(lfirst(of_arm)));
        if (!one_narrows) return false;
      }
      return true;
    default:
      return false;
  }
}

bool may_narrow(const Key& key, Node* clause);

// Whether each alternative narrows the key, or may.
bool each_alternative_may(const Key& key, Node* clause) {
  ListCell* cell;
  foreach (cell, castNode(BoolExpr, clause)->args) {
    bool one_may = false;
    ListCell* of_arm;
    foreach (of_arm, and_list(static_cast<Node*>(lfirst(cell)))) {
      auto* const part = static_cast<Node*>(lfirst(of_arm));
      one_may = one_may || narrows(key, part) || may_narrow(key, part);
    }
    if (!one_may) return false;
  }
  return true;
}

// Functions know of index conditions that an operator class does not: LIKE, and tenancy.contains().
bool may_narrow(const Key& key, Node* clause) {
  if (is_orclause(clause)) return each_alternative_may(key, clause);
  Oid function = InvalidOid;
  if (IsA(clause, FuncExpr)) function = castNode(FuncExpr, clause)->funcid;
  if (IsA(clause, OpExpr)) function = get_opcode(castNode(OpExpr, clause)->opno);
  return (IsA(clause, RowCompareExpr) ||
          (OidIsValid(function) && OidIsValid(get_func_support(function)))) &&
         contains_part(clause, without_relabel(key.expression));
}

const char* why_not(const OpenIndex& open, int position) {
  Oid const method = open.index->rd_rel->relam;
  if (method == HASH_AM_OID) return "A hash index serves only = on its key: it is of no use here.";
  if (method != BTREE_AM_OID) return "No clause narrows it.";
  if (position > 0)
    return "No clause narrows it: a scan goes through all of its values within the keys before it.";
  return "No clause narrows it: a scan goes through all of its values.";
}

}  // namespace

KeyUse use_of_key(const OpenIndex& open, int position, List* stated, List* policies) {
  Key const key = key_at(open, position);
  KeyUse use{TextDatumGetCString(DirectFunctionCall3(
                 pg_get_indexdef_ext, ObjectIdGetDatum(RelationGetRelid(open.index)),
                 Int32GetDatum(position + 1), BoolGetDatum(true))),
             Narrowing::no, nullptr, nullptr};
  Node* leaking = nullptr;
  List* const clauses = planned_conditions(open.table, stated, policies);
  ListCell* cell;
  foreach (cell, clauses) {
    auto* const clause = static_cast<Node*>(lfirst(cell));
    bool const is_sure = narrows(key, clause);
    if (!is_sure && (use.clause || !may_narrow(key, clause))) continue;
    if (policies != NIL && !list_member_ptr(policies, clause) && contain_leaked_vars(clause)) {
      leaking = clause;
      continue;
    }
    use.clause = clause;
    use.narrows = is_sure ? Narrowing::yes : Narrowing::perhaps;
    if (is_sure) break;
  }
  if (use.narrows == Narrowing::yes) return use;
  if (use.narrows == Narrowing::perhaps)
    use.reason = "It depends on the constant, on the operator class and the collation.";
  else if (leaking)
    use.reason = psprintf(
        "%s is not LEAKPROOF: under row level security it is checked after the "
        "policy, and cannot narrow a scan.",
        readable_sql(RelationGetRelid(open.table), leaking));
  else
    use.reason = why_not(open, position);
  return use;
}

}  // namespace tenancy::index
