#include "index/usability/retyped_constant.hpp"

#include <cmath>

#include "index/usability/expression_tree.hpp"

namespace tenancy::index {
namespace {

// An integer as a number that may have a fraction, where the cast loses nothing.
Node* as_integer(Node* node, Oid type) {
  if (!IsA(node, FuncExpr) || list_length(castNode(FuncExpr, node)->args) != 1) return nullptr;
  auto* const argument = static_cast<Node*>(linitial(castNode(FuncExpr, node)->args));
  Oid const own = exprType(argument);
  bool const is_integer = own == INT2OID || own == INT4OID || own == INT8OID;
  bool const is_cast = castNode(FuncExpr, node)->funcformat != COERCE_EXPLICIT_CALL;
  bool const is_exact = type == NUMERICOID || (type == FLOAT8OID && own != INT8OID);
  return is_integer && is_cast && is_exact ? argument : nullptr;
}

struct Floor {
  bool is_known, is_exact;
  std::int64_t value;
};

// The integer that is not above the constant.
Floor floor_of(const Const* constant) {
  constexpr std::int64_t limit = 9'000'000'000'000'000'000;
  if (constant->consttype == FLOAT8OID) {
    double const value = DatumGetFloat8(constant->constvalue);
    if (!(std::fabs(value) < static_cast<double>(limit))) return {false, false, 0};
    return {true, std::floor(value) == value, static_cast<std::int64_t>(std::floor(value))};
  }
  if (constant->consttype != NUMERICOID) return {false, false, 0};
  auto const holds = [](PGFunction comparison, Datum a, Datum b) {
    return DatumGetBool(DirectFunctionCall2(comparison, a, b));
  };
  Datum const value = constant->constvalue;
  // Not a number is above all.
  if (!holds(numeric_lt, value, NumericGetDatum(int64_to_numeric(limit))) ||
      !holds(numeric_gt, value, NumericGetDatum(int64_to_numeric(-limit))))
    return {false, false, 0};
  Datum const floor = DirectFunctionCall1(numeric_floor, value);
  return {true, holds(numeric_eq, floor, value),
          DatumGetInt64(DirectFunctionCall1(numeric_int8, floor))};
}

Const* make_integer(Oid type, std::int64_t value) {
  if (type == INT2OID && value >= PG_INT16_MIN && value <= PG_INT16_MAX)
    return makeConst(type, -1, InvalidOid, 2, Int16GetDatum(static_cast<int16>(value)), false,
                     true);
  if (type == INT4OID && value >= PG_INT32_MIN && value <= PG_INT32_MAX)
    return makeConst(type, -1, InvalidOid, 4, Int32GetDatum(static_cast<int32>(value)), false,
                     true);
  if (type == INT8OID)
    return makeConst(type, -1, InvalidOid, 8, Int64GetDatum(value), false, FLOAT8PASSBYVAL);
  return nullptr;
}

Node* make_comparison(const char* name, Node* subject, Const* constant) {
  return reinterpret_cast<Node*>(make_op(
      make_parsestate(nullptr),
      list_make2(makeString(pstrdup("pg_catalog")), makeString(pstrdup(name))),
      static_cast<Node*>(copyObjectImpl(subject)), reinterpret_cast<Node*>(constant), nullptr, -1));
}

// a > 10.0, of an integer a: a > 10.
Node* with_integer(const Comparison& comparison) {
  Node* const subject = as_integer(comparison.subject, exprType(comparison.subject));
  if (!subject || exprType(comparison.subject) != comparison.constant->consttype) return nullptr;
  Floor const floor = floor_of(comparison.constant);
  Const* const constant = floor.is_known ? make_integer(exprType(subject), floor.value) : nullptr;
  const char* name = get_opname(comparison.operation);
  if (!constant || !name) return nullptr;
  if (!floor.is_exact) {
    // Between two integers: > and >= of it are > of the lower one, < and <= are <=.
    if (name[0] != '<' && name[0] != '>') return nullptr;
    if (std::strcmp(name, "<>") == 0) return nullptr;
    name = name[0] == '>' ? ">" : "<=";
  }
  return make_comparison(name, subject, constant);
}

// A timestamp with time zone beside a value without: that is compared as of the session's time
// zone.
Node* with_time_zone(const Comparison& comparison) {
  if (exprType(comparison.subject) != TIMESTAMPTZOID) return nullptr;
  int overflow = 0;
  TimestampTz value;
  if (comparison.constant->consttype == DATEOID)
    value =
        date2timestamptz_opt_overflow(DatumGetDateADT(comparison.constant->constvalue), &overflow);
  else if (comparison.constant->consttype == TIMESTAMPOID)
    value = timestamp2timestamptz_opt_overflow(DatumGetTimestamp(comparison.constant->constvalue),
                                               &overflow);
  else
    return nullptr;
  const char* const name = get_opname(comparison.operation);
  if (overflow != 0 || !name) return nullptr;
  return make_comparison(name, comparison.subject,
                         makeConst(TIMESTAMPTZOID, -1, InvalidOid, 8, TimestampTzGetDatum(value),
                                   false, FLOAT8PASSBYVAL));
}

}  // namespace

RetypedClause retype_constant(Node* clause) {
  Comparison const comparison = as_comparison(clause);
  // The server's own: others of that name may mean anything.
  if (!OidIsValid(comparison.operation) || comparison.operation >= FirstGenbkiObjectId ||
      !is_comparison_operator(comparison.operation))
    return {nullptr, nullptr};
  if (Node* const other = with_integer(comparison))
    return {other, "casts the column, and the predicate does not"};
  if (Node* const other = with_time_zone(comparison))
    return {other,
            "depends on the time zone of the session, whose present one the rewriting is for"};
  return {nullptr, nullptr};
}

}  // namespace tenancy::index
