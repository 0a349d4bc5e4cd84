#include "index/tenant_leading.hpp"

#include <algorithm>

#include "server/expression.hpp"
#include "server/index_facts.hpp"
#include "server/tenant_key.hpp"

namespace tenancy::index {
namespace {

bool is_column(Node* node, AttrNumber number) {
  return IsA(node, Var) && castNode(Var, node)->varattno == number;
}

bool has_key(const IndexStmt* statement, const char* name) {
  ListCell* cell;
  foreach (cell, statement->indexParams) {
    const char* const column = lfirst_node(IndexElem, cell)->name;
    if (column && std::strcmp(column, name) == 0) return true;
  }
  return false;
}

// Whether a clause of the condition is `column = constant`.
bool states_value(Node* condition, AttrNumber number) {
  if (!condition) return false;
  ListCell* cell;
  foreach (cell, canonical_condition(condition)) {
    auto* const clause = static_cast<Node*>(lfirst(cell));
    if (!is_opclause(clause) || list_length(castNode(OpExpr, clause)->args) != 2) continue;
    auto* const operation = castNode(OpExpr, clause);
    auto* const left = static_cast<Node*>(linitial(operation->args));
    auto* const right = static_cast<Node*>(lsecond(operation->args));
    if (op_mergejoinable(operation->opno, exprType(left)) &&
        ((is_column(left, number) && IsA(right, Const)) ||
         (is_column(right, number) && IsA(left, Const))))
      return true;
  }
  return false;
}

struct TenantUse {
  bool is_key, is_stated;
};

TenantUse find_use(const RelationFacts& relation, const IndexRequest& request,
                   const ColumnFacts& tenant) {
  const std::string text = create_statement(relation, request, "asked for");
  return server([&]() -> TenantUse {
    const IndexStmt* const statement = parse_create_index(relation.oid, text.c_str());
    return {has_key(statement, tenant.name.c_str()),
            states_value(statement->whereClause, tenant.number)};
  });
}

bool exists_as_asked(const RelationFacts& relation, const IndexRequest& request) {
  const auto same = find_same(relation, request, create_statement(relation, request, "asked for"));
  return same && same->is_valid;
}

}  // namespace

LedRequest lead_with_tenant(const RelationFacts& relation, IndexRequest asked,
                            std::optional<bool> tenant_leading) {
  LedRequest led{std::move(asked), "", ""};
  IndexRequest& request = led.request;
  const std::optional<ColumnFacts> isolated_by = find_tenant_column(relation);
  TenantUse const use =
      isolated_by ? find_use(relation, request, *isolated_by) : TenantUse{false, false};
  if (use.is_key) return led;
  bool const leave_it =
      !tenant_leading &&
      (use.is_stated || (isolated_by && !request.is_unique && exists_as_asked(relation, request)));
  const auto tenant =
      leave_it ? std::nullopt
               : choose_tenant_key(relation, isolated_by, request.method, tenant_leading);
  if (tenant) {
    std::vector<std::string>& included = request.include;
    included.erase(std::remove(included.begin(), included.end(), tenant->name), included.end());
    request.columns.insert(request.columns.begin(), tenant->name);
    if (request.is_unique) {
      led.notice = "the unique index leads with tenant column \"" + tenant->name +
                   "\": values are unique within a tenant";
      led.hint =
          "tenant_leading => false makes them unique over all tenants, each of which can then find "
          "out what others have.";
    }
  } else if (request.is_unique && isolated_by && !use.is_stated) {
    led.notice = "the unique index leaves out tenant column \"" + isolated_by->name +
                 "\": its errors tell a tenant which values others have";
    led.hint = "Leave tenant_leading out, unless that is no secret.";
  }
  return led;
}

}  // namespace tenancy::index
