#include "tenant/handover.hpp"

#include <charconv>

#include "tenant/settings.hpp"

namespace tenancy::tenant {
namespace {

constexpr const char* name = "tenancy.in_force";

char* variable = nullptr;
const char* handed = "";

void assign(const char* value, void*) noexcept {
  handed = value ? value : "";
  refresh_all();
}

// Takes the next entry off the text; false at its end, or where it is not as it should be.
bool next_entry(std::string_view* rest, std::string_view* setting,
                std::string_view* text) noexcept {
  std::size_t const equal = rest->find('=');
  if (equal == rest->npos) return false;
  *setting = rest->substr(0, equal);
  rest->remove_prefix(equal + 1);
  std::size_t length = 0;
  auto const [end, error] = std::from_chars(rest->data(), rest->data() + rest->size(), length);
  if (error != std::errc{}) return false;
  rest->remove_prefix(static_cast<std::size_t>(end - rest->data()));
  if (rest->size() < length + 2 || rest->front() != ':' || (*rest)[length + 1] != ';') return false;
  *text = rest->substr(1, length);
  rest->remove_prefix(length + 2);
  return true;
}

}  // namespace

void define_handover() {
  DefineCustomStringVariable(name, "The tenants in force, for parallel workers.", nullptr,
                             &variable, "", PGC_SUSET,
                             GUC_NO_SHOW_ALL | GUC_NO_RESET_ALL | GUC_NOT_IN_SAMPLE |
                                 GUC_DISALLOW_IN_FILE | GUC_SUPERUSER_ONLY,
                             nullptr, assign, nullptr);
}

void prepare_for_workers() {
  StringInfoData text;
  initStringInfo(&text);
  for (const Setting& setting : settings())
    if (setting.tenant.is_set)
      appendStringInfo(&text, "%s=%zu:%s;", setting.name, std::strlen(setting.text), setting.text);
  if (std::strcmp(text.data, handed) != 0)
    set_config_option(name, text.data, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
  pfree(text.data);
}

std::string_view handed_tenant(const char* setting) noexcept {
  std::string_view rest = handed, entry, text;
  while (next_entry(&rest, &entry, &text))
    if (is_same_name(entry, setting)) return text;
  return {};
}

}  // namespace tenancy::tenant
