// The server's headers, and every difference between its versions 15 to 18, in one place.
//
// Nothing else in the project includes a server header. Include this file before any other.
#pragma once

// The standard library first: the server's port.h redefines printf and its kin as macros, and its
// headers, wrapped in extern "C" below, may include C headers that libstdc++ wraps in templates.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Modules are built with hidden visibility; PostgreSQL 15 leaves this macro empty.
#define PGDLLEXPORT __attribute__((visibility("default")))

extern "C" {
#include "postgres.h"

#include "access/amapi.h"
#include "access/detoast.h"
#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/parallel.h"
#include "access/relation.h"
#include "access/reloptions.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/partition.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_statistic_ext_data.h"
#include "catalog/pg_tablespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "commands/event_trigger.h"
#include "commands/extension.h"
#include "commands/progress.h"
#include "commands/tablespace.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "libpq/pqmq.h"
#include "libpq/pqsignal.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/plancat.h"
#include "optimizer/planner.h"
#include "parser/parse_clause.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_func.h"
#include "parser/parse_node.h"
#include "parser/parse_oper.h"
#include "parser/parse_param.h"
#include "parser/parse_relation.h"
#include "parser/parse_utilcmd.h"
#include "parser/parser.h"
#include "parser/parsetree.h"
#include "parser/scansup.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "rewrite/rowsecurity.h"
#include "statistics/statistics.h"
#include "storage/bufmgr.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/procsignal.h"
#include "storage/shm_mq.h"
#include "storage/shm_toc.h"
#include "storage/sinval.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/inval.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/partcache.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/rls.h"
#include "utils/ruleutils.h"
#include "utils/selfuncs.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"
#include "utils/uuid.h"
#include "utils/varlena.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif
}

#if PG_VERSION_NUM < 150000
#error "pg_tenancy needs PostgreSQL 15 or newer"
#endif

