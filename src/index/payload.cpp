// contains() and text_at(): `@>` and `#>>`, which may be evaluated before a policy has been.
//
// The planner uses a condition as an index condition of a table under row level security only if
// its functions are LEAKPROOF, which those operators' are not. These functions call the same code.
// LEAKPROOF is a promise: docs/security.md says what it rests on.
#include <algorithm>

#include "server/index_facts.hpp"

namespace tenancy::index {
namespace {

constexpr std::size_t stack_reserve = 64 * 1024;

// Fails for want of stack before a row is looked at, whatever is in it. Otherwise a caller who has
// used up the stack but for a little would learn from the failure, level by level, what objects
// somebody else's row has in it. Server zone.
[[gnu::noinline]] void require_stack() {
  char reserve[stack_reserve];
  asm volatile("" : : "r"(reserve) : "memory");
  check_stack_depth();
  asm volatile("" : : "r"(reserve) : "memory");  // the frame is there while that is called
}

// The arguments of a call, by name or by an operator.
List* arguments_of(Node* call) {
  if (IsA(call, FuncExpr)) return castNode(FuncExpr, call)->args;
  if (IsA(call, OpExpr)) return castNode(OpExpr, call)->args;
  return NIL;
}

// How rare a value usually is in documents: identifiers and numbers of many digits are rarer than
// words, of which there are more than two truth values.
double usual_share(const JsonbValue& value) {
  constexpr double rare = 0.0001;
  switch (value.type) {
    case jbvNull:
      return 0.1;
    case jbvBool:
      return 0.5;
    case jbvNumeric: {
      const char* const text =
          DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric)));
      double share = 1;
      for (const char* c = text; *c; ++c)
        if (*c >= '0' && *c <= '9') share /= 10;
      return Max(share, rare);
    }
    case jbvString: {
      constexpr int shortest_identifier = 8;
      const char* const end = value.val.string.val + value.val.string.len;
      bool const has_digit = std::any_of(static_cast<const char*>(value.val.string.val), end,
                                         [](char c) { return c >= '0' && c <= '9'; });
      return has_digit && value.val.string.len >= shortest_identifier ? rare : DEFAULT_MATCHING_SEL;
    }
    default:
      return 1;
  }
}

// How many documents usually contain the fragment, by nothing but itself.
Selectivity usual_selectivity(Datum fragment) {
  constexpr double least = 0.000001;
  double share = 1;
  JsonbIterator* iterator = JsonbIteratorInit(&DatumGetJsonbP(fragment)->root);
  JsonbValue value;
  JsonbIteratorToken token;
  while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE)
    if (token == WJB_VALUE || token == WJB_ELEM) share *= usual_share(value);
  return Max(share, least);
}

// Whether the server lets the caller know the statistics of what the call is about; not under a
// policy, where they are of others' rows too. Its own estimate is a constant then.
bool knows_statistics(PlannerInfo* root, List* arguments, int relation) {
  VariableStatData column;
  Node* other;
  bool column_first;
  if (!get_restriction_variable(root, arguments, relation, &column, &other, &column_first))
    return true;
  bool const knows = HeapTupleIsValid(column.statsTuple) && column.acl_ok;
  ReleaseVariableStats(column);
  return knows;
}

// The fragment of a call contains(column, fragment), where it alone has to tell how many documents
// contain it; null where not.
Const* telling_fragment(PlannerInfo* root, List* arguments, int relation) {
  Node* const fragment = static_cast<Node*>(lsecond(arguments));
  if (!IsA(fragment, Const) || castNode(Const, fragment)->constisnull ||
      knows_statistics(root, arguments, relation))
    return nullptr;
  return castNode(Const, fragment);
}

// That of `@>`, but under a policy: an estimate must tell nothing of other tenants' documents, and
// the server's constant is too many to look up an identifier by the index alone.
Selectivity selectivity(const SupportRequestSelectivity* request) {
  if (request->is_join)
    return join_selectivity(request->root, jsonb_containment, request->args, request->inputcollid,
                            request->jointype, request->sjinfo);
  if (const Const* fragment = telling_fragment(request->root, request->args, request->varRelid))
    return usual_selectivity(fragment->constvalue);
  return restriction_selectivity(request->root, jsonb_containment, request->args,
                                 request->inputcollid, request->varRelid);
}

// `document @> fragment`, which is just as true, where the index knows that operator.
List* index_condition(SupportRequestIndexCondition* request) {
  List* const arguments = arguments_of(request->node);
  if (request->indexarg != 0 || list_length(arguments) != 2 ||
      !op_in_opfamily(jsonb_containment, request->opfamily))
    return NIL;
  auto* const document = static_cast<Expr*>(linitial(arguments));
  auto* const fragment = static_cast<Expr*>(lsecond(arguments));
  if (!is_pseudo_constant_for_index(request->root, reinterpret_cast<Node*>(fragment),
                                    request->index))
    return NIL;
  request->lossy = false;
  Expr* const condition = make_opclause(jsonb_containment, BOOLOID, false, document, fragment,
                                        InvalidOid, request->indexcollation);
  // How many rows the index finds the server estimates by itself, under a policy by that constant
  // for each condition. For a rare fragment it is stated twice, which costs nothing: the index
  // looks it up once.
  const Const* const telling =
      telling_fragment(request->root, arguments, static_cast<int>(request->index->rel->relid));
  bool const is_rare = telling && usual_selectivity(telling->constvalue) <=
                                      DEFAULT_MATCHING_SEL * DEFAULT_MATCHING_SEL;
  return is_rare ? list_make2(condition, copyObjectImpl(condition)) : list_make1(condition);
}

}  // namespace

// Called once a row: all of it is the server's.
TENANCY_FUNCTION(tenancy_contains) {
  require_stack();
  return jsonb_contains(fcinfo);
}

TENANCY_FUNCTION(tenancy_text_at) {
  return jsonb_extract_path_text(fcinfo);
}

// The planner support function of contains(). Its cost is that of `@>`, the default.
TENANCY_FUNCTION(tenancy_contains_support) {
  auto* const request = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
  if (IsA(request, SupportRequestIndexCondition))
    PG_RETURN_POINTER(index_condition(reinterpret_cast<SupportRequestIndexCondition*>(request)));
  if (!IsA(request, SupportRequestSelectivity)) PG_RETURN_POINTER(nullptr);
  auto* const estimate = reinterpret_cast<SupportRequestSelectivity*>(request);
  estimate->selectivity = selectivity(estimate);
  PG_RETURN_POINTER(estimate);
}

}  // namespace tenancy::index
