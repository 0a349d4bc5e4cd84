#include "tenant/names.hpp"

#include "tenant/fold.hpp"
#include "tenant/settings.hpp"

namespace tenancy::tenant {
namespace {

constexpr std::string_view own_prefix = "tenancy.";
constexpr std::size_t longest_name = 255;

char* list_variable = nullptr;

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

const char* names_in(const char* list) noexcept {
  return list && *list ? list : nullptr;
}

// From here to the end of this namespace: server zone.

bool is_of_another_module(std::string_view name) {
  for (const config_generic* setting : all_settings())
    if (is_same_name(name, setting->name)) return (setting->flags & GUC_CUSTOM_PLACEHOLDER) == 0;
  return false;
}

// Refuses a list that holds a name which cannot be defined, and counts those that are not yet: one
// that stands there twice counts twice, which is the user's to mend.
bool can_define(const char* list, std::size_t* new_names) {
  std::string_view name;
  for (const char* rest = list; next_name(&rest, &name);) {
    int const length = static_cast<int>(name.size());
    if (!is_custom_name(name) || is_own_name(name) || name.size() > longest_name) {
      GUC_check_errdetail(
          "\"%.*s\" cannot hold a tenant: use a name with a prefix, such as "
          "\"app.tenant_id\".",
          length, name.data());
      return false;
    }
    if (is_defined_setting(name)) continue;
    if (is_of_another_module(name)) {
      GUC_check_errdetail("\"%.*s\" is a setting of another module.", length, name.data());
      return false;
    }
    ++*new_names;
  }
  return true;
}

// The settings are defined here and not in the assign hook, which must not fail.
bool check_list(char** value, void**, GucSource source) {
  const char* const list = names_in(*value);
  std::size_t new_names = 0;
  if (!can_define(list, &new_names)) return false;
  if (new_names > room_for_settings()) {
    GUC_check_errdetail("A session can have had %d of them.", max_settings - 1);
    return false;
  }
  if (source == PGC_S_TEST) return true;
  std::string_view name;
  for (const char* rest = list; next_name(&rest, &name);)
    if (!is_defined_setting(name)) define_setting(name);
  return true;
}

void assign_list(const char* value, void*) {
  for (Setting& setting : settings()) setting.is_listed = &setting == &settings().front();
  std::string_view name;
  for (const char* rest = names_in(value); next_name(&rest, &name);)
    for (Setting& setting : settings())
      if (is_same_name(name, setting.name)) setting.is_listed = true;
  ++changes;  // what a call site took for fast may be slow now, and the other way round
}

}  // namespace

bool is_own_name(std::string_view name) noexcept {
  return name.size() > own_prefix.size() &&
         is_same_name(name.substr(0, own_prefix.size()), own_prefix);
}

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

void define_settings_list() {
  DefineCustomStringVariable(
      "tenancy.settings",
      "Further settings that hold a tenant, and are as fast as tenancy.tenant_id.",
      "A list of names, such as \"app.user_id\", separated by commas.", &list_variable, "",
      PGC_SUSET, GUC_LIST_INPUT | GUC_NO_RESET_ALL, check_list, assign_list, nullptr);
}

// A setting that comes with a connection takes the place of the one that the role, the database or
// the server's configuration has. While no module has defined it the server asks for no right to
// do so; and then finds, as the module is loaded, that there was none, and falls back to the
// default. So whoever connects could lift the seal.
void refuse_connection_options() {
  for (const config_generic* setting : all_settings()) {
    if ((setting->flags & GUC_CUSTOM_PLACEHOLDER) == 0 || !is_own_name(setting->name) ||
        setting->reset_source != PGC_S_CLIENT || setting->reset_scontext != PGC_BACKEND ||
        is_same_name(setting->name, own_setting) ||
        is_same_name(setting->name, plan_per_tenant_name))
      continue;
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("permission denied to set parameter \"%s\" by the connection", setting->name)));
  }
}

}  // namespace tenancy::tenant
