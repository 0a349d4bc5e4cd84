#include "server/function.hpp"

namespace tenancy {
namespace {

// The elements of an array, text or name; `label` says whose they are, for an error.
template <typename Label>
std::vector<std::string> array_elements(Datum datum, Oid element_type, Label&& label) {
  struct Elements {
    int dimensions;
    int count;
    Datum* values;
    bool has_null;
  };
  Elements const elements = server([&]() -> Elements {
    ArrayType* const array = DatumGetArrayTypeP(datum);
    Elements found{ARR_NDIM(array), 0, nullptr, array_contains_nulls(array)};
    if (found.dimensions == 1 && !found.has_null) {
      int16 length;
      bool by_value;
      char alignment;
      get_typlenbyvalalign(element_type, &length, &by_value, &alignment);
      deconstruct_array(array, element_type, length, by_value, alignment, &found.values, nullptr,
                        &found.count);
    }
    return found;
  });
  if (elements.has_null)
    throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, label() + " must not hold nulls");
  if (elements.dimensions > 1)
    throw Error(ERRCODE_ARRAY_SUBSCRIPT_ERROR, label() + " must have one dimension");
  std::vector<std::string> result;
  for (int i = 0; i < elements.count; ++i)
    result.push_back(element_type == NAMEOID ? NameStr(*DatumGetName(elements.values[i]))
                                             : to_string(elements.values[i]));
  return result;
}

}  // namespace

Datum Arguments::value(int position) const {
  if (is_null(position))
    throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED,
                "argument \"" + parameter_name(position) + "\" must not be null");
  return fcinfo_->args[position].value;
}

std::string Arguments::output(int position) const {
  Datum const given = value(position);
  return server([&]() -> const char* {
    Oid function;
    bool is_varlena;
    getTypeOutputInfo(get_fn_expr_argtype(fcinfo_->flinfo, position), &function, &is_varlena);
    return OidOutputFunctionCall(function, given);
  });
}

std::string Arguments::parameter_name(int position) const {
  const char* const name = server([&]() -> const char* {
    HeapTuple const tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo_->flinfo->fn_oid));
    if (!HeapTupleIsValid(tuple)) return nullptr;
    Oid* types = nullptr;
    char** names = nullptr;
    char* modes = nullptr;
    int const count = get_func_arg_info(tuple, &types, &names, &modes);
    ReleaseSysCache(tuple);
    return names && position < count ? names[position] : nullptr;
  });
  return name ? name : std::to_string(position + 1);
}

bool argument_is_constant(FunctionCallInfo fcinfo, int position) noexcept {
  Node* const call = fcinfo->flinfo->fn_expr;
  if (!call || !IsA(call, FuncExpr)) return false;
  List* const arguments = castNode(FuncExpr, call)->args;
  return position < list_length(arguments) && IsA(list_nth(arguments, position), Const);
}

void require_trigger_call(FunctionCallInfo fcinfo) {
  if (!CALLED_AS_TRIGGER(fcinfo))
    throw Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED, "not called by the trigger manager");
}

const EventTriggerData* require_event_trigger_call(FunctionCallInfo fcinfo) {
  if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
    throw Error(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED,
                "not called by the event trigger manager");
  return reinterpret_cast<const EventTriggerData*>(fcinfo->context);
}

std::string to_string(Datum text) {
  struct Bytes {
    const char* data;
    std::size_t size;
  };
  Bytes const bytes = server([&]() -> Bytes {
    struct varlena* const value = PG_DETOAST_DATUM_PACKED(text);
    return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
  });
  return {bytes.data, bytes.size};
}

std::string Arguments::text(int position) const {
  return to_string(value(position));
}

std::string Arguments::name(int position) const {
  return NameStr(*DatumGetName(value(position)));
}

OptionalText Arguments::optional_name(int position) const {
  if (is_null(position)) return std::nullopt;
  return name(position);
}

OptionalText Arguments::optional_identifier(int position) const {
  if (is_null(position)) return std::nullopt;
  std::string name = text(position);
  std::size_t const length = server([&] {
    truncate_identifier(name.data(), static_cast<int>(name.size()), true);
    return std::strlen(name.c_str());
  });
  name.resize(length);
  return name;
}

std::optional<bool> Arguments::optional_boolean(int position) const {
  if (is_null(position)) return std::nullopt;
  return boolean(position);
}

std::vector<std::string> Arguments::array(int position, Oid element_type) const {
  Datum const array = value(position);
  return array_elements(array, element_type,
                        [&] { return "argument \"" + parameter_name(position) + "\""; });
}

std::vector<std::string> to_names(Datum array) {
  return array_elements(array, NAMEOID, [] { return std::string("array of names"); });
}

std::vector<std::string> Arguments::text_array(int position) const {
  return array(position, TEXTOID);
}

std::vector<std::string> Arguments::name_array(int position) const {
  return array(position, NAMEOID);
}

std::string fixed(double value, int decimals) {
  char text[330];  // the largest has 309 digits
  snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

ResultRows::ResultRows(FunctionCallInfo fcinfo)
    : result_(reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo)) {
  server([&] {
    TupleDesc row_type;
    bool const composite = get_call_result_type(fcinfo, nullptr, &row_type) == TYPEFUNC_COMPOSITE;
    InitMaterializedSRF(fcinfo, composite ? 0 : MAT_SRF_USE_EXPECTED_DESC);
    MemoryContext const previous = MemoryContextSwitchTo(result_->econtext->ecxt_per_query_memory);
    metadata_ = TupleDescGetAttInMetadata(result_->setDesc);
    MemoryContextSwitchTo(previous);
  });
}

void ResultRows::add(std::initializer_list<OptionalText> values) {
  std::vector<char*> cells;
  for (const OptionalText& value : values)
    cells.push_back(value ? const_cast<char*>(value->c_str()) : nullptr);
  server([&] {
    tuplestore_puttuple(result_->setResult, BuildTupleFromCStrings(metadata_, cells.data()));
  });
}

}  // namespace tenancy
