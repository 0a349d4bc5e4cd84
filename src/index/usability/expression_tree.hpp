// Small steps on expression trees. Server zone.
#pragma once

#include "server/guard.hpp"

namespace tenancy::index {

// Whether `test` says so of the tree or of a node below it.
template <typename Test>
bool any_node(Node* tree, Test& test) {
  if (!tree) return false;
  if (test(tree)) return true;
  return walk_expression(
      tree, [](Node* node, void* context) { return any_node(node, *static_cast<Test*>(context)); },
      &test);
}

// A copy of the tree, in which what `replace` has another node for is that node.
template <typename Replace>
Node* replaced(Node* tree, Replace& replace) {
  if (!tree) return nullptr;
  if (Node* const other = replace(tree)) return other;
  return mutate_expression(
      tree,
      [](Node* node, void* context) { return replaced(node, *static_cast<Replace*>(context)); },
      &replace);
}

// A copy of the tree with `other` in each place of `part`.
inline Node* with_other(Node* tree, Node* part, Node* other) {
  auto replace = [part, other](Node* node) -> Node* { return equal(node, part) ? other : nullptr; };
  return replaced(tree, replace);
}

inline bool contains_part(Node* tree, Node* part) {
  auto test = [part](Node* node) { return equal(node, part); };
  return any_node(tree, test);
}

inline Node* folded(Node* tree) {
  return eval_const_expressions(nullptr, tree);
}

inline bool is_true(Node* tree) {
  return IsA(tree, Const) && !castNode(Const, tree)->constisnull &&
         DatumGetBool(castNode(Const, tree)->constvalue);
}

// False or null: a condition that no row passes.
inline bool is_not_true(Node* tree) {
  return IsA(tree, Const) &&
         (castNode(Const, tree)->constisnull || !DatumGetBool(castNode(Const, tree)->constvalue));
}

inline Node* without_relabel(Node* node) {
  while (node && IsA(node, RelabelType))
    node = reinterpret_cast<Node*>(castNode(RelabelType, node)->arg);
  return node;
}

// A binary operator with a constant on one side.
struct Comparison {
  OpExpr* expression;
  Oid operation;  // with the constant on the right; InvalidOid where it is no such thing
  Node* subject;
  Const* constant;
};

inline Comparison as_comparison(Node* clause) {
  Comparison none{nullptr, InvalidOid, nullptr, nullptr};
  if (!is_opclause(clause) || list_length(castNode(OpExpr, clause)->args) != 2) return none;
  auto* const expression = castNode(OpExpr, clause);
  auto* const left = static_cast<Node*>(linitial(expression->args));
  auto* const right = static_cast<Node*>(lsecond(expression->args));
  if (IsA(right, Const) && !castNode(Const, right)->constisnull)
    return {expression, expression->opno, left, castNode(Const, right)};
  if (IsA(left, Const) && !castNode(Const, left)->constisnull)
    return {expression, get_commutator(expression->opno), right, castNode(Const, left)};
  return none;
}

// The elements of a condition's AND, nested ones too, as they stand.
inline List* and_list(Node* condition) {
  if (!is_andclause(condition)) return list_make1(condition);
  List* clauses = NIL;
  ListCell* cell;
  foreach (cell, castNode(BoolExpr, condition)->args)
    clauses = list_concat(clauses, and_list(static_cast<Node*>(lfirst(cell))));
  return clauses;
}

}  // namespace tenancy::index
