#include "tenant/settings.hpp"

#include <array>

#include "tenant/fold.hpp"
#include "tenant/missing.hpp"
#include "tenant/open_query.hpp"
#include "tenant/seal.hpp"
#include "tenant/token_settings.hpp"

namespace tenancy::tenant {
namespace {

constexpr const char* own_prefix = "tenancy";

constinit Setting table[max_settings] = {};
constinit int count = 0;

char* names = nullptr;  // tenancy.settings

bool is_own_prefix(std::string_view name) noexcept {
  std::size_t const length = std::strlen(own_prefix);
  return name.size() > length && name[length] == '.' &&
         pg_strncasecmp(name.data(), own_prefix, length) == 0;
}

// What SET accepts as the name of a custom setting: two or more identifiers, joined by dots.
bool is_custom_name(std::string_view name) noexcept {
  bool has_dot = false;
  bool at_start = true;
  for (char const c : name) {
    auto const byte = static_cast<unsigned char>(c);
    bool const is_letter = byte >= 0x80 || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
    if (c == '.') {
      if (at_start) return false;
      has_dot = at_start = true;
    } else if (is_letter || c == '_' || (!at_start && ((c >= '0' && c <= '9') || c == '$'))) {
      at_start = false;
    } else {
      return false;
    }
  }
  return has_dot && !at_start;
}

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

void define_tenant(const char* name) {
  Setting& setting = table[count];
  setting.name = name;
  setting.value = setting.text = "";
  const Hooks& own = hooks[static_cast<std::size_t>(count)];
  DefineCustomStringVariable(name, "The tenant whose rows this session sees.",
                             "Empty: no tenant, and no row of an isolated table.",
                             &setting.variable, "", PGC_USERSET, 0, own.check, own.assign,
                             own.show);
  ++count;
}

// The names of a list that commas separate, one after another; false at its end. White space around
// a name does not count.
bool next_name(const char** list, std::string_view* name) noexcept {
  if (!*list) return false;
  const char* const end = std::strchr(*list, ',');
  *name = end ? std::string_view(*list, static_cast<std::size_t>(end - *list)) : *list;
  *list = end ? end + 1 : nullptr;
  auto const is_space = [](char c) { return std::strchr(" \t\r\n", c) != nullptr; };
  while (!name->empty() && is_space(name->front())) name->remove_prefix(1);
  while (!name->empty() && is_space(name->back())) name->remove_suffix(1);
  return true;
}

constexpr std::size_t longest_name = 255;

bool is_defined(const char* name) {
  for (const config_generic* setting : all_settings())
    if (pg_strcasecmp(setting->name, name) == 0)
      return (setting->flags & GUC_CUSTOM_PLACEHOLDER) == 0;
  return false;
}

void define_named(std::string_view name) {
  auto* const copy = static_cast<char*>(MemoryContextAllocZero(TopMemoryContext, name.size() + 1));
  std::memcpy(copy, name.data(), name.size());
  loading = true;
  define_tenant(copy);
  loading = false;
}

// Defines the settings that are new in the list: here and not in the assign hook, which must not
// fail. One that is no longer in it stays what it is.
bool check_names(char** value, void**, GucSource source) {
  const char* list = *value && **value ? *value : nullptr;
  std::string_view name;
  int wanted = count;
  for (const char* rest = list; next_name(&rest, &name);) {
    int const length = static_cast<int>(name.size());
    if (!is_custom_name(name) || is_own_prefix(name) || name.size() > longest_name) {
      GUC_check_errdetail(
          "\"%.*s\" cannot hold a tenant: use a name with a prefix, such as "
          "\"app.tenant_id\".",
          length, name.data());
      return false;
    }
    if (find_setting(name)) continue;
    char copy[longest_name + 1] = {};
    std::memcpy(copy, name.data(), name.size());
    if (is_defined(copy)) {
      GUC_check_errdetail("\"%s\" is a setting of another module.", copy);
      return false;
    }
    if (++wanted > max_settings) {
      GUC_check_errdetail("There can be at most %d.", max_settings - 1);
      return false;
    }
  }
  if (source == PGC_S_TEST) return true;
  for (const char* rest = list; next_name(&rest, &name);) {
    if (!find_setting(name)) define_named(name);
  }
  return true;
}

// A setting that comes with a connection takes the place of the one that the role, the database or
// the server's configuration has. While no module has defined it the server asks for no right to
// do so; and then finds, as the module is loaded, that there was none, and falls back to the
// default. So whoever connects could lift the seal.
void refuse_connection_options() {
  for (const config_generic* setting : all_settings()) {
    if ((setting->flags & GUC_CUSTOM_PLACEHOLDER) == 0 || !is_own_prefix(setting->name) ||
        setting->reset_source != PGC_S_CLIENT || setting->reset_scontext != PGC_BACKEND ||
        pg_strcasecmp(setting->name, own_setting) == 0 ||
        pg_strcasecmp(setting->name, plan_per_tenant_name) == 0)
      continue;
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("permission denied to set parameter \"%s\" by the connection", setting->name)));
  }
}

}  // namespace

constinit std::uint64_t changes = 1;

std::span<Setting> settings() noexcept {
  return {table, static_cast<std::size_t>(count)};
}

Setting* find_setting(std::string_view name) noexcept {
  for (Setting& setting : settings())
    if (name == setting.name || (name.size() == std::strlen(setting.name) &&
                                 pg_strncasecmp(name.data(), setting.name, name.size()) == 0))
      return &setting;
  return nullptr;
}

void refresh(Setting& setting) noexcept {
  InForce const now = in_force(setting);
  // As a parallel worker begins, the server has freed the old value already.
  bool const is_same = !InitializingParallelWorker && std::strcmp(setting.text, now.text) == 0;
  setting.text = now.text;
  if (is_same) return;
  setting.tenant = now.tenant;
  ++changes;
  forget_folded_plans();
}

void refresh_all() noexcept {
  for (Setting& setting : settings()) refresh(setting);
}

bool define_settings() {
  static constinit bool done = false;
  if (done) return true;
  if (IsInParallelMode()) return false;  // where the server lets nothing be set
  refuse_connection_options();
  done = true;
  loading = true;
  define_seal();  // first: it says what the values that follow are worth
  define_missing_tenant();
  define_folding();
  watch_queries();
  define_token_settings();
  define_tenant(own_setting);
  DefineCustomStringVariable(
      "tenancy.settings",
      "Further settings that hold a tenant, and are as fast as tenancy.tenant_id.",
      "A list of names, such as \"app.user_id\", separated by commas.", &names, "", PGC_SUSET,
      GUC_LIST_INPUT | GUC_NO_RESET_ALL, check_names, nullptr, nullptr);
  loading = false;
  warn_of_ignored_values();
  MarkGUCPrefixReserved(own_prefix);
  return true;
}

void require_settings() {
  if (define_settings()) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("pg_tenancy was loaded in a parallel operation, where it cannot be used"),
                  errhint("Name pg_tenancy in session_preload_libraries.")));
}

void require_tenant_setting(std::string_view name) {
  const Setting* const setting = find_setting(name);
  if (setting) return;
  auto const refused = [&] {
    return Error(ERRCODE_INVALID_PARAMETER_VALUE,
                 "setting \"" + std::string(name) + "\" cannot hold a tenant");
  };
  if (!is_custom_name(name))
    throw refused().hint("Use a name with a prefix, such as \"app.tenant_id\".");
  if (is_own_prefix(name) && name != own_setting)
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
