#include "index/usability/implied_clause.hpp"

#include <algorithm>

#include "index/usability/expression_tree.hpp"
#include "server/expression.hpp"
#include "server/index_facts.hpp"

namespace tenancy::index {
namespace {

// Whether a function may raise an error: those that are LEAKPROOF do not, nor do some others.
bool may_fail(Oid function, void*) {
  switch (function) {
    case F_LOWER_TEXT:
    case F_UPPER_TEXT:
    case F_JSONB_OBJECT_FIELD_TEXT:
    case F_JSONB_EXTRACT_PATH_TEXT:
    case F_JSONB_CONTAINS:
    case F_JSONB_EXISTS:
      return false;
    default:
      return !get_func_leakproof(function);
  }
}

// A pattern of LIKE that is an error for no text: one with an escape at its end is, and so is any
// under a nondeterministic collation, before PostgreSQL 18.
bool is_safe_pattern(const OpExpr* operation) {
  if (operation->opfuncid != F_TEXTLIKE && operation->opfuncid != F_TEXTNLIKE) return false;
  auto* const pattern = static_cast<const Const*>(lsecond(operation->args));
  return IsA(pattern, Const) && !pattern->constisnull && OidIsValid(operation->inputcollid) &&
         get_collation_isdeterministic(operation->inputcollid) &&
         !std::strchr(TextDatumGetCString(pattern->constvalue), '\\');
}

// Whether the expression can be folded, whatever constants are put into it, without an error that
// no query would have raised.
bool is_safe_to_fold(Node* tree) {
  auto fails = [](Node* node) {
    switch (nodeTag(node)) {
      case T_List:
      case T_Var:
      case T_Const:
      case T_BoolExpr:
      case T_NullTest:
      case T_BooleanTest:
      case T_RelabelType:
      case T_CollateExpr:
      case T_CoalesceExpr:
        return false;
      case T_OpExpr:
        set_opfuncid(castNode(OpExpr, node));
        return !is_safe_pattern(castNode(OpExpr, node)) &&
               check_functions_in_node(node, may_fail, nullptr);
      case T_DistinctExpr:
      case T_NullIfExpr:
        set_opfuncid(reinterpret_cast<OpExpr*>(node));
        return check_functions_in_node(node, may_fail, nullptr);
      case T_ScalarArrayOpExpr:
        set_sa_opfuncid(castNode(ScalarArrayOpExpr, node));
        return check_functions_in_node(node, may_fail, nullptr);
      case T_FuncExpr:
        return check_functions_in_node(node, may_fail, nullptr);
      default:
        return true;
    }
  };
  return !any_node(tree, fails);
}

// Whether equal values of the type are the same value, which no function can tell apart.
bool is_same_when_equal(Oid type, Oid collation) {
  switch (type) {
    case TEXTOID:
    case VARCHAROID:
      return !OidIsValid(collation) || get_collation_isdeterministic(collation);
    case BOOLOID:
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case OIDOID:
    case UUIDOID:
    case DATEOID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
      return true;
    default:
      return type_is_enum(type);
  }
}

// Whether the operator is what the type itself calls equal, not one that somebody made.
bool is_equality_of(Oid operation, Oid type) {
  return operation == lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr;
}

const char* by_equality(Relation table, Node* stated, Node* clause) {
  Comparison const equality = as_comparison(stated);
  if (!OidIsValid(equality.operation)) return nullptr;
  Oid const type = exprType(equality.subject);
  if (!is_equality_of(equality.operation, type) || type != equality.constant->consttype ||
      !is_same_when_equal(type, equality.expression->inputcollid) ||
      !contains_part(clause, equality.subject))
    return nullptr;
  Node* const known =
      with_other(clause, equality.subject, reinterpret_cast<Node*>(equality.constant));
  if (!is_safe_to_fold(clause) || !is_true(folded(known))) return nullptr;
  return psprintf("It follows from %s, but the server compares expressions as they stand.",
                  readable_sql(RelationGetRelid(table), stated));
}

struct Containment {
  Node* document;
  Const* fragment;
};

bool is_contains_function(Oid function) {
  const char* const name = get_func_name(function);
  return name && std::strcmp(name, "contains") == 0 &&
         get_func_namespace(function) == get_namespace_oid("tenancy", true);
}

// document @> fragment, or tenancy.contains() of them.
Containment as_containment(Node* node) {
  List* arguments = NIL;
  if (IsA(node, OpExpr) && castNode(OpExpr, node)->opno == jsonb_containment)
    arguments = castNode(OpExpr, node)->args;
  else if (IsA(node, FuncExpr) && is_contains_function(castNode(FuncExpr, node)->funcid))
    arguments = castNode(FuncExpr, node)->args;
  if (list_length(arguments) != 2) return {};
  auto* const fragment = static_cast<Node*>(lsecond(arguments));
  if (!IsA(fragment, Const) || castNode(Const, fragment)->constisnull) return {};
  return {static_cast<Node*>(linitial(arguments)), castNode(Const, fragment)};
}

// The text that document ->> key is for each document that contains the fragment: where that has a
// string or a boolean there. (A number may be written otherwise, and an object may have more in
// it.)
Const* text_in(const Containment& known, OpExpr* access) {
  set_opfuncid(access);
  if (access->opfuncid != F_JSONB_OBJECT_FIELD_TEXT ||
      !equal(linitial(access->args), known.document))
    return nullptr;
  auto* const key = static_cast<Const*>(lsecond(access->args));
  if (!IsA(key, Const) || key->constisnull) return nullptr;
  Jsonb* const fragment = DatumGetJsonbP(known.fragment->constvalue);
  if (!JB_ROOT_IS_OBJECT(fragment)) return nullptr;
  text* const name = DatumGetTextPP(key->constvalue);
  JsonbValue* const value = getKeyJsonValueFromContainer(
      &fragment->root, VARDATA_ANY(name), static_cast<int>(VARSIZE_ANY_EXHDR(name)), nullptr);
  if (!value || (value->type != jbvString && value->type != jbvBool)) return nullptr;
  Datum const text =
      value->type == jbvString
          ? PointerGetDatum(cstring_to_text_with_len(value->val.string.val, value->val.string.len))
          : CStringGetTextDatum(value->val.boolean ? "true" : "false");
  return makeConst(TEXTOID, -1, exprCollation(reinterpret_cast<Node*>(access)), -1, text, false,
                   false);
}

const char* by_containment(Relation table, Node* stated, Node* clause) {
  Containment const known = as_containment(stated);
  if (!known.fragment || !is_safe_to_fold(clause)) return nullptr;
  Node* told;
  Containment const asked = as_containment(clause);
  if (asked.fragment && equal(asked.document, known.document)) {
    told =
        makeBoolConst(DatumGetBool(DirectFunctionCall2(jsonb_contains, known.fragment->constvalue,
                                                       asked.fragment->constvalue)),
                      false);
  } else {
    auto replace = [&known](Node* node) -> Node* {
      if (!IsA(node, OpExpr)) return nullptr;
      auto* const operation = castNode(OpExpr, node);
      if (Const* const text = text_in(known, operation)) return reinterpret_cast<Node*>(text);
      if (operation->opfuncid != F_JSONB_EXISTS ||
          !equal(linitial(operation->args), known.document) ||
          !IsA(lsecond(operation->args), Const))
        return nullptr;
      // What the fragment has, the document has: where it has not, the document may.
      Node* const exists =
          folded(with_other(node, known.document, reinterpret_cast<Node*>(known.fragment)));
      return is_true(exists) ? exists : nullptr;
    };
    told = folded(replaced(clause, replace));
  }
  if (!is_true(told)) return nullptr;
  return psprintf("%s says as much, but the server does not look into it.",
                  readable_sql(RelationGetRelid(table), stated));
}

const char* by_null(Relation table, Node* stated, Node* clause) {
  if (!IsA(clause, NullTest) || castNode(NullTest, clause)->nulltesttype != IS_NOT_NULL ||
      castNode(NullTest, clause)->argisrow)
    return nullptr;
  auto* const tested = reinterpret_cast<Node*>(castNode(NullTest, clause)->arg);
  if (!contains_part(stated, tested) || !is_safe_to_fold(stated)) return nullptr;
  auto* const null = reinterpret_cast<Node*>(
      makeNullConst(exprType(tested), exprTypmod(tested), exprCollation(tested)));
  if (!is_not_true(folded(with_other(stated, tested, null)))) return nullptr;
  return psprintf(
      "%s is not true of a null, but the server sees that of strict operators alone, not "
      "of COALESCE and the like.",
      readable_sql(RelationGetRelid(table), stated));
}

Node* without_collation(Node* tree) {
  auto replace = [&](Node* node) -> Node* {
    if (IsA(node, CollateExpr))
      return without_collation(reinterpret_cast<Node*>(castNode(CollateExpr, node)->arg));
    if (!IsA(node, RelabelType)) return nullptr;
    Node* const relabelled =
        without_collation(reinterpret_cast<Node*>(castNode(RelabelType, node)->arg));
    if (castNode(RelabelType, node)->resulttype == exprType(relabelled)) return relabelled;
    auto* const relabel = static_cast<RelabelType*>(copyObjectImpl(node));
    relabel->arg = reinterpret_cast<Expr*>(relabelled);
    relabel->resultcollid = exprCollation(relabelled);
    return reinterpret_cast<Node*>(relabel);
  };
  return replaced(tree, replace);
}

bool is_deterministic(Oid collation) {
  return OidIsValid(collation) && get_collation_isdeterministic(collation);
}

const char* by_collation(Relation table, Node* stated, Node* clause) {
  Comparison const known = as_comparison(without_collation(stated));
  Comparison const asked = as_comparison(without_collation(clause));
  if (!OidIsValid(known.operation) || !OidIsValid(asked.operation) ||
      known.expression->inputcollid == asked.expression->inputcollid ||
      known.operation != asked.operation || !equal(known.subject, asked.subject) ||
      !datumIsEqual(known.constant->constvalue, asked.constant->constvalue,
                    asked.constant->constbyval, asked.constant->constlen) ||
      !is_equality_of(known.operation, exprType(known.subject)) ||
      !is_deterministic(known.expression->inputcollid) ||
      !is_deterministic(asked.expression->inputcollid))
    return nullptr;
  return psprintf("%s compares under collation \"%s\", the predicate under \"%s\".",
                  readable_sql(RelationGetRelid(table), stated),
                  get_collation_name(known.expression->inputcollid),
                  get_collation_name(asked.expression->inputcollid));
}

}  // namespace

const char* why_implied(Relation table, Node* stated, Node* clause) {
  Node* const known = folded(stated);
  for (auto* const way : {by_collation, by_equality, by_containment, by_null})
    if (const char* const why = way(table, known, clause)) return why;
  return nullptr;
}

}  // namespace tenancy::index
