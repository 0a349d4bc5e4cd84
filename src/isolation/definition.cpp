#include "isolation/definition.hpp"

#include <algorithm>

#include "tenant/settings.hpp"

namespace tenancy::isolation {
namespace {

struct Suffix {
  Part part;
  std::string_view text;
};
constexpr Suffix suffixes[] = {{Part::shared, "_shared"},
                               {Part::guard, "_guard"},
                               {Part::guard_insert, "_guard_insert"},
                               {Part::guard_update, "_guard_update"},
                               {Part::guard_delete, "_guard_delete"},
                               {Part::bypass, "_bypass"}};

bool bypasses_row_security(Oid role) {
  return server([&] { return has_bypassrls_privilege(role); });
}

// The roles as the server stores them: each once, and PUBLIC alone, since it is everybody.
std::vector<std::string> check_roles(const std::vector<std::string>& roles, bool warns) {
  if (roles.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "roles must name at least one role")
        .hint("Use '{public}' for every role.");
  std::vector<std::string> checked;
  for (const std::string& role : roles) {
    if (contains(checked, role)) continue;
    Oid const oid = role_oid(role);
    if (oid != ACL_ID_PUBLIC && warns && bypasses_row_security(oid))
      warning("role \"" + role + "\" bypasses row level security: no policy applies to it");
    checked.push_back(role);
  }
  return contains(checked, "public") ? std::vector<std::string>{"public"} : checked;
}

// Whether the policies TO `roles` apply to `role`.
bool covers(const std::vector<std::string>& roles, Oid role) {
  return std::any_of(roles.begin(), roles.end(), [&](const std::string& name) {
    Oid const oid = role_oid(name);
    return oid == ACL_ID_PUBLIC || server([&] { return has_privs_of_role(role, oid); });
  });
}

bool is_member(const std::string& member, Oid role) {
  Oid const oid = role_oid(member);
  return server([&] { return has_privs_of_role(oid, role); });
}

std::vector<std::string> check_bypass_roles(const Definition& definition, bool warns) {
  std::vector<std::string> checked;
  for (const std::string& role : definition.bypass_roles) {
    if (contains(checked, role)) continue;
    Oid const oid = role_oid(role);
    if (oid == ACL_ID_PUBLIC)
      throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "bypass_roles must not contain \"public\"")
          .hint("Then nothing would be isolated.");
    if (bypasses_row_security(oid)) {
      if (warns)
        notice("role \"" + role + "\" bypasses row level security as it is: it needs no policy");
    } else if (definition.guard && covers(definition.roles, oid)) {
      throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                  "bypass role \"" + role + "\" is bound by the guard")
          .detail(
              "A restrictive policy applies to it, since roles contains it, a role that it is "
              "a member of, or \"public\".")
          .hint("Name in roles the roles that are to be isolated, without those of bypass_roles.");
    }
    for (const std::string& isolated : definition.roles) {
      if (isolated == role)
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                    "role \"" + role + "\" is both in roles and in bypass_roles");
      if (isolated != "public" && warns && !definition.guard && is_member(isolated, oid))
        warning("role \"" + isolated + "\" is a member of bypass role \"" + role +
                "\": it is not isolated");
    }
    checked.push_back(role);
  }
  return checked;
}

// A table whose paths are being looked for, as part of looking for those of another.
class Visit {
 public:
  explicit Visit(Oid table) : table_(table), outer_(innermost) { innermost = this; }
  ~Visit() { innermost = outer_; }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  static bool is_under_way(Oid table) {
    const Visit* visit = innermost;
    while (visit && visit->table_ != table) visit = visit->outer_;
    return visit != nullptr;
  }

 private:
  static constinit const Visit* innermost;
  Oid table_;
  const Visit* outer_;
};
constinit const Visit* Visit::innermost = nullptr;

std::string name_with(const Definition& definition, Part part) {
  for (const Suffix& suffix : suffixes)
    if (suffix.part == part) return definition.policy_name + std::string(suffix.text);
  return definition.policy_name;
}

