// add_schema_constraint(), validate_schema_constraint() and drop_schema_constraint().
#include "event/schema_constraint.hpp"
#include "server/ddl.hpp"
#include "validation/registered.hpp"
#include "validation/schema_cache.hpp"
#include "validation/schema_text.hpp"

namespace tenancy::event {
namespace {

struct Request {
  Oid relation = InvalidOid;
  std::string schema;  // self-contained
  std::string column;
  OptionalText name;
  bool assert_format = false;
};

std::string named(const Constraint& constraint, const RelationFacts& relation) {
  return "constraint \"" + constraint.name + "\" of table \"" + relation.name + "\"";
}

std::string add_statement(const RelationFacts& relation, const JsonColumn& column,
                          const Request& request, const std::string& name) {
  return "ALTER TABLE " + relation.qualified() + " ADD CONSTRAINT " + quote_identifier(name) +
         " CHECK (" + column.matching_function() + "(" + quote_literal(request.schema) +
         "::tenancy.jsonschema, " + quote_identifier(column.facts.name) + ", " +
         (request.assert_format ? "true" : "false") + ")) NOT VALID";
}

[[noreturn]] void refuse_other(const Constraint& existing, const RelationFacts& relation,
                               const std::string& statement) {
  throw Error(ERRCODE_DUPLICATE_OBJECT,
              named(existing, relation) + " already exists with another definition")
      .detail("Existing: " + definition_of(existing) + "\nRequested: " + statement)
      .hint(
          existing.column == 0
              ? "Choose another constraint_name."
              : "Call tenancy.drop_schema_constraint() first, or choose another constraint_name.");
}

// A constraint that a child has already becomes part of its parent's, if it is just that.
void require_mergeable(const RelationFacts& root, const Request& request, const std::string& name,
                       const std::string& statement, LOCKMODE mode) {
  for (Oid const oid : inheritors(root.oid, NoLock)) {
    if (oid == root.oid) continue;
    const RelationFacts child = lock_owned_table(oid, mode);
    const std::vector<Constraint> constraints = read_constraints(child);
    const Constraint* const existing = find_by_name(constraints, name);
    if (existing && (existing->column == 0 || existing->schema != request.schema ||
                     existing->assert_format != request.assert_format ||
                     column_name(child, existing->column) != request.column))
      refuse_other(*existing, child, statement);
  }
}

StatementList plan_add(const RelationFacts& relation, const Request& request, LOCKMODE mode) {
  StatementList statements;
  const JsonColumn column = find_json_column(relation, request.column);
  const std::string name =
      request.name ? *request.name : default_constraint_name(relation, request.column);
  const std::string statement = add_statement(relation, column, request, name);
  const std::vector<Constraint> constraints = read_constraints(relation);
  for (const Constraint& existing : constraints) {
    // Where no name is asked for, one of any name will do.
    if ((request.name && existing.name != name) ||
        !existing.checks(column.facts.number, request.schema, request.assert_format))
      continue;
    if (existing.is_validated)
      notice(named(existing, relation) + " already checks this schema");
    else
      notice(named(existing, relation) +
                 " already checks this schema, but rows from before it have not been checked",
             "Call tenancy.validate_schema_constraint().");
    return statements;
  }
  if (const Constraint* const existing = find_by_name(constraints, name))
    refuse_other(*existing, relation, statement);
  require_mergeable(relation, request, name, statement, mode);
  statements.add(statement);
  return statements;
}

Datum add(FunctionCallInfo fcinfo, const Arguments& arguments, const std::string& schema) {
  Request request{arguments.oid(0), "", arguments.name(2), arguments.optional_name(3),
                  arguments.boolean(4)};
  bool const dry_run = arguments.boolean(5);
  // Before any lock: a large schema takes its time.
  request.schema = validation::bundle(schema).schema;
  validation::find_schema(request.schema, request.assert_format);
  LOCKMODE const mode = dry_run ? AccessShareLock : AccessExclusiveLock;
  const RelationFacts relation = lock_owned_table(request.relation, mode);
  return run_and_return(fcinfo, plan_add(relation, request, mode), dry_run);
}

// The schema constraint of that name; without a name, that of the column: the one with the default
// name, or the only one.
std::optional<Constraint> find_constraint(const RelationFacts& relation, const std::string& column,
                                          const OptionalText& name) {
  const std::vector<Constraint> constraints = read_constraints(relation);
  if (name) {
    const Constraint* const found = find_by_name(constraints, *name);
    if (!found) return std::nullopt;
    if (found->column == 0)
      throw Error(ERRCODE_WRONG_OBJECT_TYPE,
                  named(*found, relation) + " does not check a column against a schema")
          .detail("It is " + definition_of(*found) + ".");
    return *found;
  }
  AttrNumber const number = find_json_column(relation, column).facts.number;
  const std::string default_name = default_constraint_name(relation, column);
  std::vector<Constraint> candidates;
  for (const Constraint& constraint : constraints) {
    if (constraint.column != number) continue;
    if (constraint.name == default_name) return constraint;
    candidates.push_back(constraint);
  }
  if (candidates.size() > 1)
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "column \"" + column + "\" of table \"" +
                                                     relation.name +
                                                     "\" has several schema constraints")
        .detail("Among them are \"" + candidates[0].name + "\" and \"" + candidates[1].name + "\".")
        .hint("Name one as constraint_name.");
  if (candidates.empty()) return std::nullopt;
  return candidates.front();
}

std::string describe_none(const RelationFacts& relation, const std::string& column,
                          const OptionalText& name) {
  return name ? "table \"" + relation.name + "\" has no constraint \"" + *name + "\""
              : "column \"" + column + "\" of table \"" + relation.name +
                    "\" has no schema constraint";
}

bool is_locked_exclusively(const RelationFacts& relation) {
  return server([&] {
    Relation const opened = relation_open(relation.oid, NoLock);
    bool const is_locked = CheckRelationLockedByMe(opened, AccessExclusiveLock, true);
    relation_close(opened, NoLock);
    return is_locked;
  });
}

}  // namespace

