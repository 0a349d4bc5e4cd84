#include "server/tenant_key.hpp"

#include "server/index_facts.hpp"

namespace tenancy {
namespace {

enum class Fit { serves, in_vain, single_column, no_operator_class };

Fit fit_of(const ColumnFacts& tenant, const std::string& method) {
  return server([&]() -> Fit {
    Oid const oid = get_index_am_oid(method.c_str(), false);
    if (!GetIndexAmRoutineByAmId(oid, false)->amcanmulticol) return Fit::single_column;
    Oid const opclass = GetDefaultOpClass(tenant.type, oid);
    if (!OidIsValid(opclass)) return Fit::no_operator_class;
    // A default operator class need not know of equality: that of GIN for an array does not.
    Oid const equality = lookup_type_cache(tenant.type, TYPECACHE_EQ_OPR)->eq_opr;
    if (!op_in_opfamily(equality, get_opclass_family(opclass))) return Fit::no_operator_class;
    return oid == BRIN_AM_OID ? Fit::in_vain : Fit::serves;
  });
}

std::string label_of(const std::string& method) {
  if (method == "gin") return "GIN";
  if (method == "gist") return "GiST";
  return "access method \"" + method + "\"";
}

std::string hint_for(const std::string& method) {
  if (method != "gin" && method != "gist") return "";
  return "The extension btree_" + method + " brings operator classes for the usual types.";
}

}  // namespace

std::optional<ColumnFacts> choose_tenant_key(const RelationFacts& relation,
                                             const std::string& method,
                                             std::optional<bool> wanted) {
  if (wanted && !*wanted) return std::nullopt;
  return choose_tenant_key(relation, find_tenant_column(relation), method, wanted);
}

std::optional<ColumnFacts> choose_tenant_key(const RelationFacts& relation,
                                             const std::optional<ColumnFacts>& tenant,
                                             const std::string& method,
                                             std::optional<bool> wanted) {
  if (wanted && !*wanted) return std::nullopt;
  if (!tenant && wanted)
    throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "table \"" + relation.name + "\" is not isolated by a column")
        .hint("Isolate it with tenancy.enable_isolation(), or leave tenant_leading out.");
  if (!tenant) return std::nullopt;
  Fit const fit = fit_of(*tenant, method);
  if (fit == Fit::serves || (fit == Fit::in_vain && wanted)) return tenant;
  const std::string column = "tenant column \"" + tenant->name + "\"";
  if (fit == Fit::single_column && wanted)
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED,
                label_of(method) + " holds one column, and cannot lead with " + column)
        .hint("Use another method, or leave tenant_leading out.");
  if (fit != Fit::no_operator_class) return std::nullopt;
  const std::string why =
      label_of(method) + " has no operator class for type " + tenant->type_label();
  if (wanted) throw Error(ERRCODE_UNDEFINED_OBJECT, why + " of " + column).hint(hint_for(method));
  notice("the index leaves out " + column + ": " + why, hint_for(method));
  return std::nullopt;
}

}  // namespace tenancy
