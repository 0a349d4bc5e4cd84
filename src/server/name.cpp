#include "server/name.hpp"

#include "server/guard.hpp"

namespace tenancy {
namespace {

constexpr std::size_t name_limit = NAMEDATALEN - 1;

// FNV-1a, 32 bits (draft-eastlake-fnv): only to tell long names apart.
std::uint32_t hash(const std::string& text) {
  std::uint32_t value = 2166136261U;
  for (char const c : text) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
  return value;
}

}  // namespace

std::string name_words(const std::string& text) {
  std::string result;
  bool between = true;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    bool const is_word = byte >= 0x80 || (byte >= '0' && byte <= '9') || byte == '_' ||
                         ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
    if (is_word) {
      if (between && !result.empty()) result += '_';
      result += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : c;
    }
    between = !is_word;
  }
  return result;
}

std::string fitting_name(const std::string& name) {
  if (name.size() <= name_limit) return name;
  char suffix[10];
  snprintf(suffix, sizeof suffix, "_%08x", hash(name));
  int const kept = server([&] {
    return pg_mbcliplen(name.c_str(), static_cast<int>(name.size()),
                        static_cast<int>(name_limit - std::strlen(suffix)));
  });
  return name.substr(0, static_cast<std::size_t>(kept)) + suffix;
}

std::string free_name(const std::string& wanted, Oid schema, std::set<std::string>& taken) {
  auto const exists = [&](const std::string& name) {
    return server([&] { return OidIsValid(get_relname_relid(name.c_str(), schema)); });
  };
  std::string name = fitting_name(wanted);
  for (int i = 1; taken.count(name) > 0 || exists(name); ++i)
    name = fitting_name(wanted + "_" + std::to_string(i));
  taken.insert(name);
  return name;
}

std::string name_some(const std::vector<std::string>& names) {
  constexpr std::size_t most = 5;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most; ++i)
    text += (i > 0 ? ", \"" : "\"") + names[i] + "\"";
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

}  // namespace tenancy
