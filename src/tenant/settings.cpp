#include "tenant/settings.hpp"

#include <charconv>

#include "tenant/token_settings.hpp"

namespace tenancy::tenant {
namespace {

char* tenant_id = nullptr;

// The 32 digits of a UUID, with or without hyphens and braces, as uuid_in reads them: a hyphen may
// stand after every fourth digit.
bool parse_uuid(const char* text, pg_uuid_t& uuid) noexcept {
  bool const braces = *text == '{';
  if (braces) ++text;
  for (int i = 0; i < UUID_LEN; ++i) {
    auto const [end, error] =
        std::from_chars(text, text + 2 * (text[0] && text[1]), uuid.data[i], 16);
    if (error != std::errc{} || end != text + 2) return false;
    text += 2;
    if (*text == '-' && i % 2 == 1 && i < UUID_LEN - 1) ++text;
  }
  if (braces && *text++ != '}') return false;
  return *text == '\0';
}

// What SET accepts as the name of a custom setting: two or more identifiers, joined by dots.
bool is_custom_name(const std::string& name) noexcept {
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

// Hooks are called by the server and may neither throw nor hold an object with a destructor.
bool check_tenant(char** value, void** extra, GucSource) noexcept {
  auto* const tenant = static_cast<Tenant*>(guc_allocate(sizeof(Tenant)));
  if (!tenant) return false;
  *tenant = parse_tenant(*value ? *value : "");
  *extra = tenant;
  return true;
}

void assign_tenant(const char* value, void* extra) noexcept {
  current.text = value;
  current.tenant = extra ? *static_cast<const Tenant*>(extra) : Tenant{};
  ++current.generation;
}

}  // namespace

constinit Current current{};

Tenant parse_tenant(const char* text) noexcept {
  Tenant tenant{};
  tenant.is_set = *text != '\0';
  const char* const end = text + std::strlen(text);
  // An integer as int8in reads it, but without white space around it.
  const char* const digits = *text == '+' && text[1] != '-' ? text + 1 : text;
  auto const [stop, error] = std::from_chars(digits, end, tenant.integer);
  tenant.is_integer = tenant.is_set && error == std::errc{} && stop == end;
  tenant.is_uuid = tenant.is_set && parse_uuid(text, tenant.uuid);
  return tenant;
}

void define_settings() {
  DefineCustomStringVariable(own_setting, "The tenant whose rows this session sees.",
                             "Empty: no tenant, and no row of an isolated table.", &tenant_id, "",
                             PGC_USERSET, 0, check_tenant, assign_tenant, nullptr);
  define_token_settings();
  MarkGUCPrefixReserved("tenancy");
}

void require_tenant_setting(const std::string& name) {
  // The names of settings are compared without regard to the case of ASCII letters.
  if (pg_strcasecmp(name.c_str(), own_setting) == 0) return;
  if (!is_custom_name(name))
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "setting \"" + name + "\" cannot hold a tenant")
        .hint("Use a name with a prefix, such as \"app.tenant_id\".");
  if (pg_strncasecmp(name.c_str(), "tenancy.", 8) == 0)
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "setting \"" + name + "\" cannot hold a tenant")
        .hint("The prefix \"tenancy\" is reserved; its setting is \"tenancy.tenant_id\".");
}

void set_tenant_setting(const std::string& name, const std::string& value, bool is_local) {
  server([&] {
    set_config_option(name.c_str(), value.c_str(), superuser() ? PGC_SUSET : PGC_USERSET,
                      PGC_S_SESSION, is_local ? GUC_ACTION_LOCAL : GUC_ACTION_SET, true, 0, false);
  });
}

}  // namespace tenancy::tenant
