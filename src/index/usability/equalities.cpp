#include "index/usability/equalities.hpp"

#include "index/usability/expression_tree.hpp"

namespace tenancy::index {
namespace {

struct Member {
  Node* expression;
  Oid type;  // that the operators compare it as
};

struct Class {
  List* families;  // of the operators
  Oid collation;
  List* members;  // Member*
  List* sources;  // the conditions
};

// The opfamilies of an equality that the planner merges; none for another condition.
List* merging_families(Node* condition) {
  if (!is_opclause(condition)) return NIL;
  auto* const operation = castNode(OpExpr, condition);
  if (list_length(operation->args) != 2 || contain_volatile_functions(condition)) return NIL;
  if (!op_mergejoinable(operation->opno, exprType(static_cast<Node*>(linitial(operation->args)))))
    return NIL;
  return get_mergejoin_opfamilies(operation->opno);
}

bool is_postponed(Node* condition, List* policies) {
  return policies != NIL && !list_member_ptr(policies, condition) && contain_leaked_vars(condition);
}

// x IS NOT NULL for x = x, null for another condition.
Node* reflexive_form(Node* condition) {
  auto* const operation = castNode(OpExpr, condition);
  auto* const side = static_cast<Node*>(linitial(operation->args));
  set_opfuncid(operation);
  if (!equal(side, lsecond(operation->args)) || !func_strict(operation->opfuncid)) return nullptr;
  auto* const test = makeNode(NullTest);
  test->arg = reinterpret_cast<Expr*>(side);
  test->nulltesttype = IS_NOT_NULL;
  test->argisrow = false;
  test->location = -1;
  return reinterpret_cast<Node*>(test);
}

bool connects_columns(Node* condition) {
  if (!is_opclause(condition)) return false;
  auto* const operation = castNode(OpExpr, condition);
  return list_length(operation->args) == 2 &&
         !IsA(static_cast<Node*>(linitial(operation->args)), Const) &&
         !IsA(static_cast<Node*>(lsecond(operation->args)), Const);
}

bool has_member(const Class* some, const Member& member) {
  ListCell* cell;
  foreach (cell, some->members) {
    auto* const other = static_cast<Member*>(lfirst(cell));
    if (other->type == member.type && equal(other->expression, member.expression)) return true;
  }
  return false;
}

void add_member(Class* some, const Member& member) {
  if (has_member(some, member)) return;
  auto* const kept = static_cast<Member*>(palloc(sizeof(Member)));
  *kept = member;
  some->members = lappend(some->members, kept);
}

bool fits(const Class* some, List* families, Oid collation) {
  return some->collation == collation && equal(some->families, families);
}

// Adds the equality to the class that has either side, and makes one of two that it connects.
List* add_equality(List* classes, Node* condition, List* families) {
  auto* const operation = castNode(OpExpr, condition);
  Member sides[2];
  op_input_types(operation->opno, &sides[0].type, &sides[1].type);
  sides[0].expression = static_cast<Node*>(linitial(operation->args));
  sides[1].expression = static_cast<Node*>(lsecond(operation->args));
  Class* found = nullptr;
  ListCell* cell;
  foreach (cell, classes) {
    auto* const some = static_cast<Class*>(lfirst(cell));
    if (!fits(some, families, operation->inputcollid) ||
        !(has_member(some, sides[0]) || has_member(some, sides[1])))
      continue;
    if (!found) {
      found = some;
      continue;
    }
    ListCell* of_other;
    foreach (of_other, some->members) add_member(found, *static_cast<Member*>(lfirst(of_other)));
    found->sources = list_concat(found->sources, some->sources);
    classes = foreach_delete_current(classes, cell);
  }
  if (!found) {
    found = static_cast<Class*>(palloc0(sizeof(Class)));
    found->families = families;
    found->collation = operation->inputcollid;
    classes = lappend(classes, found);
  }
  add_member(found, sides[0]);
  add_member(found, sides[1]);
  found->sources = lappend(found->sources, condition);
  return classes;
}

Node* make_equality(const Class* some, const Member* left, const Member* right) {
  ListCell* cell;
  foreach (cell, some->families) {
    Oid const operation =
        get_opfamily_member(lfirst_oid(cell), left->type, right->type, BTEqualStrategyNumber);
    if (OidIsValid(operation))
      return reinterpret_cast<Node*>(
          make_opclause(operation, BOOLOID, false, reinterpret_cast<Expr*>(left->expression),
                        reinterpret_cast<Expr*>(right->expression), InvalidOid, some->collation));
  }
  return nullptr;
}

// The member that is the same for every row: a constant rather than a parameter.
const Member* constant_of(const Class* some) {
  const Member* constant = nullptr;
  ListCell* cell;
  foreach (cell, some->members) {
    auto* const member = static_cast<Member*>(lfirst(cell));
    if (contain_var_clause(member->expression)) continue;
    if (!constant || (IsA(member->expression, Const) && !IsA(constant->expression, Const)))
      constant = member;
  }
  return constant;
}

// The conditions that stand for the class; its sources where an operator is missing.
List* conditions_of(const Class* some) {
  List* conditions = NIL;
  const Member* const constant = constant_of(some);
  const Member* previous = nullptr;
  ListCell* cell;
  foreach (cell, some->members) {
    auto* const member = static_cast<Member*>(lfirst(cell));
    if (member == constant || !contain_var_clause(member->expression)) continue;
    const Member* const other = constant ? constant : previous;
    Node* const equality = !other     ? nullptr
                           : constant ? make_equality(some, member, other)
                                      : make_equality(some, other, member);
    if (other && !equality) return some->sources;
    if (equality) conditions = lappend(conditions, equality);
    previous = member;
  }
  return conditions;
}

}  // namespace

List* merge_equalities(List* conditions, List* policies) {
  bool some_connects = false;
  ListCell* cell;
  foreach (cell, conditions)
    some_connects = some_connects || connects_columns(static_cast<Node*>(lfirst(cell)));
  if (!some_connects) return conditions;
  List* classes = NIL;
  List* merged = NIL;
  foreach (cell, conditions) {
    auto* const condition = static_cast<Node*>(lfirst(cell));
    List* const families = is_postponed(condition, policies) ? NIL : merging_families(condition);
    if (families == NIL)
      merged = lappend(merged, condition);
    else if (Node* const test = reflexive_form(condition))
      merged = lappend(merged, test);
    else
      classes = add_equality(classes, condition, families);
  }
  foreach (cell, classes) {
    auto* const some = static_cast<Class*>(lfirst(cell));
    merged =
        list_concat(merged, list_length(some->sources) == 1 ? some->sources : conditions_of(some));
  }
  return merged;
}

}  // namespace tenancy::index
