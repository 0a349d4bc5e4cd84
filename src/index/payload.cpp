// contains() and text_at(): `@>` and `#>>`, which may be evaluated before a policy has been.
//
// The planner uses a condition as an index condition of a table under row level security only if
// its functions are LEAKPROOF, which those operators' are not. These functions call the same code.
// LEAKPROOF is a promise: docs/security.md says what it rests on.
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
  return list_make1(make_opclause(jsonb_containment, BOOLOID, false, document, fragment, InvalidOid,
                                  request->indexcollation));
}

// That of `@>`, with what the server lets the caller know of the column's statistics.
Selectivity selectivity(const SupportRequestSelectivity* request) {
  return request->is_join
             ? join_selectivity(request->root, jsonb_containment, request->args,
                                request->inputcollid, request->jointype, request->sjinfo)
             : restriction_selectivity(request->root, jsonb_containment, request->args,
                                       request->inputcollid, request->varRelid);
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
