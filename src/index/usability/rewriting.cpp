#include "index/usability/rewriting.hpp"

#include <algorithm>

#include "index/row_facts.hpp"
#include "index/usability/expression_tree.hpp"
#include "index/usability/implied_clause.hpp"
#include "index/usability/missing_clause.hpp"
#include "index/usability/query_condition.hpp"
#include "index/usability/retyped_constant.hpp"
#include "server/expression.hpp"

namespace tenancy::index {
namespace {

// How many items of a list the server's prover looks at (MAX_SAOP_ARRAY_SIZE in predtest.c).
constexpr int items_proved = 100;

const char* sql_of(const Unproved& unproved, Node* node) {
  return readable_sql(RelationGetRelid(unproved.table), node);
}

List* planned(const Unproved& unproved, List* clauses) {
  return planned_conditions(unproved.table, clauses, unproved.policies);
}

bool suffices(const Unproved& unproved, List* clauses) {
  List* const after = planned(unproved, clauses);
  if (!proves(after, unproved.clause)) return false;
  List* const before = planned(unproved, unproved.stated);
  ListCell* cell;
  foreach (cell, unproved.predicate) {
    auto* const other = static_cast<Node*>(lfirst(cell));
    if (proves(before, other) && !proves(after, other)) return false;
  }
  return true;
}

List* with_clause(const Unproved& unproved) {
  return lappend(list_copy(unproved.stated), unproved.clause);
}

// The clauses with `other`, true of the same rows, for the one at the position, or beside it where
// that proves something of its own; NIL where neither suffices.
List* with_other_clause(const Unproved& unproved, int position, Node* other) {
  List* const replaced = list_copy(unproved.stated);
  lfirst(list_nth_cell(replaced, position)) = other;
  if (suffices(unproved, replaced)) return replaced;
  List* const extended = lappend(list_copy(unproved.stated), other);
  return suffices(unproved, extended) ? extended : NIL;
}

// The table whose constraints hold for what a query of it reads; null where that includes rows of
// tables that inherit from it, which need not satisfy them all.
Relation constrained_table(const Unproved& unproved) {
  Form_pg_class const form = unproved.table->rd_rel;
  bool const has_heirs = form->relkind != RELKIND_PARTITIONED_TABLE && form->relhassubclass;
  return has_heirs ? nullptr : unproved.table;
}

bool by_plain_form(const Unproved& unproved, Rewriting& rewriting) {
  for (int i = 0; i < list_length(unproved.stated); ++i) {
    auto* const stated = static_cast<Node*>(list_nth(unproved.stated, i));
    Node* const plain = plain_form(constrained_table(unproved), stated);
    if (!plain) continue;
    List* const clauses = with_other_clause(unproved, i, plain);
    if (clauses == NIL) continue;
    rewriting = {psprintf("%s proves little but itself: the predicate is the bare expression.",
                          sql_of(unproved, stated)),
                 clauses, true};
    return true;
  }
  return false;
}

// A predicate that is a test for truth follows from the bare expression, or from NOT of it.
bool by_truth(const Unproved& unproved, Rewriting& rewriting) {
  if (!IsA(unproved.clause, BooleanTest)) return false;
  auto* const test = castNode(BooleanTest, unproved.clause);
  bool const is_negative = test->booltesttype == IS_FALSE || test->booltesttype == IS_NOT_TRUE;
  auto* const tested = reinterpret_cast<Node*>(test->arg);
  Node* const plain = is_negative ? reinterpret_cast<Node*>(make_notclause(test->arg)) : tested;
  List* const conditions = planned(unproved, unproved.stated);
  if (test->booltesttype == IS_UNKNOWN || !proves(conditions, plain) ||
      !suffices(unproved, with_clause(unproved)))
    return false;
  rewriting = {
      psprintf("The predicate is a test for truth, which %s does not prove. An index with the "
               "predicate %s would serve more queries.",
               sql_of(unproved, plain), sql_of(unproved, plain)),
      with_clause(unproved), true};
  return true;
}

bool by_type_of_constant(const Unproved& unproved, Rewriting& rewriting) {
  for (int i = 0; i < list_length(unproved.stated); ++i) {
    auto* const stated = static_cast<Node*>(list_nth(unproved.stated, i));
    RetypedClause const retyped = retype_constant(folded(stated));
    if (!retyped.clause) continue;
    List* const clauses = with_other_clause(unproved, i, retyped.clause);
    if (clauses == NIL) continue;
    rewriting = {psprintf("%s %s: the constant must be of the column's type.",
                          sql_of(unproved, stated), retyped.why),
                 clauses, true};
    return true;
  }
  return false;
}

// x = ANY (constants) as OR of lists that are short enough to be looked at; null where it is no
// such list, or is short.
Node* in_parts(Node* clause) {
  if (!IsA(clause, ScalarArrayOpExpr)) return nullptr;
  auto* const any = castNode(ScalarArrayOpExpr, clause);
  auto* const array = static_cast<Const*>(lsecond(any->args));
  if (!any->useOr || !IsA(array, Const) || array->constisnull) return nullptr;
  ArrayType* const items = DatumGetArrayTypeP(array->constvalue);
  Oid const type = ARR_ELEMTYPE(items);
  int16 length;
  bool by_value, *nulls;
  char alignment;
  get_typlenbyvalalign(type, &length, &by_value, &alignment);
  Datum* values;
  int count, kept = 0;
  deconstruct_array(items, type, length, by_value, alignment, &values, &nulls, &count);
  if (count <= items_proved) return nullptr;
  // A null in the list is equal to nothing.
  for (int i = 0; i < count; ++i)
    if (!nulls[i]) values[kept++] = values[i];
  List* parts = NIL;
  for (int begin = 0; begin < kept; begin += items_proved) {
    auto* const part = static_cast<ScalarArrayOpExpr*>(copyObjectImpl(any));
    auto* const some = static_cast<Const*>(lsecond(part->args));
    some->constvalue = PointerGetDatum(construct_array(
        values + begin, std::min(items_proved, kept - begin), type, length, by_value, alignment));
    parts = lappend(parts, part);
  }
  return list_length(parts) < 2 ? nullptr : reinterpret_cast<Node*>(make_orclause(parts));
}

bool by_parts(const Unproved& unproved, Rewriting& rewriting) {
  List* clauses = NIL;
  bool is_long = false;
  ListCell* cell;
  foreach (cell, unproved.stated) {
    auto* const stated = static_cast<Node*>(lfirst(cell));
    Node* const parts = in_parts(folded(stated));
    is_long = is_long || parts;
    clauses = lappend(clauses, parts ? parts : stated);
  }
  const char* const limit =
      psprintf("a list of more than %d items, at which the server does not look", items_proved);
  if (is_long && suffices(unproved, clauses)) {
    rewriting = {psprintf("The condition has %s: divide it.", limit), clauses, true};
    return true;
  }
  // The predicate's own list is proved by nothing but itself.
  Node* const parts = in_parts(unproved.clause);
  if (!parts) return false;
  List* const conditions = planned(unproved, clauses);
  if (!proves(conditions, parts) || !suffices(unproved, with_clause(unproved))) return false;
  rewriting = {psprintf("The predicate has %s: only the same list proves it.", limit),
               with_clause(unproved), true};
  return true;
}

bool by_meaning(const Unproved& unproved, Rewriting& rewriting) {
  if (!suffices(unproved, with_clause(unproved))) return false;
  ListCell* cell;
  foreach (cell, unproved.stated)
    if (const char* const why =
            why_implied(unproved.table, static_cast<Node*>(lfirst(cell)), unproved.clause)) {
      rewriting = {why, with_clause(unproved), true};
      return true;
    }
  Relation const constrained = constrained_table(unproved);
  if (constrained && proves(truths_of(constrained), unproved.clause)) {
    rewriting = {
        "Every row satisfies it by the table's constraints, which the server does not look at "
        "here.",
        with_clause(unproved), true};
    return true;
  }
  return false;
}

}  // namespace

Rewriting rewrite(const Unproved& unproved) {
  Rewriting rewriting{nullptr, NIL, false};
  for (auto* const way : {by_plain_form, by_truth, by_type_of_constant, by_parts, by_meaning})
    if (way(unproved, rewriting)) return rewriting;
  Missing const missing = why_missing(unproved);
  rewriting.reason = missing.reason;
  if (!missing.is_excluded && suffices(unproved, with_clause(unproved)))
    rewriting.clauses = with_clause(unproved);
  return rewriting;
}

}  // namespace tenancy::index