std::vector<Part> parts_of(const Definition& definition) {
  std::vector<Part> parts{Part::tenant};
  if (definition.shared_rows) parts.push_back(Part::shared);
  if (definition.guard) parts.push_back(Part::guard);
  if (definition.guard && definition.shared_rows)
    parts.insert(parts.end(), {Part::guard_insert, Part::guard_update, Part::guard_delete});
  if (!definition.bypass_roles.empty()) parts.push_back(Part::bypass);
  return parts;
}

[[noreturn]] void raise_unreadable(const RelationFacts& relation, const Policy& policy) {
  const bool is_through = policy.undo && !policy.undo->foreign_key.empty();
  throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "policy \"" + policy.name +
                                                            "\" of table \"" + relation.name +
                                                            "\" is not as enabling made it")
      .detail(is_through ? "Its condition was altered, or foreign key \"" +
                               policy.undo->foreign_key + "\" no longer leads to an isolated table."
                         : "Its condition was altered.")
      .hint("Call tenancy.disable_isolation(), and enable it again.");
}

// The path whose condition the policy has; of the table's own foreign keys, or of those of a table
// that it inherits from.
std::optional<Path> read_path(const RelationFacts& relation, const Policy& policy,
                              const std::string& setting, const RelationFacts& holder) {
  for (const ForeignKey& key : foreign_keys(holder)) {
    if (key.referenced == holder.oid || key.referenced == relation.oid) continue;
    try {
      std::optional<Path> path = path_through(key);
      if (path && is_condition(relation, *policy.using_tree,
                               tenant_condition(scope_along(relation, *path), setting)))
        return path;
    } catch (const Error&) {
      // A foreign key that leads to a table with such a policy is none of this one's.
    }
  }
  for (Oid const parent : parents_of(holder.oid))
    if (auto path = read_path(relation, policy, setting, describe_relation(parent))) return path;
  return std::nullopt;
}

// A policy through a foreign key that has lost its record, to a comment of somebody else's or in a
// dump without comments: one of just the form that enabling gives.
const Policy* find_unrecorded_path(const RelationFacts& relation,
                                   const std::vector<Policy>& policies) {
  for (const Policy& policy : policies) {
    if (policy.undo || !policy.is_for_all()) continue;
    const OptionalText setting = setting_of_subquery(*policy.using_tree);
    if (setting && read_path(relation, policy, fold_setting(*setting), relation)) return &policy;
  }
  return nullptr;
}

}  // namespace

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_definition(Definition& definition, bool warns) {
  tenant::require_tenant_setting(definition.setting);
  definition.setting = fold_setting(definition.setting);
  if (definition.policy_name.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "policy_name must not be empty");
  for (Part const part : parts_of(definition))
    if (name_with(definition, part).size() >= NAMEDATALEN)
      throw Error(ERRCODE_NAME_TOO_LONG,
                  "policy name \"" + name_with(definition, part) + "\" is too long")
          .detail("The policies beside \"" + definition.policy_name +
                  "\" have its name with a suffix, and a name has at most " +
                  std::to_string(NAMEDATALEN - 1) + " bytes.")
          .hint("Give a shorter policy_name.");
  definition.roles = check_roles(definition.roles, warns);
  definition.bypass_roles = check_bypass_roles(definition, warns);
}

Scope find_scope(const RelationFacts& relation, const Definition& definition) {
  if (definition.path) return scope_along(relation, *definition.path);
  ColumnFacts column = describe_column(relation, definition.tenant_column);
  if (column.is_generated)
    throw Error(ERRCODE_GENERATED_ALWAYS, "tenant column \"" + column.name + "\" of relation \"" +
                                              relation.name + "\" is a generated column")
        .hint("Name the column that it is computed from.");
  // The base type of a domain: NULL as a value of the domain would be subject to its constraints,
  // and so would a tenant, which need not satisfy them to be compared.
  column.type = server([&] { return getBaseType(column.type); });
  return {column, quote_identifier(column.name), "", ""};
}

