// current_tenant(): what policies call, once a row.
//
// This whole file is server zone: no object with a destructor is ever made, so that a call costs
// what reading a variable costs.
#include "server/function.hpp"
#include "tenant/missing.hpp"
#include "tenant/seal.hpp"
#include "tenant/settings.hpp"

namespace tenancy::tenant {
namespace {

// How text becomes a value of a type that only its own input function can read.
struct Input {
  FmgrInfo function;
  Oid parameter;
  bool is_by_value;
  // What it has made last, and of what.
  bool has_value;
  Datum value;
  char* text;
};

// What a call remembers between rows. Plain data in fn_mcxt.
struct CallSite {
  // The call returns `value` as long as this is the state of the tenants; 0 is none.
  std::uint64_t state;
  Datum value;
  bool is_null;

  bool name_is_constant;  // the argument is a literal
  Oid type;
  const Setting* setting;  // null: the slow path
  char* name;              // of the slow path's
  TenantStorage storage;   // behind `value`
  Input* input;
};

[[noreturn]] void raise_malformed(const char* setting, const char* text, Oid type) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                  errmsg("setting \"%s\" holds \"%s\", which is no tenant of type %s", setting,
                         text, format_type_be(type))));
  pg_unreachable();
}

// The value of a type that a Tenant has a form for.
Datum own_form(CallSite* site, const char* setting, const char* text, const Tenant& tenant) {
  std::optional<Datum> const value = to_datum(tenant, site->type, &site->storage);
  if (!value) raise_malformed(setting, text, site->type);
  return *value;
}

Input* make_input(MemoryContext context, Oid type) {
  auto* const input = static_cast<Input*>(MemoryContextAllocZero(context, sizeof(Input)));
  input->is_by_value = get_typbyval(type);
  Oid function;
  getTypeInputInfo(type, &function, &input->parameter);
  fmgr_info_cxt(function, &input->function, context);
  return input;
}

// Frees what was made last: a caller that still needs it has copied it by now, as it must with
// every value computed for a row.
void forget(Input* input) {
  if (!input || !input->has_value) return;
  input->has_value = false;
  if (!input->is_by_value) pfree(DatumGetPointer(input->value));
  pfree(input->text);
}

struct Reading {
  const char* setting;
  Oid type;
};

void describe_reading(void* argument) {
  auto* const reading = static_cast<const Reading*>(argument);
  errcontext("setting \"%s\", read as a tenant of type %s", reading->setting,
             format_type_be(reading->type));
}

// These types cut what is too long, and so would show one tenant the rows of another.
bool is_too_long(const char* text, Oid type) noexcept {
  return (type == CHAROID && std::strlen(text) > 1) ||
         (type == NAMEOID && std::strlen(text) >= NAMEDATALEN);
}

// The value of any other type. It is made from a copy of the text: an input function may run code
// of the user's, such as a domain's check, that sets the setting anew and so frees the text.
Datum from_text(FunctionCallInfo fcinfo, CallSite* site, const char* setting, const char* text) {
  MemoryContext const context = fcinfo->flinfo->fn_mcxt;
  if (!site->input) site->input = make_input(context, site->type);
  Input* const input = site->input;
  if (input->has_value && std::strcmp(input->text, text) == 0) return input->value;
  if (is_too_long(text, site->type)) raise_malformed(setting, text, site->type);

  forget(input);
  Reading reading{setting, site->type};
  ErrorContextCallback callback{error_context_stack, describe_reading, &reading};
  error_context_stack = &callback;
  MemoryContext const previous = MemoryContextSwitchTo(context);
  char* const copy = pstrdup(text);
  Datum const value = InputFunctionCall(&input->function, copy, input->parameter, -1);
  MemoryContextSwitchTo(previous);
  error_context_stack = callback.previous;
  input->value = value;
  input->text = copy;
  input->has_value = true;
  return value;
}

Datum missing_tenant(FunctionCallInfo fcinfo, const char* setting, MissingTenant missing) {
  if (missing == MissingTenant::error) raise_missing(setting);
  PG_RETURN_NULL();
}