// Of text, json and jsonschema, which are stored alike.
TENANCY_FUNCTION(tenancy_add_schema_constraint) {
  Arguments const arguments(fcinfo);
  return add(fcinfo, arguments, arguments.text(1));
}

TENANCY_FUNCTION(tenancy_add_schema_constraint_jsonb) {
  Arguments const arguments(fcinfo);
  return add(fcinfo, arguments, validation::jsonb_text(arguments.datum(1)));
}

TENANCY_FUNCTION(tenancy_validate_schema_constraint) {
  Arguments const arguments(fcinfo);
  const std::string column = arguments.name(1);
  const OptionalText name = arguments.optional_name(2);
  bool const dry_run = arguments.boolean(3);
  const RelationFacts relation =
      lock_owned_table(arguments.oid(0), dry_run ? AccessShareLock : ShareUpdateExclusiveLock);
  const std::optional<Constraint> constraint = find_constraint(relation, column, name);
  if (!constraint)
    throw Error(ERRCODE_UNDEFINED_OBJECT, describe_none(relation, column, name))
        .hint("Add it with tenancy.add_schema_constraint().");
  StatementList statements;
  if (constraint->is_validated)
    notice(named(*constraint, relation) + " has been validated already");
  else
    statements.add("ALTER TABLE " + relation.qualified() + " VALIDATE CONSTRAINT " +
                   quote_identifier(constraint->name));
  // Allowed, for migrations of one transaction, and for small tables.
  if (!dry_run && !statements.empty() && is_locked_exclusively(relation))
    notice("nobody else can read table \"" + relation.name +
               "\" while its rows are checked, since this transaction has locked it before",
           "Call tenancy.validate_schema_constraint() in a transaction of its own.");
  return run_and_return(fcinfo, statements, dry_run);
}

TENANCY_FUNCTION(tenancy_drop_schema_constraint) {
  Arguments const arguments(fcinfo);
  const std::string column = arguments.name(1);
  const OptionalText name = arguments.optional_name(2);
  bool const dry_run = arguments.boolean(3);
  const RelationFacts relation =
      lock_owned_table(arguments.oid(0), dry_run ? AccessShareLock : AccessExclusiveLock);
  const std::optional<Constraint> constraint = find_constraint(relation, column, name);
  StatementList statements;
  if (!constraint)
    notice(describe_none(relation, column, name));
  else if (constraint->is_inherited)
    throw Error(ERRCODE_INVALID_TABLE_DEFINITION,
                named(*constraint, relation) + " is inherited from its parent")
        .hint("Call tenancy.drop_schema_constraint() for the parent.");
  else
    statements.add("ALTER TABLE " + relation.qualified() + " DROP CONSTRAINT " +
                   quote_identifier(constraint->name));
  return run_and_return(fcinfo, statements, dry_run);
}

}  // namespace tenancy::event
