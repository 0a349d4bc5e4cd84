// What an SQL-callable function is given and gives back, in C++ terms.
#pragma once

#include "server/guard.hpp"

namespace tenancy {

using OptionalText = std::optional<std::string>;

// The arguments of a call, by position. C++ zone.
class Arguments {
 public:
  explicit Arguments(FunctionCallInfo fcinfo) : fcinfo_(fcinfo) {}

  bool is_null(int position) const { return fcinfo_->args[position].isnull; }

  // The argument as the type named. Null is SQLSTATE 22004, which names the parameter; ask
  // is_null() first where null has a meaning.
  bool boolean(int position) const { return DatumGetBool(value(position)); }
  int integer(int position) const { return DatumGetInt32(value(position)); }
  Datum datum(int position) const { return value(position); }
  Oid oid(int position) const { return DatumGetObjectId(value(position)); }
  std::string text(int position) const;
  std::string name(int position) const;
  // Arrays of one dimension without nulls; anything else is 22004 or 2202E.
  std::vector<std::string> text_array(int position) const;
  std::vector<std::string> name_array(int position) const;

  // The argument, of whatever type, as its type writes it.
  std::string output(int position) const;

  // Null where the argument is null.
  OptionalText optional_name(int position) const;
  // An identifier in an argument of type text, cut to 63 bytes as the server does it in a
  // statement, with its NOTICE; an argument of type name is cut before a function sees it, without
  // a word.
  OptionalText optional_identifier(int position) const;
  // Nothing where the argument is null.
  std::optional<bool> optional_boolean(int position) const;

 private:
  Datum value(int position) const;
  std::string parameter_name(int position) const;
  std::vector<std::string> array(int position, Oid element_type) const;

  FunctionCallInfo fcinfo_;
};

// Whether an argument is a literal of the statement, the same for as long as fn_extra lives.
// get_fn_expr_arg_stable() does not say that: PL/pgSQL keeps fn_extra for a whole transaction while
// the parameter behind it changes. Raises nothing.
bool argument_is_constant(FunctionCallInfo fcinfo, int position) noexcept;

// Refuses a call of a trigger function that is none by the trigger manager: 39P01.
void require_trigger_call(FunctionCallInfo fcinfo);
// The same of an event trigger's: 39P03. What the event is.
const EventTriggerData* require_event_trigger_call(FunctionCallInfo fcinfo);

// A text datum, detoasted and copied.
std::string to_string(Datum text);
// An array of names: of one dimension, or empty, and without nulls; 22004 or 2202E.
std::vector<std::string> to_names(Datum array);

// A number with so many decimals.
std::string fixed(double value, int decimals);

// The rows of a set-returning function, materialised. C++ zone.
class ResultRows {
 public:
  // For SETOF a scalar type and for TABLE(...) alike.
  explicit ResultRows(FunctionCallInfo fcinfo);

  // Appends a row: each value as text, read by the input function of its column's type.
  void add(std::initializer_list<OptionalText> values);

 private:
  ReturnSetInfo* result_;
  AttInMetadata* metadata_ = nullptr;
};

}  // namespace tenancy
