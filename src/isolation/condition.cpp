#include "isolation/condition.hpp"

#include "isolation/tree.hpp"
#include "server/expression.hpp"

namespace tenancy::isolation {
namespace {

// This whole section is server zone.

bool find_setting(Node* node, void* found) {
  if (!node) return false;
  if (Const* const setting = setting_argument(node)) {
    *static_cast<Const**>(found) = setting;
    return true;
  }
  return walk_tree(node, find_setting, found);
}

bool fold_settings(Node* node, void*) {
  if (!node) return false;
  if (Const* const setting = setting_argument(node)) fold_setting_argument(setting);
  return walk_tree(node, fold_settings, nullptr);
}

bool find_subquery(Node* node, void*) {
  return node && (IsA(node, SubLink) || walk_tree(node, find_subquery, nullptr));
}

bool is_same(const RelationFacts& relation, Node* stored, Node* wanted) {
  fold_settings(stored, nullptr);
  fold_settings(wanted, nullptr);
  if (equal(stored, wanted)) return true;
  if (!find_subquery(stored, nullptr) || !find_subquery(wanted, nullptr)) return false;
  // The tree of a subquery keeps the names that columns had when it was parsed.
  List* const context = deparse_context_for(relation.name.c_str(), relation.oid);
  return std::strcmp(deparse_expression(stored, context, true, false),
                     deparse_expression(wanted, context, true, false)) == 0;
}

struct FoundComparison {
  AttrNumber column;
  const char* setting;
};

FoundComparison find_comparison(Oid relation, Node* node) {
  if (!node || !IsA(node, OpExpr)) return {};
  auto* const comparison = castNode(OpExpr, node);
  if (list_length(comparison->args) != 2) return {};
  Node* const left = strip_casts(static_cast<Node*>(linitial(comparison->args)));
  Node* const right = strip_casts(static_cast<Node*>(lsecond(comparison->args)));
  Const* const setting = setting_argument(right);
  if (!setting || !IsA(left, Var) || castNode(Var, left)->varattno <= 0) return {};
  AttrNumber const column = castNode(Var, left)->varattno;
  // Who looks at all tables holds no lock: the column may be gone, with its table or alone.
  Oid const column_type = get_atttype(relation, column);
  if (!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(column_type))) return {};
  Oid const type = getBaseType(column_type);
  if (exprType(right) != type ||
      comparison->opno != lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr)
    return {};
  return {column, TextDatumGetCString(setting->constvalue)};
}

}  // namespace

std::string tenant_call(const ColumnFacts& column, const std::string& setting) {
  return "tenancy.current_tenant(NULL::" + column.type_name() + ", " + quote_literal(setting) + ")";
}

namespace {

std::string compare(const Scope& scope, const std::string& setting) {
  struct Operator {
    const char* schema;
    const char* name;
  };
  // The equality of the type's default operator class, wherever it lives: citext's, for one.
  Operator const equality = server([&]() -> Operator {
    Oid const oid = lookup_type_cache(scope.column.type, TYPECACHE_EQ_OPR)->eq_opr;
    if (!OidIsValid(oid)) return {};
    HeapTuple const tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) return {};
    Oid const schema = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple))->oprnamespace;
    ReleaseSysCache(tuple);
    return {get_namespace_name(schema), get_opname(oid)};
  });
  if (!equality.name)
    throw Error(ERRCODE_UNDEFINED_FUNCTION, "type " + scope.column.type_label() +
                                                " of tenant column \"" + scope.column.name +
                                                "\" has no equality operator");
  return scope.reference + " OPERATOR(" + quote_identifier(equality.schema) + "." + equality.name +
         ") " + tenant_call(scope.column, setting);
}

}  // namespace

std::string tenant_condition(const Scope& scope, const std::string& setting) {
  return scope.opening + compare(scope, setting) + scope.closing;
}

std::string shared_condition(const Scope& scope) {
  return scope.opening + scope.reference + " IS NULL" + scope.closing;
}

std::string visible_condition(const Scope& scope, const std::string& setting) {
  const std::string either = compare(scope, setting) + " OR " + scope.reference + " IS NULL";
  return scope.opening + (scope.opening.empty() ? either : "(" + either + ")") + scope.closing;
}

bool is_condition(const RelationFacts& relation, const std::string& tree,
                  const std::string& condition) {
  return server([&] {
    return is_same(relation, read_tree(tree),
                   parse_condition(relation.oid, condition.c_str(), EXPR_KIND_POLICY, "POLICY"));
  });
}

bool same_tree(const std::string& a, const std::string& b) {
  return server([&] { return equal(read_tree(a), read_tree(b)); });
}

std::optional<Comparison> read_comparison(const RelationFacts& relation, const std::string& tree) {
  FoundComparison const found =
      server([&] { return find_comparison(relation.oid, read_tree(tree)); });
  if (!found.setting) return std::nullopt;
  return Comparison{found.column, found.setting};
}

OptionalText setting_of_subquery(const std::string& tree) {
  const char* const setting = server([&]() -> const char* {
    Const* found = nullptr;
    Node* const node = read_tree(tree);
    if (IsA(node, SubLink) && castNode(SubLink, node)->subLinkType == EXISTS_SUBLINK)
      find_setting(node, &found);
    return found ? TextDatumGetCString(found->constvalue) : nullptr;
  });
  return setting ? OptionalText(setting) : std::nullopt;
}

OptionalText setting_of_default(const ColumnFacts& column, const std::string& tree) {
  const char* const setting = server([&]() -> const char* {
    Node* const call = strip_casts(read_tree(tree));
    Const* const found = setting_argument(call);
    return found && exprType(call) == getBaseType(column.type)
               ? TextDatumGetCString(found->constvalue)
               : nullptr;
  });
  return setting ? OptionalText(setting) : std::nullopt;
}

std::string fold_setting(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return name;
}

}  // namespace tenancy::isolation
