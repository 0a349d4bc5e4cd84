#include "index/usability/query_condition.hpp"

#include "index/row_facts.hpp"
#include "index/usability/equalities.hpp"
#include "index/usability/expression_tree.hpp"
#include "server/expression.hpp"

namespace tenancy::index {
namespace {

bool may_read(Oid table) {
  return pg_class_aclcheck(table, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
         pg_attribute_aclcheck_all(table, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK;
}

[[noreturn]] void raise_undefined(Oid oid) {
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", oid)));
  pg_unreachable();
}

bool is_left_out(Relation table, Node* clause) {
  if (!planner_drops_true_null_tests) return false;
  if (is_orclause(clause)) {
    ListCell* cell;
    foreach (cell, castNode(BoolExpr, clause)->args)
      if (is_left_out(table, static_cast<Node*>(lfirst(cell)))) return true;
    return false;
  }
  if (!IsA(clause, NullTest)) return false;
  auto* const test = castNode(NullTest, clause);
  return test->nulltesttype == IS_NOT_NULL && !test->argisrow && IsA(test->arg, Var) &&
         is_never_null(table, reinterpret_cast<Node*>(test->arg));
}

List* without_left_out(Relation table, List* conditions) {
  List* kept = NIL;
  ListCell* cell;
  foreach (cell, conditions)
    if (!is_left_out(table, static_cast<Node*>(lfirst(cell)))) kept = lappend(kept, lfirst(cell));
  return kept;
}

// The planner reads nothing where one constant that is not true is all there is.
bool select_nothing(List* conditions) {
  return list_length(conditions) == 1 && is_not_true(static_cast<Node*>(linitial(conditions)));
}

// Whether one of the conditions is an OR of which each alternative, with what stands beside it,
// proves the clause. The planner then combines scans of the index, one for each. The prover, which
// looks at the whole, does not see it where the clause is an OR or a list of its own.
bool each_alternative_proves(List* conditions, List* beside, Node* clause) {
  CHECK_FOR_INTERRUPTS();
  List* const known = list_concat_copy(conditions, beside);
  ListCell* cell;
  foreach (cell, conditions) {
    auto* const condition = static_cast<Node*>(lfirst(cell));
    if (!is_orclause(condition)) continue;
    bool all_prove = true;
    ListCell* of_arm;
    foreach (of_arm, castNode(BoolExpr, condition)->args) {
      List* const arm = and_list(static_cast<Node*>(lfirst(of_arm)));
      all_prove = predicate_implied_by(list_make1(clause), list_concat_copy(arm, known), false) ||
                  each_alternative_proves(arm, known, clause);
      if (!all_prove) break;
    }
    if (all_prove) return true;
  }
  return false;
}

}  // namespace

OpenIndex open_index(Oid oid) {
  char const kind = get_rel_relkind(oid);
  if (kind == '\0') raise_undefined(oid);
  if (kind != RELKIND_INDEX && kind != RELKIND_PARTITIONED_INDEX)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is not an index", get_rel_name(oid))));
  Oid const table = IndexGetRelation(oid, true);
  if (!OidIsValid(table)) raise_undefined(oid);
  if (!may_read(table)) aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(table));
  // Either may be dropped while its lock is waited for.
  Relation const opened = try_relation_open(table, AccessShareLock);
  Relation const index = opened ? try_relation_open(oid, AccessShareLock) : nullptr;
  if (!index) raise_undefined(oid);
  return {opened, index};
}

void close_index(const OpenIndex& open) {
  relation_close(open.index, AccessShareLock);
  relation_close(open.table, AccessShareLock);
}

IndexState state_of(const OpenIndex& open) {
  Form_pg_index const form = open.index->rd_index;
  if (!form->indislive) return IndexState::being_dropped;
  if (!form->indisready) return IndexState::not_ready;
  if (!form->indisvalid)
    return open.index->rd_rel->relkind == RELKIND_PARTITIONED_INDEX
               ? IndexState::invalid_partitioned
               : IndexState::invalid;
  if (form->indcheckxmin &&
      !TransactionIdPrecedes(HeapTupleHeaderGetXmin(open.index->rd_indextuple->t_data),
                             TransactionXmin))
    return IndexState::too_new;
  return IndexState::ready;
}

List* predicate_of(const OpenIndex& open) {
  return RelationGetIndexPredicate(open.index);
}

List* policies_of(Relation table) {
  if (!table->rd_rel->relrowsecurity) return NIL;
  ParseState* const state = make_parsestate(nullptr);
  RangeTblEntry* const entry =
      addRangeTableEntryForRelation(state, table, AccessShareLock, nullptr, false, false)->p_rte;
  Query* const query = makeNode(Query);
  query->commandType = CMD_SELECT;
  query->rtable = state->p_rtable;
  take_permissions(query, state);
  List* conditions = NIL;
  List* checks = NIL;
  bool has_policies, has_subqueries;
  get_row_security_policies(query, entry, 1, &conditions, &checks, &has_policies, &has_subqueries);
  List* planned = NIL;
  ListCell* cell;
  foreach (cell, conditions) {
    auto* const condition = static_cast<Node*>(lfirst(cell));
    // What the planner makes of a subquery proves nothing.
    if (!checkExprHasSubLink(condition))
      planned = list_concat(planned, planned_condition(table, condition));
  }
  return planned;
}

List* planned_condition(Relation table, Node* condition) {
  return without_left_out(
      table, merge_equalities(canonical_condition(with_virtual_columns(condition, table)), NIL));
}

List* planned_conditions(Relation table, List* clauses, List* policies) {
  auto* const condition = reinterpret_cast<Node*>(make_ands_explicit(clauses));
  List* const planned =
      list_concat_copy(policies, canonical_condition(with_virtual_columns(condition, table)));
  return without_left_out(table, merge_equalities(planned, policies));
}

bool proves(List* conditions, Node* clause) {
  if (select_nothing(conditions)) return false;
  return predicate_implied_by(list_make1(clause), conditions, false) ||
         each_alternative_proves(conditions, NIL, clause);
}

bool proves_all(List* conditions, List* predicate) {
  if (predicate == NIL) return true;
  if (select_nothing(conditions)) return false;
  if (predicate_implied_by(predicate, conditions, false)) return true;
  ListCell* cell;
  foreach (cell, predicate)
    if (!proves(conditions, static_cast<Node*>(lfirst(cell)))) return false;
  return true;
}

}  // namespace tenancy::index
