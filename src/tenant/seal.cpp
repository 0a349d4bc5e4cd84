#include "tenant/seal.hpp"

#include "tenant/handover.hpp"

namespace tenancy::tenant {
namespace {

constexpr config_enum_entry options[] = {
    {"off", static_cast<int>(Seal::off), false},
    {"transaction", static_cast<int>(Seal::transaction), false},
    {"token", static_cast<int>(Seal::token), false},
    {nullptr, 0, false}};

constexpr const char* seal_name = "tenancy.seal";

int seal_variable = static_cast<int>(Seal::off);

// Which transaction this is, counted from 1.
constinit std::uint64_t transaction = 1;
constinit bool has_sealed = false;        // in this transaction
constinit bool reset_under_seal = false;  // by the statement that runs
constinit bool authenticating = false;

ProcessUtility_hook_type next_utility = nullptr;

bool is_sealed(const Setting& setting) noexcept {
  return setting.sealed_in == transaction;
}

// Makes room for a tenant of so many bytes; false where there is no memory.
bool make_room(Setting& setting, std::size_t length) noexcept {
  if (length < setting.sealed_capacity) return true;
  auto* const grown = static_cast<char*>(std::realloc(setting.sealed_text, length + 1));
  if (!grown) return false;
  setting.sealed_text = grown;
  setting.sealed_capacity = length + 1;
  return true;
}

bool keep_sealed(Setting& setting, std::string_view text) noexcept {
  if (!make_room(setting, text.size())) return false;
  std::memcpy(setting.sealed_text, text.data(), text.size());
  setting.sealed_text[text.size()] = '\0';
  setting.sealed_tenant = parse_tenant(setting.sealed_text);
  return true;
}

// From here to the end of this namespace: server zone, called by the server.

void assign_seal(int value, void*) {
  seal = static_cast<Seal>(value);
  refresh_all();
}

void end_transaction(XactEvent event, void*) {
  switch (event) {
    case XACT_EVENT_COMMIT:
    case XACT_EVENT_ABORT:
    case XACT_EVENT_PREPARE:
    case XACT_EVENT_PARALLEL_COMMIT:
    case XACT_EVENT_PARALLEL_ABORT:
      ++transaction;
      reset_under_seal = false;
      if (has_sealed) refresh_all();
      has_sealed = false;
      break;
    default:
      break;
  }
}

void end_subtransaction(SubXactEvent event, SubTransactionId, SubTransactionId, void*) {
  if (event == SUBXACT_EVENT_ABORT_SUB) reset_under_seal = false;
}

// RESET, RESET ALL, SET TO DEFAULT and DISCARD ALL. No other statement resets a setting, and an
// error after BEGIN or SAVEPOINT would find the transaction between two states.
bool resets_settings(Node* statement) noexcept {
  if (IsA(statement, DiscardStmt)) return true;
  return IsA(statement, VariableSetStmt) &&
         castNode(VariableSetStmt, statement)->kind != VAR_SET_VALUE;
}

void run_utility(PlannedStmt* statement, const char* source, bool read_only,
                 ProcessUtilityContext context, ParamListInfo parameters, QueryEnvironment* queries,
                 DestReceiver* destination, QueryCompletion* completion) {
  bool const resets = resets_settings(statement->utilityStmt);
  reset_under_seal = false;
  (next_utility ? next_utility : standard_ProcessUtility)(
      statement, source, read_only, context, parameters, queries, destination, completion);
  if (resets) refuse_reset();
}

// Whether the value that is being assigned comes of a RESET, or of set_config(..., NULL, ...): not
// of a SET, which is asked for, nor of the end of a (sub)transaction, of the end of a function that
// has a setting of its own, or of the configuration, none of which stacks the value that was.
bool is_reset(const Setting& setting) noexcept {
  const config_generic* const record = setting.variable_record;
  return IsTransactionState() && record && record->stack && record->stack->state != GUC_SAVE;
}

bool refuse(const Setting& setting, const char* reason) {
  GUC_check_errcode(ERRCODE_INSUFFICIENT_PRIVILEGE);
  GUC_check_errmsg("setting \"%s\" is sealed", setting.name);
  GUC_check_errdetail("%s", reason);
  return false;
}

constexpr const char* stays = "The tenant of a transaction stays the same to its end.";

}  // namespace

constinit Seal seal = Seal::off;
constinit bool loading = false;

void define_seal() {
  DefineCustomEnumVariable(
      seal_name, "Who may change the tenant of a transaction.",
      "\"transaction\": nobody, once it is set; \"token\": only tenancy.authenticate() sets it.",
      &seal_variable, static_cast<int>(Seal::off), options, PGC_SUSET, GUC_NO_RESET_ALL, nullptr,
      assign_seal, nullptr);
  RegisterXactCallback(end_transaction, nullptr);
  RegisterSubXactCallback(end_subtransaction, nullptr);
  next_utility = ProcessUtility_hook;
  ProcessUtility_hook = run_utility;
}

void warn_of_ignored_values() {
  if (seal == Seal::off || IsParallelWorker()) return;
  for (const Setting& setting : settings())
    if (setting.is_session_value && setting.value_tenant.is_set)
      ereport(WARNING,
              (errmsg("setting \"%s\" was set before pg_tenancy was loaded and is ignored: "
                      "the tenant is sealed",
                      setting.name),
               errhint("Name pg_tenancy in session_preload_libraries, or use "
                       "tenancy.set_tenant().")));
}

InForce in_force(Setting& setting) noexcept {
  if (seal == Seal::off) return {setting.value, setting.value_tenant};
  if (IsParallelWorker()) {
    std::string_view const handed = handed_tenant(setting.name);
    if (handed.empty() || !keep_sealed(setting, handed)) return {"", {}};
    return {setting.sealed_text, setting.sealed_tenant};
  }
  return is_sealed(setting) ? InForce{setting.sealed_text, setting.sealed_tenant} : InForce{"", {}};
}

bool may_assign(const Setting& setting, const char* value, GucSource source) {
  // A value that comes from elsewhere than the session is never in force under a seal.
  if (seal == Seal::off || loading || InitializingParallelWorker || source < PGC_S_TEST)
    return true;
  if (source == PGC_S_TEST)  // ALTER ROLE ... SET, CREATE FUNCTION ... SET
    return *value == '\0' || superuser() ||
           refuse(setting, "A tenant that is configured does not count.");
  if (std::strcmp(value, setting.text) == 0) return true;
  if (is_sealed(setting) || IsParallelWorker()) return refuse(setting, stays);
  if (seal == Seal::token && !authenticating)
    return refuse(setting, "Only tenancy.authenticate() sets it.");
  return true;
}

bool prepare_to_seal(Setting& setting, const char* value, GucSource source,
                     std::uint64_t* seals_in) noexcept {
  if (seal == Seal::off || loading || IsParallelWorker() || source != PGC_S_SESSION ||
      *value == '\0')
    return true;
  *seals_in = transaction;
  if (is_sealed(setting)) return true;
  return make_room(setting, std::strlen(value));
}

void assigned(Setting& setting, std::uint64_t seals_in) noexcept {
  if (seal == Seal::off || loading) return;
  if (!is_sealed(setting)) {
    if (seals_in != transaction) return;
    keep_sealed(setting, setting.value);
    setting.sealed_in = transaction;
    has_sealed = true;
  } else if (is_reset(setting) && std::strcmp(setting.value, setting.sealed_text) != 0) {
    reset_under_seal = true;
  }
}

void refuse_reset() {
  if (!reset_under_seal) return;
  reset_under_seal = false;
  ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                  errmsg("the tenant is sealed and cannot be reset"), errdetail("%s", stays)));
}

void require_known_seal() {
  // Whatever the placeholder says, anybody may have set it.
  if (!define_settings() && GetConfigOption(seal_name, true, false)) require_settings();
}

void require_sealable(const char* setting) {
  if (seal == Seal::off || find_setting(setting)) return;
  ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                  errmsg("setting \"%s\" cannot be sealed", setting),
                  errhint("Name it in tenancy.settings.")));
}

void set_authenticated_tenant(const std::string& setting, const std::string& tenant) {
  struct Authenticating {
    Authenticating() { authenticating = true; }
    ~Authenticating() { authenticating = false; }
  } const authenticated;
  server([&] { set_tenant_setting(setting.c_str(), tenant.c_str(), true); });
}

}  // namespace tenancy::tenant
