#include "isolation/condition.hpp"

#include "server/expression.hpp"

namespace tenancy::isolation {
namespace {

// This whole section is server zone.

// tenancy.current_tenant(anyelement, text), looked up without regard to any search_path.
Oid tenant_function() {
  Oid const arguments[] = {ANYELEMENTOID, TEXTOID};
  return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum("current_tenant"),
                         PointerGetDatum(buildoidvector(arguments, lengthof(arguments))),
                         ObjectIdGetDatum(get_namespace_oid("tenancy", false)));
}

// An expression without the casts around it that change no value: those that the parser adds, and
// the same ones as a dump writes them, which makes them explicit.
Node* strip_casts(Node* expression) {
  for (;;) {
    Node* stripped = strip_implicit_coercions(expression);
    if (stripped && IsA(stripped, RelabelType))
      stripped = reinterpret_cast<Node*>(castNode(RelabelType, stripped)->arg);
    if (stripped == expression) return expression;
    expression = stripped;
  }
}

// Whether it is tenancy.current_tenant(NULL::type, 'setting').
bool is_tenant_call(Node* node) {
  if (!node || !IsA(node, FuncExpr)) return false;
  auto* const call = castNode(FuncExpr, node);
  if (list_length(call->args) != 2 || call->funcid != tenant_function()) return false;
  auto* const type = static_cast<Node*>(linitial(call->args));
  auto* const setting = static_cast<Node*>(lsecond(call->args));
  return IsA(type, Const) && castNode(Const, type)->constisnull && IsA(setting, Const) &&
         !castNode(Const, setting)->constisnull;
}

bool is_tenant_comparison(Oid relation, Node* node) {
  if (!node || !IsA(node, OpExpr)) return false;
  auto* const comparison = castNode(OpExpr, node);
  if (list_length(comparison->args) != 2) return false;
  Node* const left = strip_casts(static_cast<Node*>(linitial(comparison->args)));
  Node* const right = strip_casts(static_cast<Node*>(lsecond(comparison->args)));
  if (!IsA(left, Var) || castNode(Var, left)->varattno <= 0 || !is_tenant_call(right)) return false;
  Oid const type = getBaseType(get_atttype(relation, castNode(Var, left)->varattno));
  return exprType(right) == type &&
         comparison->opno == lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr;
}

bool contains(Node* node, void* wanted) {
  return node && (equal(node, wanted) || walk_expression(node, contains, wanted));
}

bool is_call_of(const char* tree, Node* condition) {
  Node* const call = strip_casts(static_cast<Node*>(stringToNode(tree)));
  return is_tenant_call(call) && contains(condition, call);
}

}  // namespace

std::string tenant_call(const ColumnFacts& column, const std::string& setting) {
  return "tenancy.current_tenant(NULL::" + column.type_name() + ", " + quote_literal(setting) + ")";
}

std::string tenant_condition(const ColumnFacts& column, const std::string& setting) {
  struct Operator {
    const char* schema;
    const char* name;
  };
  // The equality of the type's default operator class, wherever it lives: citext's, for one.
  Operator const equality = server([&]() -> Operator {
    Oid const oid = lookup_type_cache(column.type, TYPECACHE_EQ_OPR)->eq_opr;
    if (!OidIsValid(oid)) return {};
    HeapTuple const tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) return {};
    Oid const schema = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple))->oprnamespace;
    ReleaseSysCache(tuple);
    return {get_namespace_name(schema), get_opname(oid)};
  });
  if (!equality.name)
    throw Error(ERRCODE_UNDEFINED_FUNCTION, "type " + column.type_label() + " of tenant column \"" +
                                                column.name + "\" has no equality operator");
  return quote_identifier(column.name) + " OPERATOR(" + quote_identifier(equality.schema) + "." +
         equality.name + ") " + tenant_call(column, setting);
}

bool is_condition(const RelationFacts& relation, const std::string& tree,
                  const std::string& condition) {
  return server([&] {
    return equal(stringToNode(tree.c_str()),
                 parse_condition(relation.oid, condition.c_str(), EXPR_KIND_POLICY, "POLICY"));
  });
}

bool is_tenant_condition(const RelationFacts& relation, const std::string& tree) {
  return server([&] {
    return is_tenant_comparison(relation.oid, static_cast<Node*>(stringToNode(tree.c_str())));
  });
}

bool same_tree(const std::string& a, const std::string& b) {
  return server([&] { return equal(stringToNode(a.c_str()), stringToNode(b.c_str())); });
}

bool is_call_of_condition(const RelationFacts& relation, const std::string& tree,
                          const std::string& condition) {
  return server([&] {
    return is_call_of(tree.c_str(),
                      parse_condition(relation.oid, condition.c_str(), EXPR_KIND_POLICY, "POLICY"));
  });
}

bool is_call_of_tree(const std::string& tree, const std::string& condition_tree) {
  return server([&] {
    return is_call_of(tree.c_str(), static_cast<Node*>(stringToNode(condition_tree.c_str())));
  });
}

}  // namespace tenancy::isolation
