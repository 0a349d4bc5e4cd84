// TRUNCATE, which row level security does not see: who holds the privilege empties the table for
// every tenant.
#pragma once

#include "isolation/definition.hpp"
#include "server/ddl.hpp"

namespace tenancy::isolation {

// Adds the statements that revoke TRUNCATE from the roles of the definition where they hold it by
// the owner's grant, and notes each in `revoked`. Who keeps it otherwise, and is neither the owner
// nor exempt from the policies, is named in a WARNING where `warns`.
void plan_revoke(const RelationFacts& relation, const Definition& definition, bool warns,
                 std::vector<TruncateGrant>& revoked, StatementList& statements);

// Adds the statements that grant it again; a role that is no longer there gives a WARNING.
void plan_grant(const RelationFacts& relation, const std::vector<TruncateGrant>& revoked,
                StatementList& statements);

}  // namespace tenancy::isolation
