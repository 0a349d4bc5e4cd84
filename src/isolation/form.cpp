#include "isolation/form.hpp"

#include "isolation/tree.hpp"
#include "server/expression.hpp"

namespace tenancy::isolation {
namespace {

// This whole section is server zone. The trees are the caller's own, and written to.

bool is_comparison(Node* node) {
  return node && IsA(node, OpExpr) && list_length(castNode(OpExpr, node)->args) == 2 &&
         setting_argument(strip_casts(static_cast<Node*>(lsecond(castNode(OpExpr, node)->args))));
}

// What stands in place of the comparison in the condition of another form.
Node* replacement(Node* comparison, Form form) {
  Node* const column =
      strip_casts(static_cast<Node*>(linitial(castNode(OpExpr, comparison)->args)));
  NullTest* const test = makeNode(NullTest);
  test->arg = reinterpret_cast<Expr*>(column);
  test->nulltesttype = IS_NULL;
  test->argisrow = type_is_rowtype(exprType(column));
  test->location = -1;
  if (form == Form::shared) return reinterpret_cast<Node*>(test);
  return reinterpret_cast<Node*>(makeBoolExpr(OR_EXPR, list_make2(comparison, test), -1));
}

// In a subquery the comparison is one of the conditions of WHERE.
bool replace_comparison(Node* node, void* form) {
  if (!node) return false;
  if (IsA(node, BoolExpr) && castNode(BoolExpr, node)->boolop == AND_EXPR) {
    ListCell* cell;
    foreach (cell, castNode(BoolExpr, node)->args)
      if (is_comparison(static_cast<Node*>(lfirst(cell))))
        lfirst(cell) = replacement(static_cast<Node*>(lfirst(cell)), *static_cast<Form*>(form));
  }
  return walk_tree(node, replace_comparison, form);
}

// Writes settings in lower case, and takes out the names that columns had when a subquery was
// parsed.
bool normalize(Node* node, void*) {
  if (!node) return false;
  if (Const* const setting = setting_argument(node)) fold_setting_argument(setting);
  if (IsA(node, Query)) {
    ListCell* cell;
    foreach (cell, castNode(Query, node)->rtable) lfirst_node(RangeTblEntry, cell)->eref = nullptr;
  }
  return walk_tree(node, normalize, nullptr);
}

bool is_true(Node* node) {
  return node && IsA(node, Const) && castNode(Const, node)->consttype == BOOLOID &&
         !castNode(Const, node)->constisnull && DatumGetBool(castNode(Const, node)->constvalue);
}

bool has_outer_column(Node* node, void*) {
  if (!node) return false;
  if (IsA(node, Var)) return castNode(Var, node)->varlevelsup == 1;
  return walk_expression(node, has_outer_column, nullptr);
}

// One that returns its rows as WHERE picks them: an aggregate returns one where there is none.
bool is_plain(const Query* query) {
  return query->commandType == CMD_SELECT && query->jointree && !query->setOperations &&
         !query->hasAggs && !query->groupClause && !query->groupingSets && !query->havingQual &&
         !query->cteList;
}

bool is_by_keys(Node* node) {
  if (!node || !IsA(node, SubLink) || castNode(SubLink, node)->subLinkType != EXISTS_SUBLINK)
    return false;
  Node* const subquery = castNode(SubLink, node)->subselect;
  if (!subquery || !IsA(subquery, Query) || !is_plain(castNode(Query, subquery))) return false;
  Node* const conditions = castNode(Query, subquery)->jointree->quals;
  if (!conditions || !IsA(conditions, BoolExpr) ||
      castNode(BoolExpr, conditions)->boolop != AND_EXPR)
    return false;
  bool has_comparison = false, has_key = false;
  ListCell* cell;
  foreach (cell, castNode(BoolExpr, conditions)->args) {
    auto* const condition = static_cast<Node*>(lfirst(cell));
    if (is_comparison(condition))
      has_comparison = true;
    else if (IsA(condition, OpExpr) && has_outer_column(condition, nullptr))
      has_key = true;
  }
  return has_comparison && has_key;
}

}  // namespace

bool is_form_by_keys(const std::string& tree) {
  return server([&] { return is_by_keys(read_tree(tree)); });
}

bool has_form(const std::string& tree, Form form, const std::string& tenant) {
  return server([&] {
    auto* const found = read_tree(tree);
    if (form == Form::everything) return is_true(found);
    auto* wanted = read_tree(tenant);
    if (form != Form::tenant) {
      if (is_comparison(wanted))
        wanted = replacement(wanted, form);
      else
        replace_comparison(wanted, &form);
    }
    normalize(found, nullptr);
    normalize(wanted, nullptr);
    return equal(found, wanted);
  });
}

}  // namespace tenancy::isolation
