// set_tenant(), clear_tenant() and current_tenant().
#include "server/function.hpp"
#include "tenant/settings.hpp"

namespace tenancy::tenant {
namespace {

// What a call site of current_tenant() remembers between rows. Plain data in fn_mcxt.
struct CallSite {
  Oid type;
  Oid io_parameter;
  FmgrInfo input;
  char* setting;             // null: the own setting
  bool setting_is_constant;  // the argument is a literal
  bool is_cached;            // `value` belongs to what follows
  std::uint64_t generation;
  char* text;
  Datum value;
  bool is_by_value;
};

struct Describe {
  const char* setting;
  Oid type;
};

void describe_input(void* argument) {
  auto* const describe = static_cast<const Describe*>(argument);
  errcontext("setting \"%s\", read as a tenant of type %s", describe->setting,
             format_type_be(describe->type));
}

[[noreturn]] void raise_malformed(const char* setting, const char* text, Oid type) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                  errmsg("setting \"%s\" holds \"%s\", which is no tenant of type %s", setting,
                         text, format_type_be(type))));
  pg_unreachable();
}

// From here to the end of this namespace everything is server zone: no object with a destructor is
// ever made, so that a call costs what reading a variable costs.

Datum input_tenant(const CallSite& site, const char* setting, const char* text) {
  Describe describe{setting, site.type};
  ErrorContextCallback callback{error_context_stack, describe_input, &describe};
  error_context_stack = &callback;
  Datum const value = InputFunctionCall(const_cast<FmgrInfo*>(&site.input), const_cast<char*>(text),
                                        site.io_parameter, -1);
  error_context_stack = callback.previous;
  return value;
}

Datum to_datum(const CallSite& site, const char* setting, const char* text, const Tenant& tenant) {
  switch (site.type) {
    case INT2OID:
      if (!tenant.is_integer || tenant.integer < PG_INT16_MIN || tenant.integer > PG_INT16_MAX)
        raise_malformed(setting, text, site.type);
      return Int16GetDatum(static_cast<int16>(tenant.integer));
    case INT4OID:
      if (!tenant.is_integer || tenant.integer < PG_INT32_MIN || tenant.integer > PG_INT32_MAX)
        raise_malformed(setting, text, site.type);
      return Int32GetDatum(static_cast<int32>(tenant.integer));
    case INT8OID:
      if (!tenant.is_integer) raise_malformed(setting, text, site.type);
      return Int64GetDatum(tenant.integer);
    case UUIDOID: {
      if (!tenant.is_uuid) raise_malformed(setting, text, site.type);
      auto* const uuid = static_cast<pg_uuid_t*>(palloc(sizeof(pg_uuid_t)));
      *uuid = tenant.uuid;
      return UUIDPGetDatum(uuid);
    }
    // These two would cut what is too long, and so show one tenant the rows of another.
    case CHAROID:
      if (std::strlen(text) > 1) raise_malformed(setting, text, site.type);
      break;
    case NAMEOID:
      if (std::strlen(text) >= NAMEDATALEN) raise_malformed(setting, text, site.type);
      break;
    default:
      break;
  }
  return input_tenant(site, setting, text);
}

CallSite* make_call_site(FunctionCallInfo fcinfo, Oid type) {
  auto* const site =
      static_cast<CallSite*>(MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite)));
  site->type = type;
  site->is_by_value = get_typbyval(type);
  Oid input_function;
  getTypeInputInfo(type, &input_function, &site->io_parameter);
  fmgr_info_cxt(input_function, &site->input, fcinfo->flinfo->fn_mcxt);
  return site;
}

// Forgets the value of a call site, and frees it: a caller that still needs the one returned last
// has copied it by now, as it must with every value computed for a row.
void forget(CallSite* site) {
  if (!site->is_cached) return;
  site->is_cached = false;
  if (!site->is_by_value) pfree(DatumGetPointer(site->value));
  if (site->text) pfree(site->text);
  site->text = nullptr;
}

