// suggest_event_indexes(): the indexes that the registered schemas ask for.
#include <set>

#include "event/columns.hpp"
#include "event/wanted_index.hpp"
#include "server/index_facts.hpp"
#include "server/name.hpp"
#include "server/tenant_key.hpp"

namespace tenancy::event {
namespace {

constexpr std::size_t types_named = 5;       // in a reason
constexpr std::size_t types_compared = 100;  // by the server, to see that a query's is among them

// "a", "b" and 3 more
std::string name_some(const std::vector<std::string>& texts) {
  std::string named;
  for (std::size_t i = 0; i < texts.size() && i < types_named; ++i)
    named += (i > 0 ? ", \"" : "\"") + texts[i] + "\"";
  if (texts.size() > types_named)
    named += " and " + std::to_string(texts.size() - types_named) + " more";
  return named;
}

// A table of events, and what its statements are made of.
struct EventTable {
  RelationFacts relation;
  std::string type_column, payload_column;
  std::optional<ColumnFacts> tenant;  // that is to lead
  std::set<std::string> names_taken;  // by statements of the same list

  std::string expression(const WantedIndex& wanted) const {
    std::string text = "tenancy.text_at(" + quote_identifier(payload_column);
    for (const std::string& name : wanted.path) text += ", " + quote_literal(name);
    return text + ")";
  }

  std::string is_of(const std::string& type) const {
    return quote_identifier(type_column) + " OPERATOR(pg_catalog.=) " + quote_literal(type);
  }

  std::string is_of_any(const std::vector<std::string>& types) const {
    std::string text = quote_identifier(type_column) + " OPERATOR(pg_catalog.=) ANY (ARRAY[";
    for (const std::string& type : types)
      text += (text.back() == '[' ? "" : ", ") + quote_literal(type);
    return text + "])";
  }
};

// What one index is for.
struct Proposal {
  const char* kind;         // property: of one event type; shared: of several
  OptionalText event_type;  // the one
  std::string condition;    // that queries state beside the expression; empty: none
  std::string predicate;
  std::string reason;
};

// One event type's property has an index of that type's rows. One of several has an index of
// whatever rows have the property: it serves queries that name no event type too, also those with
// parameters, and event types to come. Unless there are types in which it is of no interest.
Proposal propose(const EventTable& table, const WantedIndex& wanted) {
  if (wanted.marked.size() == 1 && !(wanted.is_identifier && wanted.holders.size() > 1)) {
    const std::string& type = wanted.marked[0];
    return {"property", type, table.is_of(type), table.is_of(type),
            "The schema of event type \"" + type + "\" marks it \"x-index\"."};
  }
  Proposal proposal{"shared", std::nullopt, "", table.expression(wanted) + " IS NOT NULL", ""};
  bool const is_of_some = !wanted.is_identifier && wanted.marked.size() < wanted.holders.size();
  if (is_of_some && wanted.marked.size() <= types_compared)
    proposal.condition = proposal.predicate = table.is_of_any(wanted.marked);
  if (wanted.holders.size() > 1 && wanted.is_identifier)
    proposal.reason = "It is an identifier that " + std::to_string(wanted.holders.size()) +
                      " event types have: " + name_some(wanted.holders) + ".";
  if (!wanted.marked.empty())
    proposal.reason += std::string(proposal.reason.empty() ? "" : " ") + "The schemas of " +
                       std::to_string(wanted.marked.size()) +
                       " event types mark it \"x-index\": " + name_some(wanted.marked) + ".";
  return proposal;
}

void add_property(ResultRows& rows, EventTable& table, const WantedIndex& wanted) {
  Proposal proposal = propose(table, wanted);
  const std::string expression = table.expression(wanted);
  if (const OptionalText existing =
          find_text_index(table.relation, expression, proposal.condition, table.tenant)) {
    rows.add({proposal.kind, proposal.event_type, wanted.pointer, std::nullopt, *existing,
              proposal.reason});
    return;
  }
  std::string name = "ix_" + table.relation.name;
  for (const std::string& step : wanted.path) name += "_" + name_words(step);
  if (proposal.event_type) name += "_" + name_words(*proposal.event_type);
  const std::string statement =
      "CREATE INDEX " +
      quote_identifier(free_name(name, table.relation.schema_oid, table.names_taken)) + " ON " +
      table.relation.qualified() + " USING btree (" +
      (table.tenant ? quote_identifier(table.tenant->name) + ", " : "") + expression + ") WHERE (" +
      proposal.predicate + ")";
  if (!wanted.is_short)
    proposal.reason +=
        " An event in which it has more than some 2,600 bytes, which a schema allows, would be "
        "refused "
        "by the index.";
  rows.add({proposal.kind, proposal.event_type, wanted.pointer, statement, std::nullopt,
            proposal.reason});
}

void add_payload(ResultRows& rows, EventTable& table, const WantedIndexes& wanted) {
  std::string reason =
      "It serves tenancy.contains() with any property, and costs each event that is written more "
      "than the others.";
  if (!wanted.without_text.empty()) {
    reason += " Marked \"x-index\", and no text of its own: ";
    for (std::size_t i = 0; i < wanted.without_text.size() && i < types_named; ++i)
      reason += (i > 0 ? ", " : "") + wanted.without_text[i];
    if (wanted.without_text.size() > types_named)
      reason += " and " + std::to_string(wanted.without_text.size() - types_named) + " more";
    reason += ".";
  }
  if (const OptionalText existing = find_containment_index(table.relation, table.payload_column)) {
    rows.add({"payload", std::nullopt, std::nullopt, std::nullopt, *existing, reason});
    return;
  }
  const std::string name =
      free_name("ix_" + table.relation.name + "_" + name_words(table.payload_column) + "_gin",
                table.relation.schema_oid, table.names_taken);
  std::vector<Sql::Row> statements;
  {
    Sql sql;
    statements = sql.query(
        "SELECT statement FROM tenancy.create_payload_index($1::pg_catalog.oid, "
        "  payload_column => $2, index_name => $3, dry_run => true) AS statement",
        {std::to_string(table.relation.oid), table.payload_column, name});
  }
  for (const Sql::Row& row : statements)
    rows.add({"payload", std::nullopt, std::nullopt, row[0], std::nullopt, reason});
}

}  // namespace

TENANCY_FUNCTION(tenancy_suggest_event_indexes) {
  Arguments const arguments(fcinfo);
  Oid const oid = arguments.oid(0);
  EventTable table;
  table.type_column = arguments.name(1);
  table.payload_column = arguments.name(2);
  table.relation = lock_owned_table(oid, AccessShareLock);
  find_columns(table.relation, table.type_column, table.payload_column, "");
  table.tenant = choose_tenant_key(table.relation, "btree", std::nullopt);
  const WantedIndexes wanted = find_wanted_indexes();
  if (wanted.event_types == 0)
    notice("no event type is registered",
           "Register their schemas with tenancy.register_event_schema().");
  if (!wanted.not_whole.empty())
    notice("the schemas of some event types are too large to be looked at whole: " +
           name_some(wanted.not_whole));

  ResultRows rows(fcinfo);
  if (wanted.event_types == 0) return Datum{0};
  for (const WantedIndex& property : wanted.properties) add_property(rows, table, property);
  add_payload(rows, table, wanted);
  return Datum{0};
}

}  // namespace tenancy::event
