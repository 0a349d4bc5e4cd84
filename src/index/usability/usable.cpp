// index_usable().
#include "index/usability/query_condition.hpp"
#include "server/expression.hpp"

namespace tenancy::index {
namespace {

// Server zone. The condition is analysed whatever the index is like: what is wrong with it is an
// error.
bool is_usable(Oid oid, const char* text) {
  OpenIndex const open = open_index(oid);
  List* const stated = list_make1(parse_query_condition(open.table, text));
  List* const predicate = predicate_of(open);
  bool usable = state_of(open) == IndexState::ready;
  if (usable && predicate != NIL)
    usable = proves_all(planned_conditions(open.table, stated, policies_of(open.table)), predicate);
  close_index(open);
  return usable;
}

}  // namespace

// No C++ object lives here, and nothing but the server is called: there is no boundary to be paid
// for.
TENANCY_FUNCTION(tenancy_index_usable) {
  PG_RETURN_BOOL(is_usable(PG_GETARG_OID(0), text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

}  // namespace tenancy::index
