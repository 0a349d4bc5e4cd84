// enable_isolation(), enable_isolation_in_schema() and enable_isolation_through().
#include <algorithm>

#include "isolation/arguments.hpp"
#include "isolation/family.hpp"
#include "isolation/plan.hpp"

namespace tenancy::isolation {
namespace {

Datum run_plan(FunctionCallInfo fcinfo, const RelationFacts& table, const Definition& definition,
               const Plan& plan, bool dry_run) {
  if (plan.statements.empty())
    notice("table \"" + table.name + "\" is already isolated by policy \"" +
           definition.policy_name + "\"");
  return run_and_return(fcinfo, plan.statements, dry_run);
}

// Whether the condition would read the very table that it protects.
bool leads_back(const Path& path, const RelationFacts& relation) {
  return std::any_of(path.keys.begin(), path.keys.end(),
                     [&](const ForeignKey& key) { return key.referenced == relation.oid; });
}

std::string names_of(const std::vector<Path>& paths) {
  std::string names;
  for (const Path& path : paths)
    names += (names.empty() ? "\"" : ", \"") + path.keys.front().name + "\"";
  return names;
}

Path choose_path(const RelationFacts& relation, const OptionalText& wanted) {
  std::vector<Path> paths;
  bool has_self_reference = false;
  bool is_found = false;
  for (const ForeignKey& key : foreign_keys(relation)) {
    if (wanted && key.name != *wanted) continue;
    is_found = true;
    if (key.referenced == relation.oid) {
      has_self_reference = true;
      continue;
    }
    if (auto path = path_through(key); path && !leads_back(*path, relation))
      paths.push_back(std::move(*path));
  }
  if (wanted && !is_found)
    throw Error(ERRCODE_UNDEFINED_OBJECT, "foreign key \"" + *wanted + "\" of table \"" +
                                              relation.name + "\" does not exist");
  if (paths.size() > 1)
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                "table \"" + relation.name + "\" has several foreign keys to isolated tables")
        .detail("They are " + names_of(paths) + ".")
        .hint("Name one of them as foreign_key.");
  if (paths.size() == 1) return std::move(paths.front());
  throw Error(ERRCODE_INVALID_FOREIGN_KEY,
              wanted ? "foreign key \"" + *wanted + "\" of table \"" + relation.name +
                           "\" does not lead to another isolated table"
                     : "table \"" + relation.name + "\" has no foreign key to an isolated table")
      .hint(has_self_reference
                ? "A reference to the table itself does not say whose a row is: isolate the table "
                  "by a column, or through another foreign key."
                : "Isolate the table that is referred to first, with tenancy.enable_isolation().");
}

// The condition reads the tables on the way with the rights of whoever reads the table.
void warn_of_missing_rights(const Definition& definition) {
  for (const ForeignKey& key : definition.path->keys)
    for (const std::string& role : definition.roles) {
      Oid const oid = role_oid(role);
      if (oid == ACL_ID_PUBLIC || server([&] {
            return pg_class_aclcheck(key.referenced, oid, ACL_SELECT) == ACLCHECK_OK ||
                   pg_attribute_aclcheck_all(key.referenced, oid, ACL_SELECT, ACLMASK_ANY) ==
                       ACLCHECK_OK;
          }))
        continue;
      const RelationFacts table = describe_relation(key.referenced);
      warning("role \"" + role + "\" may not read table \"" + table.name +
                  "\", which the policy's condition reads",
              "GRANT SELECT ON " + table.qualified() + " TO " + quote_roles({role}) + ";");
    }
}

// Rows that refer to no row are nobody's, until somebody makes the row that they refer to.
void warn_of_loose_rows(const std::vector<RelationFacts>& family, const ForeignKey& key) {
  auto const warn = [&](const RelationFacts& table, const std::string& why) {
    warning("table \"" + table.name + "\" may hold rows that refer to nothing: " + why,
            "Whoever makes the row that such a row refers to gets it.");
  };
  if (!key.is_validated) warn(family.front(), "foreign key \"" + key.name + "\" is not validated");
  for (std::size_t i = 1; i < family.size(); ++i) {
    if (family[i].is_partition) continue;
    const std::vector<ForeignKey> keys = foreign_keys(family[i]);
    if (std::none_of(keys.begin(), keys.end(), [&](const ForeignKey& own) {
          return own.referenced == key.referenced && own.is_validated &&
                 std::equal(own.columns.begin(), own.columns.end(), key.columns.begin(),
                            key.columns.end(), [](const auto& a, const auto& b) {
                              return a.referencing == b.referencing && a.referenced == b.referenced;
                            });
        }))
      warn(family[i], "it inherits no foreign key");
  }
}

}  // namespace

TENANCY_FUNCTION(tenancy_enable_isolation) {
  Arguments const arguments(fcinfo);
  Definition definition = definition_of(arguments);
  bool const dry_run = arguments.boolean(10);
  check_definition(definition, true);
  const auto family = lock_family(arguments.oid(0), dry_run);
  Plan plan;
  plan_family(family, definition, plan);
  return run_plan(fcinfo, family.front(), definition, plan, dry_run);
}

TENANCY_FUNCTION(tenancy_enable_isolation_in_schema) {
  Arguments const arguments(fcinfo);
  Definition definition = definition_of(arguments);
  bool const dry_run = arguments.boolean(10);
  check_definition(definition, true);
  const std::string schema = schema_name(arguments.oid(0));
  std::vector<Oid> tables = tables_of_schema(arguments.oid(0));
  std::erase_if(tables, [&](Oid table) {
    return server([&] { return get_attnum(table, definition.tenant_column.c_str()) <= 0; });
  });
  Plan plan;
  for (const auto& family : lock_families(tables, dry_run))
    if (has_column(family.front(), definition.tenant_column)) plan_family(family, definition, plan);
  if (tables.empty())
    notice("no table of schema \"" + schema + "\" has a column \"" + definition.tenant_column +
           "\"");
  else if (plan.statements.empty())
    notice("every table of schema \"" + schema + "\" that has a column \"" +
           definition.tenant_column + "\" is already isolated by policy \"" +
           definition.policy_name + "\"");
  return run_and_return(fcinfo, plan.statements, dry_run);
}

TENANCY_FUNCTION(tenancy_enable_isolation_through) {
  Arguments const arguments(fcinfo);
  bool const dry_run = arguments.boolean(9);
  const auto family = lock_family(arguments.oid(0), dry_run);
  Path path = choose_path(family.front(), arguments.optional_name(1));
  // What is not said is as the table has it that the foreign key refers to.
  Definition definition = *read_definition(describe_relation(path.keys.front().referenced));
  definition.tenant_column.clear();
  definition.path = std::move(path);
  if (!arguments.is_null(2)) definition.roles = arguments.name_array(2);
  if (!arguments.is_null(3)) definition.setting = arguments.text(3);
  if (!arguments.is_null(4)) definition.policy_name = arguments.name(4);
  if (!arguments.is_null(5)) definition.shared_rows = arguments.boolean(5);
  if (!arguments.is_null(6)) definition.guard = arguments.boolean(6);
  if (!arguments.is_null(7)) definition.bypass_roles = arguments.name_array(7);
  definition.set_default = false;
  definition.create_index = arguments.boolean(8);
  check_definition(definition, true);
  warn_of_missing_rights(definition);
  warn_of_loose_rows(family, definition.path->keys.front());
  Plan plan;
  plan_family(family, definition, plan);
  return run_plan(fcinfo, family.front(), definition, plan, dry_run);
}

}  // namespace tenancy::isolation