// The tenant of a setting whose changes are known of.
Datum current_fast(FunctionCallInfo fcinfo, CallSite* site, MissingTenant missing) {
  const Setting& setting = *site->setting;
  std::uint64_t const state = changes;
  Datum value;
  if (!setting.tenant.is_set)
    value = missing_tenant(fcinfo, setting.name, missing);
  else if (has_form(site->type))
    value = own_form(site, setting.name, setting.text, setting.tenant);
  else
    value = from_text(fcinfo, site, setting.name, setting.text);
  if (site->name_is_constant) {
    site->state = state;
    site->value = value;
    site->is_null = fcinfo->isnull;
  }
  return value;
}

// The tenant of any other setting: the server keeps its value as text. Reading is subject to the
// privileges that SHOW asks for.
Datum current_slow(FunctionCallInfo fcinfo, CallSite* site, MissingTenant missing) {
  require_sealable(site->name);
  const char* const text = GetConfigOption(site->name, true, true);
  if (!text || *text == '\0') return missing_tenant(fcinfo, site->name, missing);
  return has_form(site->type) ? own_form(site, site->name, text, parse_tenant(text))
                              : from_text(fcinfo, site, site->name, text);
}

// The name may have got the fast path, or lost it, since the site was made.
void read_name(FunctionCallInfo fcinfo, CallSite* site, int position) {
  std::string_view name = own_setting;
  if (position >= 0) {
    const text* const argument = PG_GETARG_TEXT_PP(position);
    name = {VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument)};
  }
  site->setting = find_setting(name);
  if (site->setting || (site->name && name == site->name)) return;
  if (site->name) pfree(site->name);
  site->name = static_cast<char*>(MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, name.size() + 1));
  std::memcpy(site->name, name.data(), name.size());
}

CallSite* begin_calls(FunctionCallInfo fcinfo, Oid type, int name_position) {
  require_known_seal();
  auto* const site =
      static_cast<CallSite*>(MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite)));
  site->type = type;
  site->name_is_constant = name_position < 0 || argument_is_constant(fcinfo, name_position);
  fcinfo->flinfo->fn_extra = site;
  return site;
}

// A call whose site does not know its value; from here on it does.
[[gnu::noinline]] Datum current_tenant(FunctionCallInfo fcinfo, Oid type, int name_position,
                                       MissingTenant missing) {
  auto* site = static_cast<CallSite*>(fcinfo->flinfo->fn_extra);
  if (!site) site = begin_calls(fcinfo, type, name_position);
  read_name(fcinfo, site, name_position);
  return site->setting ? current_fast(fcinfo, site, missing) : current_slow(fcinfo, site, missing);
}

// All that a call costs from the second row on.
inline const CallSite* known(FunctionCallInfo fcinfo) noexcept {
  const auto* const site = static_cast<const CallSite*>(fcinfo->flinfo->fn_extra);
  return site && site->state == changes ? site : nullptr;
}

// Apart, so that a call whose site knows its value needs no stack.
[[gnu::noinline]] Datum current_typed_tenant(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(1)) PG_RETURN_NULL();
  Oid const type = get_fn_expr_argtype(fcinfo->flinfo, 0);
  if (!OidIsValid(type)) elog(ERROR, "could not determine the type of the tenant");
  return current_tenant(fcinfo, type, 1, on_missing_tenant);
}

}  // namespace

TENANCY_FUNCTION(tenancy_current_tenant) {
  const CallSite* const site = known(fcinfo);
  if (!site) [[unlikely]]
    return current_typed_tenant(fcinfo);
  fcinfo->isnull = site->is_null;
  return site->value;
}

// For looking, not for policies: no tenant is no error here.
TENANCY_FUNCTION(tenancy_current_tenant_text) {
  return current_tenant(fcinfo, TEXTOID, -1, MissingTenant::deny);
}

}  // namespace tenancy::tenant
