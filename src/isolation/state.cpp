// isolation_state(), behind the view tenancy.isolation: every table, and what isolates it. Each
// catalog is read once, and no table is locked or opened.
#include <algorithm>
#include <map>
#include <set>

#include "isolation/definition.hpp"
#include "isolation/form.hpp"
#include "server/catalog.hpp"
#include "server/memory.hpp"

namespace tenancy::isolation {
namespace {

struct Table {
  RelationFacts facts;
  std::vector<Oid> children;  // the direct ones
  std::vector<Oid> parents;
  // Found later:
  const Policy* tenant = nullptr;
  bool is_gone = false;  // dropped since the catalog was read
  bool isolated = false;
  bool has_index = false;
  OptionalText tenant_column, setting, foreign_key;
  bool shared_rows = false, guard = false;
  std::vector<std::string> bypass_roles;
  std::string problem;

  void add_problem(const std::string& text) { problem += (problem.empty() ? "" : "; ") + text; }
};

struct Catalog {
  std::map<Oid, Table> tables;
  std::multimap<Oid, std::vector<AttrNumber>> indexes;  // of a table: the keys of each
  std::map<std::pair<Oid, std::string>, std::vector<AttrNumber>> foreign_keys;  // by table and name
  std::map<Oid, std::vector<Policy>> policies;
};

// Server zone from here on: plain data.

struct ClassRow {
  Oid oid, schema, owner;
  NameData name;
  char kind, persistence;
  bool row_security, force_row_security, is_partition;
};
struct PairRow {
  Oid first, second;
};
struct IndexRow {
  Oid table, index;
  AttrNumber columns[INDEX_MAX_KEYS];
  int column_count;
};

struct ForeignKeyRow {
  Oid table;
  NameData name;
  AttrNumber columns[INDEX_MAX_KEYS];
  int column_count;
};

struct Classes {
  Rows<ClassRow> tables;
  Rows<PairRow> methods;  // of an index: its access method
};

Classes read_classes() {
  Classes found{};
  scan_catalog(RelationRelationId, InvalidOid, {}, [&](HeapTuple tuple, TupleDesc) {
    auto* const form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    if (form->relkind == RELKIND_INDEX || form->relkind == RELKIND_PARTITIONED_INDEX)
      found.methods.add({form->oid, form->relam});
    if (form->relkind != RELKIND_RELATION && form->relkind != RELKIND_PARTITIONED_TABLE &&
        form->relkind != RELKIND_FOREIGN_TABLE)
      return;
    if (IsToastNamespace(form->relnamespace) || IsCatalogNamespace(form->relnamespace)) return;
    found.tables.add({form->oid, form->relnamespace, form->relowner, form->relname, form->relkind,
                      form->relpersistence, form->relrowsecurity, form->relforcerowsecurity,
                      form->relispartition});
  });
  return found;
}

Rows<IndexRow> read_indexes() {
  Rows<IndexRow> found{};
  scan_catalog(IndexRelationId, InvalidOid, {}, [&](HeapTuple tuple, TupleDesc) {
    auto* const form = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
    if (!form->indisvalid || !heap_attisnull(tuple, Anum_pg_index_indpred, nullptr)) return;
    IndexRow row{form->indrelid, form->indexrelid, {}, form->indnkeyatts};
    for (int i = 0; i < row.column_count; ++i) row.columns[i] = form->indkey.values[i];
    found.add(row);
  });
  return found;
}

Rows<ForeignKeyRow> read_foreign_keys() {
  Rows<ForeignKeyRow> found{};
  scan_catalog(ConstraintRelationId, InvalidOid, {}, [&](HeapTuple tuple, TupleDesc) {
    auto* const form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
    if (form->contype != CONSTRAINT_FOREIGN) return;
    ForeignKeyRow row{form->conrelid, form->conname, {}, 0};
    AttrNumber referenced[INDEX_MAX_KEYS];
    Oid operators[INDEX_MAX_KEYS];
    DeconstructFkConstraintRow(tuple, &row.column_count, row.columns, referenced, operators,
                               nullptr, nullptr, nullptr, nullptr);
    found.add(row);
  });
  return found;
}

// C++ zone again.

Catalog read_catalog() {
  Catalog catalog;
  Classes const classes = server([] { return read_classes(); });
  Rows<Oid> const members = server([] { return members_of_extensions(); });
  Rows<Inheritance> const inherits = server([] { return read_inheritance(); });
  Rows<IndexRow> const indexes = server([] { return read_indexes(); });
  std::set<Oid> const skipped(members.begin(), members.end());
  std::map<Oid, std::string> schemas;
  for (const ClassRow& row : classes.tables) {
    if (skipped.count(row.oid) > 0) continue;
    auto [schema, is_new] = schemas.try_emplace(row.schema);
    if (is_new && server([&] { return is_users_schema(row.schema); }))
      schema->second = schema_name(row.schema);
    if (schema->second.empty()) continue;
    catalog.tables[row.oid].facts = {
        row.oid,  row.schema,      row.owner,        schema->second,         NameStr(row.name),
        row.kind, row.persistence, row.row_security, row.force_row_security, row.is_partition};
  }
  for (const Inheritance& row : inherits) {
    auto const child = catalog.tables.find(row.child);
    auto const parent = catalog.tables.find(row.parent);
    if (child == catalog.tables.end() || parent == catalog.tables.end()) continue;
    parent->second.children.push_back(child->first);
    child->second.parents.push_back(parent->first);
  }
  std::map<Oid, Oid> methods;
  for (const PairRow& row : classes.methods) methods[row.first] = row.second;
  for (const IndexRow& row : indexes) {
    Oid const method = methods[row.index];
    if (method == BTREE_AM_OID || method == HASH_AM_OID)
      catalog.indexes.emplace(row.table,
                              std::vector<AttrNumber>(row.columns, row.columns + row.column_count));
  }
  Rows<ForeignKeyRow> const keys = server([] { return read_foreign_keys(); });
  for (const ForeignKeyRow& row : keys) {
    catalog.foreign_keys[{row.table, NameStr(row.name)}] = {row.columns,
                                                            row.columns + row.column_count};
  }
  catalog.policies = read_all_policies();
  return catalog;
}

bool has_index_on(const Catalog& catalog, Oid table, const std::vector<AttrNumber>& columns) {
  auto const [begin, end] = catalog.indexes.equal_range(table);
  return std::any_of(begin, end, [&](const auto& entry) {
    const std::vector<AttrNumber>& key = entry.second;
    return key.size() >= columns.size() &&
           std::all_of(key.begin(), key.begin() + columns.size(), [&](AttrNumber column) {
             return std::find(columns.begin(), columns.end(), column) != columns.end();
           });
  });
}

// The columns that the tenant's policy compares; none where it cannot be said.
std::vector<AttrNumber> compared_columns(const Catalog& catalog, const Table& table,
                                         AttrNumber tenant_column) {
  if (tenant_column != 0) return {tenant_column};
  if (!table.foreign_key) return {};
  auto const key = catalog.foreign_keys.find({table.facts.oid, *table.foreign_key});
  return key == catalog.foreign_keys.end() ? std::vector<AttrNumber>() : key->second;
}

// One column stands for all: which of the conditions a policy has counts, not whose row it is
// about.
Scope any_scope() {
  ColumnFacts column;
  column.type = INT4OID;
  column.name = "tenant";
  return {column, column.name, "", ""};
}

bool is_condition_wanted(const OptionalText& tree, const OptionalText& condition,
                         const std::string& setting, const Policy& tenant) {
  if (!tree || !condition) return !tree && !condition;
  const Scope scope = any_scope();
  Form form = Form::tenant;
  if (*condition == "true")
    form = Form::everything;
  else if (*condition == shared_condition(scope))
    form = Form::shared;
  else if (*condition == visible_condition(scope, setting))
    form = Form::visible;
  else if (*condition != tenant_condition(scope, setting))
    return false;
  return has_form(*tree, form, *tenant.using_tree);
}

bool is_as_wanted(const Policy& policy, const PolicyDefinition& wanted, const std::string& setting,
                  const Policy& tenant) {
  return (!policy.undo || policy.undo->part == wanted.part) &&
         policy.is_permissive == wanted.is_permissive && policy.command == wanted.command &&
         policy.roles == wanted.roles &&
         is_condition_wanted(policy.using_tree, wanted.using_condition, setting, tenant) &&
         is_condition_wanted(policy.check_tree, wanted.check_condition, setting, tenant);
}

// The policies beside the tenant's: which there are, and whether they are as enabling makes them;
// what their conditions are can be said where the tenant's `is_whole`.
void read_parts(Table& table, const std::vector<Policy>& policies, bool is_whole) {
  const Policy& tenant = *table.tenant;
  Definition definition;
  definition.policy_name = tenant.name;
  definition.roles = tenant.roles;
  if (table.setting) definition.setting = *table.setting;
  for (const Policy& policy : policies) {
    const std::optional<Part> part =
        policy.undo ? policy.undo->part : part_by_name(tenant.name, policy.name);
    if (&policy == &tenant || !part || *part == Part::tenant) continue;
    if (*part == Part::bypass)
      definition.bypass_roles = policy.roles;
    else if (*part == Part::shared)
      definition.shared_rows = true;
    else
      definition.guard = true;
  }
  table.shared_rows = definition.shared_rows;
  table.guard = definition.guard;
  table.bypass_roles = definition.bypass_roles;
  if (policies.size() == 1) return;

  bool is_guarded = definition.guard;
  std::set<const Policy*> known{&tenant};
  for (const PolicyDefinition& wanted : derive_policies(definition, any_scope())) {
    if (wanted.part == Part::tenant) continue;
    auto const found = std::find_if(policies.begin(), policies.end(), [&](const Policy& policy) {
      return policy.name == wanted.name;
    });
    const std::string label = "policy \"" + wanted.name + "\"";
    bool is_right = false;
    if (found == policies.end()) {
      table.add_problem(label + " is missing");
    } else {
      known.insert(&*found);
      is_right = !is_whole || is_as_wanted(*found, wanted, definition.setting, tenant);
      if (!is_right) table.add_problem(label + " was altered");
      if (!found->undo && (tenant.undo || wanted.part == Part::bypass))
        table.add_problem(label + " has no record of enabling");
      if (wanted.part == Part::bypass &&
          std::find(found->roles.begin(), found->roles.end(), "public") != found->roles.end())
        table.add_problem(label + " lets everybody touch every row");
    }
    if (!wanted.is_permissive && !is_right) is_guarded = false;
  }
  for (const Policy& policy : policies) {
    if (known.count(&policy) > 0 || (!policy.undo && (!policy.is_permissive || is_guarded)))
      continue;
    table.add_problem(policy.undo ? "policy \"" + policy.name + "\" was renamed or copied"
                                  : "permissive policy \"" + policy.name +
                                        "\" widens what a tenant may touch");
  }
}

// As column_name(); nothing where it is no longer there.
OptionalText try_column_name(const RelationFacts& relation, AttrNumber column) {
  const char* const name =
      server([&]() -> const char* { return get_attname(relation.oid, column, true); });
  return name ? OptionalText(name) : std::nullopt;
}

// A policy through a foreign key without the record that names it, or null.
const Policy* find_unrecorded(const std::vector<Policy>& policies) {
  for (const Policy& policy : policies)
    if (!policy.undo && policy.is_permissive && policy.command == '*' && policy.using_tree &&
        policy.check_tree && is_form_by_keys(*policy.using_tree))
      return &policy;
  return nullptr;
}

void read_isolation(Table& table, const Catalog& catalog, const std::vector<Policy>& policies) {
  table.tenant = find_tenant_policy(table.facts, policies);
  if (!table.tenant) table.tenant = find_unrecorded(policies);
  if (!table.tenant) return;
  const Policy& tenant = *table.tenant;
  AttrNumber column = 0;
  bool is_whole = false;  // as enabling makes it
  if (tenant.is_for_all()) {
    if (const auto comparison = read_comparison(table.facts, *tenant.using_tree)) {
      column = comparison->column;
      table.tenant_column = try_column_name(table.facts, column);
      table.setting = fold_setting(comparison->setting);
      is_whole = true;
    } else if (!tenant.undo || !tenant.undo->foreign_key.empty()) {
      if (tenant.undo)
        table.foreign_key = tenant.undo->foreign_key;
      else
        table.add_problem("policy \"" + tenant.name + "\" has lost its record");
      table.setting = setting_of_subquery(*tenant.using_tree);
      if (table.setting) table.setting = fold_setting(*table.setting);
      is_whole = table.setting && is_form_by_keys(*tenant.using_tree);
    }
  }
  if (!is_whole) table.add_problem("policy \"" + tenant.name + "\" was altered");
  if (!table.facts.row_security)
    table.add_problem("row level security is not enabled");
  else if (!table.facts.force_row_security)
    table.add_problem("row level security is not forced: the owner is exempt");
  read_parts(table, policies, is_whole);
  table.isolated = is_whole && table.facts.row_security;
  const std::vector<AttrNumber> columns = compared_columns(catalog, table, column);
  table.has_index = !columns.empty() && has_index_on(catalog, table.facts.oid, columns);
}

// Nothing is locked: a table may be dropped at any moment.
void read_table(Table& table, const Catalog& catalog) {
  auto const found = catalog.policies.find(table.facts.oid);
  if (found == catalog.policies.end()) return;
  ScratchMemory const scratch;
  read_isolation(table, catalog, found->second);
  table.is_gone = !relation_exists(table.facts.oid);
}

std::set<Oid> descendants(const std::map<Oid, Table>& tables, Oid oid) {
  std::set<Oid> found;
  std::vector<Oid> open{oid};
  while (!open.empty()) {
    const Table& table = tables.at(open.back());
    open.pop_back();
    for (Oid const child : table.children)
      if (found.insert(child).second) open.push_back(child);
  }
  return found;
}

std::string array_literal(const std::vector<std::string>& names) {
  std::string text = "{";
  for (const std::string& name : names) {
    text += text.size() == 1 ? "\"" : ",\"";
    for (char const c : name) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "}";
}

OptionalText boolean_text(bool value) {
  return value ? "t" : "f";
}

void add_row(ResultRows& rows, Table& table, const std::map<Oid, Table>& tables) {
  int children = 0, isolated_children = 0;
  bool all_indexed = true;  // each table that holds rows
  for (Oid const oid : descendants(tables, table.facts.oid)) {
    const Table& child = tables.at(oid);
    ++children;
    if (child.isolated) ++isolated_children;
    if (child.facts.kind != RELKIND_PARTITIONED_TABLE && !child.has_index) all_indexed = false;
  }
  if (table.isolated && isolated_children < children)
    table.add_problem(std::to_string(children - isolated_children) + " of " +
                      std::to_string(children) + " children are not isolated");
  for (Oid const oid : table.parents)
    if (!table.isolated && tables.at(oid).isolated)
      table.add_problem("parent \"" + tables.at(oid).facts.name + "\" is isolated, and it is not");
  for (Oid const oid : table.parents)
    if (table.isolated && !tables.at(oid).isolated && !tables.at(oid).is_gone)
      table.add_problem("it is read through its parent \"" + tables.at(oid).facts.name +
                        "\", which is not isolated");
  bool const is_ours = table.tenant != nullptr;
  auto const of_tenant = [&](OptionalText value) { return is_ours ? value : std::nullopt; };
  bool const has_index = table.facts.kind == RELKIND_PARTITIONED_TABLE
                             ? table.has_index || (children > 0 && all_indexed)
                             : table.has_index;
  rows.add({std::to_string(table.facts.oid), boolean_text(table.isolated), table.tenant_column,
            table.setting, table.foreign_key, of_tenant(is_ours ? table.tenant->name : ""),
            of_tenant(is_ours ? array_literal(table.tenant->roles) : ""),
            of_tenant(boolean_text(table.shared_rows)), of_tenant(boolean_text(table.guard)),
            of_tenant(array_literal(table.bypass_roles)), boolean_text(table.facts.row_security),
            boolean_text(table.facts.force_row_security), std::to_string(children),
            std::to_string(isolated_children), of_tenant(boolean_text(has_index)),
            table.problem.empty() ? std::nullopt : OptionalText(table.problem)});
}

}  // namespace

TENANCY_FUNCTION(tenancy_isolation_state) {
  ResultRows rows(fcinfo);
  Catalog catalog = read_catalog();
  for (auto& [oid, table] : catalog.tables) read_table(table, catalog);
  for (auto& [oid, table] : catalog.tables)
    if (table.facts.kind != RELKIND_FOREIGN_TABLE && !table.is_gone)
      add_row(rows, table, catalog.tables);
  return Datum{0};
}

}  // namespace tenancy::isolation
