#include "index/advice/query_clause.hpp"

#include "server/expression.hpp"

// All of it is server zone.
namespace tenancy::index {
namespace {

struct Search {
  Rows<QueryClause> found;
  int references;  // numbered through all queries
};

// One query or subquery.
struct Level {
  Search* search;
  Query* query;
  int first_reference;
};

Node* stripped(Node* node) {
  while (node && IsA(node, RelabelType))
    node = reinterpret_cast<Node*>(castNode(RelabelType, node)->arg);
  return node;
}

// A column of a table that this level names, or null.
Var* column_of(const Level& level, Node* node) {
  node = stripped(node);
  if (!node || !IsA(node, Var)) return nullptr;
  auto* const var = castNode(Var, node);
  if (var->varlevelsup != 0 || var->varattno <= 0 || IS_SPECIAL_VARNO(var->varno)) return nullptr;
  const RangeTblEntry* const entry = rt_fetch(var->varno, level.query->rtable);
  return entry->rtekind == RTE_RELATION ? var : nullptr;
}

bool names(Node* node, int relation) {
  return bms_is_member(relation, pull_varnos(nullptr, node));
}

// The condition as SQL over the columns of its one table; null where an index predicate cannot be
// that.
const char* condition_sql(const Level& level, Node* condition, const Var* column) {
  if (contain_mutable_functions(condition) || contain_subplans(condition)) return nullptr;
  Node* const own = static_cast<Node*>(copyObjectImpl(condition));
  if (column->varno != 1) ChangeVarNodes(own, column->varno, 1, 0);
  Oid const relation = rt_fetch(column->varno, level.query->rtable)->relid;
  return expression_sql(relation, nodeToString(own), get_rel_name(relation));
}

// What the condition compares with, where that is known.
struct Value {
  bool is_constant;
  bool is_known;  // of the column's type, and not null
  Datum value;
};

void add(const Level& level, const Var* column, Lookup lookup, Node* condition,
         const Value& value = {}) {
  Oid const relation = rt_fetch(column->varno, level.query->rtable)->relid;
  level.search->found.add({relation, level.first_reference + static_cast<int>(column->varno),
                           column->varattno, lookup,
                           value.is_constant ? condition_sql(level, condition, column) : nullptr,
                           value.is_known, value.value});
}

// How an index on the column serves the operator: by equality, by order, or not.
bool find_lookup(Oid operator_oid, const Var* column, Lookup* lookup) {
  Oid const opclass = GetDefaultOpClass(getBaseType(column->vartype), BTREE_AM_OID);
  if (!OidIsValid(opclass)) return false;
  int const strategy = get_op_opfamily_strategy(operator_oid, get_opclass_family(opclass));
  if (strategy == 0) return false;
  *lookup = strategy == BTEqualStrategyNumber ? Lookup::equal : Lookup::range;
  return true;
}

void add_comparison(const Level& level, OpExpr* comparison) {
  if (list_length(comparison->args) != 2) return;
  for (int side = 0; side < 2; ++side) {
    Var* const column = column_of(level, static_cast<Node*>(list_nth(comparison->args, side)));
    auto* const value = stripped(static_cast<Node*>(list_nth(comparison->args, 1 - side)));
    if (!column || names(value, column->varno) || contain_volatile_functions(value)) continue;
    Oid const oid = side == 0 ? comparison->opno : get_commutator(comparison->opno);
    Lookup lookup;
    if (!OidIsValid(oid) || !find_lookup(oid, column, &lookup)) continue;
    bool const is_join = contain_vars_of_level(value, 0);
    if (is_join && lookup == Lookup::range) continue;
    Value known{};
    if (IsA(value, Const) && lookup == Lookup::equal) {
      const Const* const constant = castNode(Const, value);
      known = {true, !constant->constisnull && constant->consttype == column->vartype,
               constant->constvalue};
    }
    add(level, column, is_join ? Lookup::join : lookup, reinterpret_cast<Node*>(comparison), known);
  }
}

void add_any(const Level& level, ScalarArrayOpExpr* any) {
  Var* const column = column_of(level, static_cast<Node*>(linitial(any->args)));
  auto* const values = static_cast<Node*>(lsecond(any->args));
  Lookup lookup;
  if (!any->useOr || !column || contain_vars_of_level(values, 0) ||
      contain_volatile_functions(values) || !find_lookup(any->opno, column, &lookup) ||
      lookup != Lookup::equal)
    return;
  add(level, column, Lookup::equal, reinterpret_cast<Node*>(any));
}

void add_condition(const Level& level, Node* condition) {
  if (!condition) return;
  if (is_andclause(condition) || IsA(condition, List)) {
    List* const parts =
        IsA(condition, List) ? castNode(List, condition) : castNode(BoolExpr, condition)->args;
    ListCell* cell;
    foreach (cell, parts) add_condition(level, static_cast<Node*>(lfirst(cell)));
  } else if (IsA(condition, OpExpr)) {
    add_comparison(level, castNode(OpExpr, condition));
  } else if (IsA(condition, ScalarArrayOpExpr)) {
    add_any(level, castNode(ScalarArrayOpExpr, condition));
  } else if (IsA(condition, NullTest)) {
    auto* const test = castNode(NullTest, condition);
    Var* const column = column_of(level, reinterpret_cast<Node*>(test->arg));
    if (column && test->nulltesttype == IS_NULL)
      add(level, column, Lookup::is, condition, {true, false, Datum{0}});
  } else {
    Node* const flag =
        is_notclause(condition) ? reinterpret_cast<Node*>(get_notclausearg(condition)) : condition;
    Var* const column = column_of(level, flag);
    if (column && column->vartype == BOOLOID)
      add(level, column, Lookup::is, condition, {true, true, BoolGetDatum(flag == condition)});
  }
}

void add_tree(const Level& level, Node* tree) {
  if (!tree) return;
  if (IsA(tree, FromExpr)) {
    auto* const from = castNode(FromExpr, tree);
    ListCell* cell;
    foreach (cell, from->fromlist) add_tree(level, static_cast<Node*>(lfirst(cell)));
    add_condition(level, eval_const_expressions(nullptr, from->quals));
  } else if (IsA(tree, JoinExpr)) {
    auto* const join = castNode(JoinExpr, tree);
    add_tree(level, join->larg);
    add_tree(level, join->rarg);
    add_condition(level, eval_const_expressions(nullptr, join->quals));
  }
}

void add_sort(const Level& level) {
  if (!level.query->sortClause || level.query->groupClause || level.query->distinctClause) return;
  auto* const first = linitial_node(SortGroupClause, level.query->sortClause);
  Node* const expression = get_sortgroupclause_expr(first, level.query->targetList);
  if (Var* const column = column_of(level, expression))
    add(level, column, Lookup::sort, expression);
}

bool visit(Node* node, void* context) {
  if (!node) return false;
  if (!IsA(node, Query)) return walk_expression(node, visit, context);
  auto* const search = static_cast<Search*>(context);
  auto* const query = castNode(Query, node);
  Level const level{search, query, search->references};
  search->references += list_length(query->rtable);
  add_tree(level, reinterpret_cast<Node*>(query->jointree));
  if (Node* const on = merge_condition(query))
    add_condition(level, eval_const_expressions(nullptr, on));
  ListCell* cell;
  foreach (cell, query->rtable) {
    auto* const entry = lfirst_node(RangeTblEntry, cell);
    add_condition(level,
                  eval_const_expressions(nullptr, reinterpret_cast<Node*>(entry->securityQuals)));
  }
  add_sort(level);
  return walk_query(query, visit, context);
}

}  // namespace

Rows<QueryClause> find_clauses(const char* query) {
  Search search{};
  ListCell* cell;
  foreach (cell, parse_query(query)) visit(static_cast<Node*>(lfirst(cell)), &search);
  return search.found;
}

}  // namespace tenancy::index
