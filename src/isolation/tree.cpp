#include "isolation/tree.hpp"

namespace tenancy::isolation {
namespace {

// tenancy.current_tenant(anyelement, text), looked up without regard to any search_path.
Oid tenant_function() {
  Oid const arguments[] = {ANYELEMENTOID, TEXTOID};
  return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum("current_tenant"),
                         PointerGetDatum(buildoidvector(arguments, lengthof(arguments))),
                         ObjectIdGetDatum(get_namespace_oid("tenancy", false)));
}

}  // namespace

Node* read_tree(const std::string& tree) {
  return static_cast<Node*>(stringToNode(tree.c_str()));
}

Node* strip_casts(Node* expression) {
  for (;;) {
    Node* stripped = strip_implicit_coercions(expression);
    if (stripped && IsA(stripped, RelabelType))
      stripped = reinterpret_cast<Node*>(castNode(RelabelType, stripped)->arg);
    if (stripped == expression) return expression;
    expression = stripped;
  }
}

Const* setting_argument(Node* node) {
  if (!node || !IsA(node, FuncExpr)) return nullptr;
  auto* const call = castNode(FuncExpr, node);
  if (list_length(call->args) != 2 || call->funcid != tenant_function()) return nullptr;
  auto* const type = static_cast<Node*>(linitial(call->args));
  auto* const setting = static_cast<Node*>(lsecond(call->args));
  if (!IsA(type, Const) || !castNode(Const, type)->constisnull || !IsA(setting, Const) ||
      castNode(Const, setting)->constisnull)
    return nullptr;
  return castNode(Const, setting);
}

bool walk_tree(Node* node, bool (*visit)(Node*, void*), void* context) {
  if (node && IsA(node, Query)) return walk_query(castNode(Query, node), visit, context);
  return walk_expression(node, visit, context);
}

void fold_setting_argument(Const* setting) {
  auto* const value = DatumGetTextPP(setting->constvalue);
  char* const bytes = VARDATA_ANY(value);
  for (std::size_t i = 0; i < VARSIZE_ANY_EXHDR(value); ++i)
    if (bytes[i] >= 'A' && bytes[i] <= 'Z') bytes[i] = static_cast<char>(bytes[i] | 0x20);
}

}  // namespace tenancy::isolation