namespace tenancy {

// Memory of a setting's check hook: the server frees it with guc_free() from 16 on, free() before.
// Null where there is none left.
inline void* guc_allocate(std::size_t size) noexcept {
#if PG_VERSION_NUM >= 160000
  return guc_malloc(LOG, size);
#else
  return std::malloc(size);
#endif
}

// Of the process, whose transactions may then take as long as they must. Server zone.
inline void disable_transaction_timeout() {
#if PG_VERSION_NUM >= 170000
  SetConfigOption("transaction_timeout", "0", PGC_USERSET, PGC_S_SESSION);
#endif
}

// What the backends of the cluster are doing, as of the first call since
// pgstat_clear_backend_activity_snapshot(); from 0 to pgstat_fetch_stat_numbackends() - 1. Server
// zone.
inline const PgBackendStatus& backend_status(int number) {
#if PG_VERSION_NUM >= 160000
  return pgstat_get_local_beentry_by_index(number + 1)->backendStatus;
#else
  return pgstat_fetch_stat_local_beentry(number + 1)->backendStatus;
#endif
}

// Every setting that the server knows, placeholders included, which SET and configuration make of
// names that no module has defined yet. Server zone.
inline std::span<config_generic*> all_settings() {
#if PG_VERSION_NUM >= 160000
  int count;
  config_generic** const all = get_guc_variables(&count);
#else
  config_generic** const all = get_guc_variables();
  int const count = GetNumConfigOptions();
#endif
  return {all, static_cast<std::size_t>(count)};
}

// Whether `role` owns the relation or is a member of its owner. Server zone.
inline bool owns_relation(Oid relation, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_ownercheck(RelationRelationId, relation, role);
#else
  return pg_class_ownercheck(relation, role);
#endif
}

// Whether `role` owns the schema or is a member of its owner. Server zone.
inline bool owns_schema(Oid schema, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_ownercheck(NamespaceRelationId, schema, role);
#else
  return pg_namespace_ownercheck(schema, role);
#endif
}

// Whether `role` may make objects in the schema. Server zone.
inline bool may_create_in(Oid schema, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(NamespaceRelationId, schema, role, ACL_CREATE) == ACLCHECK_OK;
#else
  return pg_namespace_aclcheck(schema, role, ACL_CREATE) == ACLCHECK_OK;
#endif
}

// Whether `role` may make relations in the tablespace; InvalidOid is the database's own, where
// everybody may. Server zone.
inline bool may_create_in_tablespace(Oid tablespace, Oid role) {
  if (!OidIsValid(tablespace) || tablespace == MyDatabaseTableSpace) return true;
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(TableSpaceRelationId, tablespace, role, ACL_CREATE) == ACLCHECK_OK;
#else
  return pg_tablespace_aclcheck(tablespace, role, ACL_CREATE) == ACLCHECK_OK;
#endif
}

// Whether b-trees are sorted by the operator, or by that of which it is the negator: it has an
// answer for any two values. Server zone.
inline bool is_comparison_operator(Oid operation) {
#if PG_VERSION_NUM >= 180000
  return get_op_index_interpretation(operation) != NIL;
#else
  return get_op_btree_interpretation(operation) != NIL;
#endif
}

// From 17 on the planner leaves out an IS NOT NULL that each row passes, and an OR with one, before
// it looks at indexes.
inline constexpr bool planner_drops_true_null_tests = PG_VERSION_NUM >= 170000;

// Whether no row has a null in the column `number`, by its NOT NULL: in 18 that may be NOT VALID.
inline bool is_never_null(TupleDesc descriptor, AttrNumber number) {
#if PG_VERSION_NUM >= 180000
  return TupleDescCompactAttr(descriptor, number - 1)->attnullability == ATTNULLABLE_VALID;
#else
  return TupleDescAttr(descriptor, number - 1)->attnotnull;
#endif
}

// Whether the column is computed as it is read, which 18 brings: no index may have it.
inline bool is_virtual([[maybe_unused]] const FormData_pg_attribute* column) {
#if PG_VERSION_NUM >= 180000
  return column->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL;
#else
  return false;
#endif
}

// The condition with what such columns are computed from, as a query has it. Server zone.
inline Node* with_virtual_columns(Node* condition, [[maybe_unused]] Relation relation) {
#if PG_VERSION_NUM >= 180000
  return expand_generated_columns_in_expr(condition, relation, 1);
#else
  return condition;
#endif
}

// Moves what the parser noted of privileges on the range table into the query, where 16 and newer
// look for it.
inline void take_permissions([[maybe_unused]] Query* query, [[maybe_unused]] ParseState* state) {
#if PG_VERSION_NUM >= 160000
  query->rteperminfos = state->p_rteperminfos;
#endif
}

// The index of the primary key, not deferrable, or InvalidOid. Server zone.
inline Oid primary_key_index(Relation relation) {
#if PG_VERSION_NUM >= 180000
  return RelationGetPrimaryKeyIndex(relation, false);
#else
  return RelationGetPrimaryKeyIndex(relation);
#endif
}

// Whether the server enforces a constraint: before 18 it does so with all. Server zone.
inline bool is_enforced([[maybe_unused]] const FormData_pg_constraint* constraint) {
#if PG_VERSION_NUM >= 180000
  return constraint->conenforced;
#else
  return true;
#endif
}

// Whether the last columns of a foreign key are periods, which are compared by overlapping: from 18
// on.
inline bool has_period([[maybe_unused]] const FormData_pg_constraint* constraint) {
#if PG_VERSION_NUM >= 180000
  return constraint->conperiod;
#else
  return false;
#endif
}

// When the relation was scanned last; 0 where that is not known, as before 16.
inline TimestampTz last_scan([[maybe_unused]] const PgStat_StatTabEntry* counted) {
#if PG_VERSION_NUM >= 160000
  return counted->lastscan;
#else
  return 0;
#endif
}

// The condition of a MERGE, ON, where it stands apart from the other joins: from 17 on.
inline Node* merge_condition([[maybe_unused]] const Query* query) {
#if PG_VERSION_NUM >= 170000
  return query->mergeJoinCondition;
#else
  return nullptr;
#endif
}

// expression_tree_walker(), whose callback has no prototype in 15.
inline bool walk_expression(Node* node, bool (*visit)(Node*, void*), void* context) {
#if PG_VERSION_NUM >= 160000
  return expression_tree_walker(node, visit, context);
#else
  auto* const any = reinterpret_cast<void (*)()>(visit);  // silences -Wcast-function-type
  return expression_tree_walker(node, reinterpret_cast<bool (*)()>(any), context);
#endif
}

// expression_tree_mutator(), likewise.
inline Node* mutate_expression(Node* node, Node* (*change)(Node*, void*), void* context) {
#if PG_VERSION_NUM >= 160000
  return expression_tree_mutator(node, change, context);
#else
  auto* const any = reinterpret_cast<void (*)()>(change);
  return expression_tree_mutator(node, reinterpret_cast<Node* (*)()>(any), context);
#endif
}

// query_tree_walker(), likewise.
inline bool walk_query(Query* query, bool (*visit)(Node*, void*), void* context) {
#if PG_VERSION_NUM >= 160000
  return query_tree_walker(query, visit, context, 0);
#else
  auto* const any = reinterpret_cast<void (*)()>(visit);
  return query_tree_walker(query, reinterpret_cast<bool (*)()>(any), context, 0);
#endif
}

}  // namespace tenancy
