// What the SQL tests of this folder call. Each function provokes one crossing of the boundary.
#include <stdexcept>

#include "server/ddl.hpp"
#include "server/expression.hpp"
#include "server/guard.hpp"
#include "server/memory.hpp"
#include "server/relation.hpp"

extern "C" {
PG_MODULE_MAGIC;
}

namespace tenancy::boundary {
namespace {

int live = 0;       // objects that exist now
int destroyed = 0;  // destructors that have run

struct Counted {
  Counted() { ++live; }
  Counted(const Counted&) = delete;
  ~Counted() {
    --live;
    ++destroyed;
  }
};

// An object whose memory would be lost, too, did its destructor not run.
struct Holder : Counted {
  std::string text = std::string(1000, 'x');
};

void raise_whole_error() {
  ereport(ERROR, (errcode(ERRCODE_DIVISION_BY_ZERO), errmsg("the message"),
                  errdetail("The detail."), errhint("The hint."), errcontext("the context"),
                  err_generic_string(PG_DIAG_SCHEMA_NAME, "the schema"),
                  err_generic_string(PG_DIAG_TABLE_NAME, "the table"),
                  err_generic_string(PG_DIAG_COLUMN_NAME, "the column"),
                  err_generic_string(PG_DIAG_DATATYPE_NAME, "the type"),
                  err_generic_string(PG_DIAG_CONSTRAINT_NAME, "the constraint")));
}

}  // namespace

TENANCY_FUNCTION(tenancy_boundary_live) {
  PG_RETURN_INT32(live);
}
TENANCY_FUNCTION(tenancy_boundary_destroyed) {
  PG_RETURN_INT32(std::exchange(destroyed, 0));
}
TENANCY_FUNCTION(tenancy_boundary_memory) {
  PG_RETURN_INT64(static_cast<int64>(Boundary::memory()));
}

// Catches so many errors of the server in C++; returns how many arrived whole.
TENANCY_FUNCTION(tenancy_boundary_catch) {
  int whole = 0;
  for (int i = PG_GETARG_INT32(0); i > 0; --i) {
    Holder const outer;
    try {
      Holder const inner;
      server([] { raise_whole_error(); });
    } catch (const ServerError& error) {
      whole += error.sqlstate() == ERRCODE_DIVISION_BY_ZERO &&
               std::string_view(error.what()) == "the message" && live == 1;
    }
  }
  PG_RETURN_INT32(whole);
}

// One error of the server, through both crossings.
TENANCY_FUNCTION(tenancy_boundary_raise) {
  Holder const holder;
  server([] { raise_whole_error(); });
  PG_RETURN_VOID();
}

// One error of ours.
TENANCY_FUNCTION(tenancy_boundary_throw) {
  Holder const holder;
  throw Error(ERRCODE_CHECK_VIOLATION, "our message with a % sign")
      .detail("Our detail.")
      .hint("Our hint.")
      .schema("our schema")
      .table("our table")
      .column("our column")
      .constraint("our constraint");
}

// A real failure to allocate: 2 to the power of the argument bytes.
TENANCY_FUNCTION(tenancy_boundary_bad_alloc) {
  Holder const holder;
  std::string const text(std::size_t{1} << PG_GETARG_INT32(0), 'x');
  PG_RETURN_BOOL(text.empty());
}

// Exceptions that nothing of ours throws on purpose.
TENANCY_FUNCTION(tenancy_boundary_foreign) {
  Holder const holder;
  if (PG_GETARG_BOOL(0)) throw std::logic_error("a logic error");
  throw 42;
}

// A C++ exception out of the server zone: arrives as what it is, and the server's handlers are as
// they were before.
TENANCY_FUNCTION(tenancy_boundary_throw_in_server_zone) {
  Holder const holder;
  sigjmp_buf* const handlers = PG_exception_stack;
  try {
    server([] { throw std::out_of_range("thrown in the server zone"); });
  } catch (const std::out_of_range& exception) {
    if (handlers != PG_exception_stack) throw Error(ERRCODE_INTERNAL_ERROR, "handlers differ");
    throw Error(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION, exception.what());
  }
  PG_RETURN_VOID();
}

// Works until it is cancelled.
TENANCY_FUNCTION(tenancy_boundary_wait) {
  Holder const holder;
  for (;;) {
    std::string const text(1000, 'x');
    server([] {
      CHECK_FOR_INTERRUPTS();
      pg_usleep(1000);
    });
  }
}

// Runs a statement inside; its errors come out through this function's frames.
TENANCY_FUNCTION(tenancy_boundary_execute) {
  Holder const holder;
  std::string const statement = Arguments(fcinfo).text(0);
  Sql sql;
  std::string result;
  for (const Sql::Row& row : sql.query(statement))
    for (const OptionalText& value : row) result += "[" + value.value_or("NULL") + "]";
  return server([&] {
    // The result must outlive the connection, whose memory is current here.
    MemoryContext const previous = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
    Datum const text = CStringGetTextDatum(result.c_str());
    MemoryContextSwitchTo(previous);
    return text;
  });
}

// So many objects owned by a context, which then ends; returns how many destructors that ran.
TENANCY_FUNCTION(tenancy_boundary_owned) {
  MemoryContext const context = server([] {
    return AllocSetContextCreate(CurrentMemoryContext, "boundary test", ALLOCSET_SMALL_SIZES);
  });
  int const before = destroyed;
  for (int i = PG_GETARG_INT32(0); i > 0; --i) make_in<Holder>(context);
  server([&] { MemoryContextDelete(context); });
  PG_RETURN_INT32(destroyed - before);
}

// An object owned by the query, which ends in an error.
TENANCY_FUNCTION(tenancy_boundary_owned_error) {
  make_in<Holder>(CurrentMemoryContext);
  throw Error(ERRCODE_RAISE_EXCEPTION, "with an object alive in the query's context");
}

// A constructor that throws leaves nothing registered.
TENANCY_FUNCTION(tenancy_boundary_owned_throws) {
  struct Thrower : Counted {
    Thrower() { throw std::logic_error("from a constructor"); }
  };
  make_in<Thrower>(CurrentMemoryContext);
  PG_RETURN_VOID();
}

// Statement lists.
TENANCY_FUNCTION(tenancy_boundary_statements) {
  Arguments const arguments(fcinfo);
  StatementList statements;
  for (std::string& statement : arguments.text_array(0)) statements.add(std::move(statement));
  return run_and_return(fcinfo, statements, arguments.boolean(1));
}

// Rows of three types, nulls among them.
TENANCY_FUNCTION(tenancy_boundary_rows) {
  ResultRows rows(fcinfo);
  rows.add({"1", "one", "t"});
  rows.add({std::nullopt, "", std::nullopt});
  return Datum{0};
}

TENANCY_FUNCTION(tenancy_boundary_quote) {
  Arguments const arguments(fcinfo);
  ResultRows rows(fcinfo);
  rows.add({quote_identifier(arguments.text(0))});
  rows.add({quote_qualified(arguments.text(0), "x")});
  rows.add({quote_literal(arguments.text(0))});
  rows.add({quote_identifiers({arguments.text(0), "b"})});
  return Datum{0};
}

TENANCY_FUNCTION(tenancy_boundary_relation) {
  const RelationFacts relation = describe_relation(Arguments(fcinfo).oid(0));
  ResultRows rows(fcinfo);
  rows.add({relation.qualified(), std::string(1, relation.kind), relation.row_security ? "t" : "f",
            relation.force_row_security ? "t" : "f", relation.is_partition ? "t" : "f"});
  return Datum{0};
}

TENANCY_FUNCTION(tenancy_boundary_column) {
  Arguments const arguments(fcinfo);
  const RelationFacts relation = describe_relation(arguments.oid(0));
  const ColumnFacts column = describe_column(relation, arguments.name(1));
  ResultRows rows(fcinfo);
  rows.add({std::to_string(column.number), column.type_name(), column.is_generated ? "t" : "f",
            column.is_identity ? "t" : "f", column.has_default ? "t" : "f"});
  return Datum{0};
}

TENANCY_FUNCTION(tenancy_boundary_require_table) {
  const RelationFacts relation = lock_owned_table(Arguments(fcinfo).oid(0), AccessShareLock);
  ResultRows rows(fcinfo);
  for (Oid const oid : inheritors(relation.oid, AccessShareLock))
    rows.add({describe_relation(oid).qualified()});
  return Datum{0};
}

// The condition as the server understands it, and whether a second one is the same tree.
TENANCY_FUNCTION(tenancy_boundary_same_condition) {
  Arguments const arguments(fcinfo);
  Oid const relation = arguments.oid(0);
  std::string const a = arguments.text(1), b = arguments.text(2);
  PG_RETURN_BOOL(server([&] {
    auto const read = [&](const std::string& text) {
      return canonical_condition(
          parse_condition(relation, text.c_str(), EXPR_KIND_INDEX_PREDICATE, "WHERE"));
    };
    return equal(read(a), read(b));
  }));
}

}  // namespace tenancy::boundary
