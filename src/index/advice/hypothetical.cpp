#include "index/advice/hypothetical.hpp"

namespace tenancy::index {

HypotheticalIndexes::HypotheticalIndexes() {
  if (!server([] { return OidIsValid(get_extension_oid("hypopg", true)); }))
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "the extension hypopg is not installed")
        .detail("It is what plans a query with an index that is not there.")
        .hint("CREATE EXTENSION hypopg, or ask tenancy.suggest_indexes(), which does without it.");
  const auto rows = Sql().query(
      "SELECT n.nspname, p.oid FROM pg_catalog.pg_extension e "
      "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace "
      "JOIN pg_catalog.pg_depend d ON d.refclassid OPERATOR(pg_catalog.=) "
      "  'pg_catalog.pg_extension'::pg_catalog.regclass "
      "  AND d.refobjid OPERATOR(pg_catalog.=) e.oid "
      "JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) d.objid "
      "  AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass "
      "WHERE e.extname OPERATOR(pg_catalog.=) 'hypopg' "
      "AND p.proname OPERATOR(pg_catalog.=) 'hypopg_drop_index'");
  if (rows.size() != 1)
    throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "the extension hypopg has no hypopg_drop_index()");
  create_ = quote_identifier(rows[0][0].value()) + ".hypopg_create_index";
  auto const drop = static_cast<Oid>(std::stoul(rows[0][1].value()));
  drop_ = server([&] {
    auto* const found = static_cast<FmgrInfo*>(palloc(sizeof(FmgrInfo)));
    fmgr_info(drop, found);
    return found;
  });
  settings_ = NewGUCNestLevel();
  server([] {
    set_config_option("hypopg.enabled", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                      false);
  });
}

HypotheticalIndexes::~HypotheticalIndexes() {
  AtEOXact_GUC(false, settings_);
}

HypotheticalIndex::HypotheticalIndex(const HypotheticalIndexes& functions,
                                     const std::string& statement)
    : drop_(functions.drop_) {
  const auto rows =
      Sql().query("SELECT indexrelid FROM " + functions.create_ + "($1)", {statement});
  if (rows.size() == 1 && rows[0][0]) oid_ = static_cast<Oid>(std::stoul(*rows[0][0]));
}

HypotheticalIndex::~HypotheticalIndex() {
  if (!OidIsValid(oid_)) return;
  try {
    server([&] { FunctionCall1(drop_, ObjectIdGetDatum(oid_)); });
  } catch (...) {
    // The error that is on its way already is the one to be told.
  }
}

QueryPlan plan_query(const std::string& query, Oid index) {
  const auto rows = Sql().query("EXPLAIN (FORMAT JSON) " + query);
  if (rows.empty() || !rows[0][0]) return {0, false};
  const std::string& plan = *rows[0][0];
  // The first one is that of the whole.
  const std::string label = "\"Total Cost\": ";
  std::size_t const at = plan.find(label);
  double const cost =
      at == std::string::npos ? 0 : std::strtod(plan.c_str() + at + label.size(), nullptr);
  // HypoPG's names of indexes begin so.
  return {cost, OidIsValid(index) && plan.find("\"Index Name\": \"<" + std::to_string(index) +
                                               ">") != std::string::npos};
}

}  // namespace tenancy::index
