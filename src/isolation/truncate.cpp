#include "isolation/truncate.hpp"

#include <algorithm>

namespace tenancy::isolation {
namespace {

// An entry of the table's privileges that has TRUNCATE in it. Plain data.
struct Entry {
  Oid grantee, grantor;  // ACL_ID_PUBLIC for PUBLIC
  bool grant_option;
  NameData grantee_name;  // "public" for PUBLIC
};

std::vector<Entry> read_entries(const RelationFacts& relation) {
  struct Found {
    const Entry* entries;
    int count;
  };
  Found const found = server([&]() -> Found {
    HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation.oid));
    if (!HeapTupleIsValid(tuple)) return {};
    bool is_null;
    Datum const datum = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relacl, &is_null);
    Acl* const acl = is_null ? acldefault(OBJECT_TABLE, relation.owner) : DatumGetAclPCopy(datum);
    ReleaseSysCache(tuple);
    int const size = ARR_NDIM(acl) == 0 ? 0 : ACL_NUM(acl);
    auto* const entries = static_cast<Entry*>(palloc0((size + 1) * sizeof(Entry)));
    int count = 0;
    for (int i = 0; i < size; ++i) {
      const AclItem& item = ACL_DAT(acl)[i];
      if (!(ACLITEM_GET_PRIVS(item) & ACL_TRUNCATE)) continue;
      const char* const name =
          item.ai_grantee == ACL_ID_PUBLIC ? "public" : GetUserNameFromId(item.ai_grantee, true);
      if (!name) continue;
      Entry& entry = entries[count++];
      entry.grantee = item.ai_grantee;
      entry.grantor = item.ai_grantor;
      entry.grant_option = (ACLITEM_GET_GOPTIONS(item) & ACL_TRUNCATE) != 0;
      namestrcpy(&entry.grantee_name, name);
    }
    return {entries, count};
  });
  return {found.entries, found.entries + found.count};
}

// Whether one of the roles holds what is granted to `grantee`.
bool reaches(const std::vector<std::string>& roles, Oid grantee) {
  return std::any_of(roles.begin(), roles.end(), [&](const std::string& name) {
    Oid const role = role_oid(name);
    return grantee == ACL_ID_PUBLIC || role == ACL_ID_PUBLIC ||
           server([&] { return has_privs_of_role(role, grantee); });
  });
}

bool is_exempt(const RelationFacts& relation, const Definition& definition, const Entry& entry) {
  if (entry.grantee == ACL_ID_PUBLIC) return false;
  const std::string name = NameStr(entry.grantee_name);
  if (contains(definition.bypass_roles, name)) return true;
  if (entry.grantee == relation.owner) return !contains(definition.roles, name);
  return server([&] { return has_bypassrls_privilege(entry.grantee); });
}

// Whether the policy is for that role: every role is the public's.
bool is_given(const Definition& definition, const std::string& role) {
  return contains(definition.roles, role) || contains(definition.roles, "public");
}

}  // namespace

void plan_revoke(const RelationFacts& relation, const Definition& definition, bool warns,
                 std::vector<TruncateGrant>& revoked, StatementList& statements) {
  std::vector<std::string> keepers;
  const std::vector<Entry> entries = read_entries(relation);
  for (const Entry& entry : entries) {
    if (is_exempt(relation, definition, entry)) continue;
    const std::string name = NameStr(entry.grantee_name);
    // Others may hold it by this role's grant: that is theirs to take back.
    bool const is_granted_on = std::any_of(entries.begin(), entries.end(), [&](const Entry& other) {
      return other.grantor == entry.grantee && other.grantee != entry.grantee &&
             entry.grantee != relation.owner;
    });
    if (is_given(definition, name) && entry.grantor == relation.owner && !is_granted_on) {
      statements.add("REVOKE TRUNCATE ON " + relation.qualified() + " FROM " + quote_roles({name}));
      if (std::none_of(revoked.begin(), revoked.end(),
                       [&](const TruncateGrant& known) { return known.role == name; }))
        revoked.push_back({name, entry.grant_option});
    } else if (reaches(definition.roles, entry.grantee) && !contains(keepers, name)) {
      keepers.push_back(name);
    }
  }
  if (keepers.empty() || !warns) return;
  warning("table \"" + relation.name + "\" can still be truncated by " + quote_roles(keepers),
          "Row level security does not apply to TRUNCATE: revoke it from whom it was granted to.");
}

void plan_grant(const RelationFacts& relation, const std::vector<TruncateGrant>& revoked,
                StatementList& statements) {
  for (const TruncateGrant& grant : revoked) {
    if (grant.role != "public" &&
        !server([&] { return OidIsValid(get_role_oid(grant.role.c_str(), true)); })) {
      warning("role \"" + grant.role + "\" does not exist any more: TRUNCATE on table \"" +
              relation.name + "\", revoked from it by enabling, is not granted again");
      continue;
    }
    statements.add("GRANT TRUNCATE ON " + relation.qualified() + " TO " +
                   quote_roles({grant.role}) + (grant.grant_option ? " WITH GRANT OPTION" : ""));
  }
}

}  // namespace tenancy::isolation
