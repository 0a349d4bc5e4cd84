#include "index/predicate_advice.hpp"

#include "index/row_facts.hpp"
#include "server/catalog.hpp"
#include "server/expression.hpp"

namespace tenancy::index {
namespace {

// Server zone but for the last function.

struct Note {
  const char* message;
  const char* hint;
};

bool proves(List* known, Node* clause) {
  return predicate_implied_by(list_make1(clause), known, false);
}

// Whether no row satisfies the clauses: they contradict each other, or a constraint.
bool are_never_true(Relation relation, List* clauses) {
  ListCell* cell;
  foreach (cell, clauses) {
    auto* const constant = static_cast<Const*>(lfirst(cell));
    if (IsA(constant, Const) && (constant->constisnull || !DatumGetBool(constant->constvalue)))
      return true;
  }
  List* known = checks_of(relation);
  known = list_concat(known, truths_of(relation));
  return predicate_refuted_by(clauses, clauses, false) ||
         predicate_refuted_by(known, clauses, false);
}

void note_clause(Rows<Note>& notes, Relation relation, List* truths, Node* clause) {
  Oid const oid = RelationGetRelid(relation);
  if (proves(truths, clause)) {
    notes.add({psprintf("every row of table \"%s\" satisfies %s, by its constraints",
                        RelationGetRelationName(relation), readable_sql(oid, clause)),
               "Leave it out of the predicate: queries would have to state it."});
    return;
  }
  Node* const plain = plain_form(relation, clause);
  if (!plain || proves(list_make1(plain), clause)) return;
  const char* const wanted = readable_sql(oid, plain);
  notes.add({psprintf("queries that state %s cannot use an index with the predicate %s", wanted,
                      readable_sql(oid, clause)),
             psprintf("Write %s: it holds for the same rows, and serves more queries.", wanted)});
}

Rows<Note> notes_on(Oid oid, const char* predicate) {
  Rows<Note> notes{};
  List* const clauses =
      canonical_condition(parse_condition(oid, predicate, EXPR_KIND_INDEX_PREDICATE, "WHERE"));
  Relation const relation = relation_open(oid, AccessShareLock);
  List* const truths = truths_of(relation);
  if (clauses == NIL || predicate_implied_by(clauses, truths, false)) {
    notes.add(
        {psprintf("every row of table \"%s\" satisfies the predicate: the index holds all rows",
                  RelationGetRelationName(relation)),
         "An index without a predicate serves queries that do not state it, too."});
  } else if (are_never_true(relation, clauses)) {
    notes.add({psprintf("no row of table \"%s\" can satisfy the predicate: the index stays empty",
                        RelationGetRelationName(relation)),
               nullptr});
  } else {
    ListCell* cell;
    foreach (cell, clauses) note_clause(notes, relation, truths, static_cast<Node*>(lfirst(cell)));
  }
  relation_close(relation, AccessShareLock);
  return notes;
}

}  // namespace

void advise_on_predicate(const RelationFacts& relation, const std::string& predicate) {
  Rows<Note> const notes = server([&] { return notes_on(relation.oid, predicate.c_str()); });
  for (const Note& note : notes) notice(note.message, note.hint ? note.hint : "");
}

}  // namespace tenancy::index
