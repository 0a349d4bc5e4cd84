#include "event/enforcement.hpp"

namespace tenancy::event {

bool allows_unknown(const std::string& on_unknown) {
  if (on_unknown != "reject" && on_unknown != "allow")
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                "on_unknown must be \"reject\" or \"allow\", not \"" + on_unknown + "\"");
  return on_unknown == "allow";
}

std::vector<std::string> Enforcement::trigger_arguments() const {
  std::vector<std::string> arguments{type_column, payload_column, version_column,
                                     allow_unknown ? "allow" : "reject"};
  if (!quarantine.empty()) arguments.push_back(quarantine);
  return arguments;
}

Enforcement Enforcement::from_trigger_arguments(int count, char* const* arguments) {
  std::string_view const on_unknown = count == 4 || count == 5 ? arguments[3] : "";
  if (on_unknown != "reject" && on_unknown != "allow")
    throw Error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                "tenancy.check_event() takes four or five arguments, the fourth \"reject\" or "
                "\"allow\"")
        .hint("Create the trigger with tenancy.enforce_event_schemas().");
  return {arguments[0], arguments[1], arguments[2], on_unknown == "allow",
          count == 5 ? arguments[4] : ""};
}

namespace {

// The arguments of a trigger. Plain data.
struct TriggerArguments {
  int count = -1;  // -1: there is no such trigger
  char** arguments = nullptr;
};

// Server zone.
TriggerArguments read_arguments(Oid table) {
  TriggerArguments found;
  Oid const schema = get_namespace_oid("tenancy", true);
  List* const name = list_make2(makeString(pstrdup("tenancy")), makeString(pstrdup("check_event")));
  Oid const function = OidIsValid(schema) ? LookupFuncName(name, 0, nullptr, true) : InvalidOid;
  Relation const relation = table_open(table, AccessShareLock);
  const TriggerDesc* const triggers = relation->trigdesc;
  for (int i = 0; triggers && OidIsValid(function) && i < triggers->numtriggers; ++i) {
    const ::Trigger& trigger = triggers->triggers[i];
    if (trigger.tgfoid != function || found.count >= 0) continue;
    found.count = trigger.tgnargs;
    found.arguments = static_cast<char**>(palloc((trigger.tgnargs + 1) * sizeof(char*)));
    for (int j = 0; j < trigger.tgnargs; ++j) found.arguments[j] = pstrdup(trigger.tgargs[j]);
  }
  table_close(relation, NoLock);
  return found;
}

}  // namespace

std::optional<Enforcement> find_enforcement(const RelationFacts& relation) {
  TriggerArguments const found = server([&] { return read_arguments(relation.oid); });
  if (found.count < 0) return std::nullopt;
  return Enforcement::from_trigger_arguments(found.count, found.arguments);
}

}  // namespace tenancy::event