void read_setting_argument(FunctionCallInfo fcinfo, CallSite* site, int position) {
  const text* const argument = PG_GETARG_TEXT_PP(position);
  std::string_view const name(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument));
  if (name == (site->setting ? site->setting : own_setting)) return;
  forget(site);
  if (site->setting) pfree(site->setting);
  site->setting = nullptr;
  if (name == own_setting) return;
  site->setting = static_cast<char*>(MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, name.size() + 1));
  std::memcpy(site->setting, name.data(), name.size());
  site->setting[name.size()] = '\0';
}

// Computes the value of a call site from a copy of the setting's text: an input function may run
// code of the user's, such as a domain's check, that sets the setting anew and so frees the text.
void compute(FunctionCallInfo fcinfo, CallSite* site, const char* setting, const char* text,
             const Tenant& tenant) {
  forget(site);
  MemoryContext const previous = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
  char* const copy = pstrdup(text);
  Datum const value = to_datum(*site, setting, copy, tenant);
  MemoryContextSwitchTo(previous);
  site->value = value;
  site->text = copy;
  site->is_cached = true;
}

Datum current_own(FunctionCallInfo fcinfo, CallSite* site) {
  if (site->is_cached && site->generation == current.generation) return site->value;
  std::uint64_t const generation = current.generation;
  compute(fcinfo, site, own_setting, current.text, Tenant(current.tenant));
  site->generation = generation;
  return site->value;
}

// Any other setting: a placeholder, whose value the server keeps as text. Reading is subject to the
// privileges that SHOW asks for.
Datum current_other(FunctionCallInfo fcinfo, CallSite* site, const char* text) {
  if (site->is_cached && std::strcmp(site->text, text) == 0) return site->value;
  compute(fcinfo, site, site->setting, text, parse_tenant(text));
  return site->value;
}

Datum current_tenant(FunctionCallInfo fcinfo, Oid type, int setting_position) {
  auto* site = static_cast<CallSite*>(fcinfo->flinfo->fn_extra);
  if (!site) {
    site = make_call_site(fcinfo, type);
    if (setting_position >= 0) read_setting_argument(fcinfo, site, setting_position);
    site->setting_is_constant =
        setting_position < 0 || argument_is_constant(fcinfo, setting_position);
    fcinfo->flinfo->fn_extra = site;
  } else if (!site->setting_is_constant) {
    read_setting_argument(fcinfo, site, setting_position);
  }
  if (!site->setting) {
    if (!current.tenant.is_set) PG_RETURN_NULL();
    return current_own(fcinfo, site);
  }
  const char* const text = GetConfigOption(site->setting, true, true);
  if (!text || *text == '\0') PG_RETURN_NULL();
  return current_other(fcinfo, site, text);
}

}  // namespace

TENANCY_FUNCTION(tenancy_set_tenant) {
  Arguments const arguments(fcinfo);
  if (arguments.is_null(0) || arguments.text(0).empty())
    throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "tenant must not be null or empty")
        .hint("Use tenancy.clear_tenant() to have no tenant.");
  std::string const setting = arguments.text(1);
  require_tenant_setting(setting);
  set_tenant_setting(setting, arguments.text(0), arguments.boolean(2));
  return PG_GETARG_DATUM(0);
}

TENANCY_FUNCTION(tenancy_clear_tenant) {
  std::string const setting = Arguments(fcinfo).text(0);
  require_tenant_setting(setting);
  set_tenant_setting(setting, "", false);
  PG_RETURN_VOID();
}

TENANCY_FUNCTION(tenancy_current_tenant) {
  if (PG_ARGISNULL(1)) PG_RETURN_NULL();
  auto* const site = static_cast<const CallSite*>(fcinfo->flinfo->fn_extra);
  Oid const type = site ? site->type : get_fn_expr_argtype(fcinfo->flinfo, 0);
  if (!OidIsValid(type)) elog(ERROR, "could not determine the type of the tenant");
  return current_tenant(fcinfo, type, 1);
}

TENANCY_FUNCTION(tenancy_current_tenant_text) {
  return current_tenant(fcinfo, TEXTOID, -1);
}

}  // namespace tenancy::tenant