std::vector<PolicyDefinition> derive_policies(const Definition& definition, const Scope& scope) {
  const std::string tenant = tenant_condition(scope, definition.setting);
  std::vector<PolicyDefinition> policies;
  for (Part const part : parts_of(definition)) {
    PolicyDefinition policy{part,  name_with(definition, part), true, '*', definition.roles, tenant,
                            tenant};
    switch (part) {
      case Part::tenant:
        break;
      case Part::shared:
        policy.command = 'r';
        policy.using_condition = shared_condition(scope);
        policy.check_condition.reset();
        break;
      case Part::guard:
        policy.is_permissive = false;
        if (definition.shared_rows) {
          policy.command = 'r';
          policy.using_condition = visible_condition(scope, definition.setting);
          policy.check_condition.reset();
        }
        break;
      case Part::guard_insert:
        policy.is_permissive = false;
        policy.command = 'a';
        policy.using_condition.reset();
        break;
      case Part::guard_update:
        policy.is_permissive = false;
        policy.command = 'w';
        break;
      case Part::guard_delete:
        policy.is_permissive = false;
        policy.command = 'd';
        policy.check_condition.reset();
        break;
      case Part::bypass:
        policy.roles = definition.bypass_roles;
        policy.using_condition = policy.check_condition = "true";
        break;
    }
    policies.push_back(std::move(policy));
  }
  return policies;
}

std::optional<Part> part_by_name(const std::string& tenant_policy, const std::string& name) {
  for (const Suffix& suffix : suffixes)
    if (name == tenant_policy + std::string(suffix.text)) return suffix.part;
  return std::nullopt;
}

const Policy* find_isolating_policy(const RelationFacts& relation,
                                    const std::vector<Policy>& policies) {
  const Policy* const tenant = find_tenant_policy(relation, policies);
  return tenant ? tenant : find_unrecorded_path(relation, policies);
}

std::optional<Definition> read_definition(const RelationFacts& relation,
                                          const std::vector<Policy>& policies) {
  const Policy* const tenant = find_isolating_policy(relation, policies);
  if (!tenant) return std::nullopt;
  if (!tenant->using_tree) raise_unreadable(relation, *tenant);
  Definition definition;
  definition.policy_name = tenant->name;
  definition.roles = tenant->roles;
  if (const auto comparison = read_comparison(relation, *tenant->using_tree)) {
    definition.setting = fold_setting(comparison->setting);
    definition.tenant_column = column_name(relation, comparison->column);
  } else {
    const OptionalText setting = setting_of_subquery(*tenant->using_tree);
    if (!setting) raise_unreadable(relation, *tenant);
    definition.setting = fold_setting(*setting);
    definition.path = read_path(relation, *tenant, definition.setting, relation);
    if (!definition.path) raise_unreadable(relation, *tenant);
  }
  for (const Policy& policy : policies) {
    const std::optional<Part> part =
        policy.undo ? policy.undo->part : part_by_name(tenant->name, policy.name);
    if (part == Part::shared) definition.shared_rows = true;
    if (part == Part::guard || part == Part::guard_insert || part == Part::guard_update ||
        part == Part::guard_delete)
      definition.guard = true;
    if (part == Part::bypass) definition.bypass_roles = policy.roles;
  }
  if (tenant->undo) {
    definition.set_default = !tenant->undo->without_default;
    definition.create_index = !tenant->undo->without_index;
  }
  return definition;
}

std::optional<Definition> read_definition(const RelationFacts& relation) {
  return read_definition(relation, read_policies(relation));
}

std::optional<Path> path_through(const ForeignKey& key) {
  // Foreign keys may lead in circles; no path does.
  if (Visit::is_under_way(key.referenced)) return std::nullopt;
  Visit const visit(key.referenced);
  server([&] {
    check_stack_depth();
    LockRelationOid(key.referenced, AccessShareLock);
  });
  const std::optional<Definition> parent = read_definition(describe_relation(key.referenced));
  if (!parent) return std::nullopt;
  Path path{{key}, parent->tenant_column};
  if (parent->path) {
    path.keys.insert(path.keys.end(), parent->path->keys.begin(), parent->path->keys.end());
    path.tenant_column = parent->path->tenant_column;
  }
  return path;
}

}  // namespace tenancy::isolation
