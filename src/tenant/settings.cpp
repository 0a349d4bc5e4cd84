#include "tenant/settings.hpp"

#include <array>

#include "tenant/fold.hpp"
#include "tenant/handover.hpp"
#include "tenant/missing.hpp"
#include "tenant/names.hpp"
#include "tenant/open_query.hpp"
#include "tenant/seal.hpp"
#include "tenant/token_settings.hpp"

namespace tenancy::tenant {
namespace {

constinit Setting table[max_settings] = {};
constinit int count = 0;
constinit std::uint64_t secret = 0;  // of this process, for tenants_in_force

// From here to the end of this namespace: server zone, called by the server.

bool check_tenant(Setting& setting, char** value, void** extra, GucSource source) {
  const char* const text = *value ? *value : "";
  std::uint64_t seals_in = 0;
  if (!may_assign(setting, text, source) || !prepare_to_seal(setting, text, source, &seals_in))
    return false;
  auto* const assignment = static_cast<Assignment*>(guc_allocate(sizeof(Assignment)));
  if (!assignment) return false;
  *assignment = {parse_tenant(text), source == PGC_S_SESSION, seals_in};
  *extra = assignment;
  return true;
}

void assign_tenant(Setting& setting, const char* value, void* extra) {
  auto const assignment = extra ? *static_cast<const Assignment*>(extra) : Assignment{};
  setting.value = value ? value : "";
  setting.value_tenant = assignment.tenant;
  setting.is_session_value = assignment.is_session_value;
  assigned(setting, assignment.seals_in);
  refresh(setting);
}

const char* show_tenant(Setting& setting) {
  refuse_reset();
  return setting.text;
}

// The server does not tell a hook which setting it is called for, so each has hooks of its own.
struct Hooks {
  GucStringCheckHook check;
  GucStringAssignHook assign;
  GucShowHook show;
};

template <int... index>
constexpr std::array<Hooks, sizeof...(index)> make_hooks(std::integer_sequence<int, index...>) {
  return {Hooks{[](char** value, void** extra, GucSource source) {
                  return check_tenant(table[index], value, extra, source);
                },
                [](const char* value, void* extra) { assign_tenant(table[index], value, extra); },
                []() { return show_tenant(table[index]); }}...};
}

constexpr auto hooks = make_hooks(std::make_integer_sequence<int, max_settings>());

// What only depends on the tenants, and on the process: texts of others give another number.
std::uint64_t hash_tenants() noexcept {
  std::uint64_t hash = secret;
  for (const Setting& setting : settings())
    if (setting.tenant.is_set)
      hash ^= hash_bytes_extended(reinterpret_cast<const unsigned char*>(setting.text),
                                  static_cast<int>(std::strlen(setting.text)),
                                  secret + static_cast<std::uint64_t>(&setting - table) + 1);
  return hash;
}

void define_all() {
  if (define_other_settings) define_other_settings();
  refuse_connection_options();
  if (!pg_strong_random(&secret, sizeof secret)) elog(ERROR, "could not generate a random number");
  tenants_in_force = secret;
  define_seal();  // first: it says what the values that follow are worth
  define_missing_tenant();
  define_folding();
  watch_queries();
  define_token_settings();
  define_setting(own_setting);
  table[0].is_listed = true;
  define_settings_list();
  define_handover();
}

}  // namespace

constinit std::uint64_t changes = 1;
constinit std::uint64_t tenants_in_force = 0;
constinit DefineSettings define_other_settings = nullptr;

std::span<Setting> settings() noexcept {
  return {table, static_cast<std::size_t>(count)};
}

bool is_defined_setting(std::string_view name) noexcept {
  for (const Setting& setting : settings())
    if (is_same_name(name, setting.name)) return true;
  return false;
}

Setting* find_setting(std::string_view name) noexcept {
  for (Setting& setting : settings())
    if (setting.is_listed && is_same_name(name, setting.name)) return &setting;
  return nullptr;
}

std::size_t room_for_settings() noexcept {
  return static_cast<std::size_t>(max_settings - count);
}

void define_setting(std::string_view name) {
  Setting& setting = table[count];
  const Hooks& own = hooks[static_cast<std::size_t>(count)];
  auto* const copy = static_cast<char*>(MemoryContextAllocZero(TopMemoryContext, name.size() + 1));
  std::memcpy(copy, name.data(), name.size());
  setting.name = copy;
  setting.value = setting.text = "";
  bool const was_loading = loading;
  loading = true;
  PG_TRY();
  {
    DefineCustomStringVariable(copy, "The tenant whose rows this session sees.",
                               "Empty: no tenant, and no row of an isolated table.",
                               &setting.variable, "", PGC_USERSET, 0, own.check, own.assign,
                               own.show);
  }
  PG_FINALLY();
  { loading = was_loading; }
  PG_END_TRY();
  for (const config_generic* record : all_settings())
    if (is_same_name(record->name, copy)) setting.variable_record = record;
  ++count;
}

void refresh(Setting& setting) noexcept {
  InForce const now = in_force(setting);
  // As a parallel worker begins, the server has freed the old value already.
  bool const is_same = !InitializingParallelWorker && std::strcmp(setting.text, now.text) == 0;
  setting.text = now.text;
  if (is_same) return;
  setting.tenant = now.tenant;
  ++changes;
  tenants_in_force = hash_tenants();
  forget_folded_plans();
}

void refresh_all() noexcept {
  for (Setting& setting : settings()) refresh(setting);
}

bool define_settings() {
  enum class State { begins, done, failed };
  static constinit State state = State::begins;
  if (state == State::done) return true;
  if (IsInParallelMode()) return false;  // where the server lets nothing be set
  // What was defined stays, and cannot be defined again; what was not is not there.
  if (state == State::failed)
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("pg_tenancy could not be loaded in this session"), errhint("Connect again.")));
  loading = true;
  PG_TRY();
  { define_all(); }
  PG_CATCH();
  {
    loading = false;
    if (count > 0) state = State::failed;
    PG_RE_THROW();
  }
  PG_END_TRY();
  loading = false;
  state = State::done;
  warn_of_ignored_values();
  MarkGUCPrefixReserved("tenancy");
  return true;
}

void require_settings() {
  if (define_settings()) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("pg_tenancy was loaded in a parallel operation, where it cannot be used"),
                  errhint("Name pg_tenancy in session_preload_libraries.")));
}

void require_tenant_setting(std::string_view name) {
  if (find_setting(name)) return;
  auto const refused = [&] {
    return Error(ERRCODE_INVALID_PARAMETER_VALUE,
                 "setting \"" + std::string(name) + "\" cannot hold a tenant");
  };
  if (!is_custom_name(name))
    throw refused().hint("Use a name with a prefix, such as \"app.tenant_id\".");
  if (is_own_name(name) && !is_same_name(name, own_setting))
    throw refused().hint(
        "The prefix \"tenancy\" is reserved; its setting is \"tenancy.tenant_id\".");
}

void set_tenant_setting(const char* name, const char* value, bool is_local) {
  require_settings();
  require_tenant_setting(name);
  require_sealable(name);
  set_config_option(name, value, superuser() ? PGC_SUSET : PGC_USERSET, PGC_S_SESSION,
                    is_local ? GUC_ACTION_LOCAL : GUC_ACTION_SET, true, 0, false);
}

}  // namespace tenancy::tenant
