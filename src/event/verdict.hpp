// Whether an event is one that its registered schema accepts, and what is wrong with one that is
// not: what the trigger, the check of existing rows and the return from quarantine have in common.
#pragma once

#include "event/registry.hpp"
#include "jsonschema/report.hpp"

namespace tenancy::event {

// An event, detoasted. Plain data.
struct Event {
  const text* type;        // null where NULL
  const varlena* payload;  // null where NULL
  bool has_version;        // false where NULL, or where there is no column for it
  int version;

  std::string_view type_name() const noexcept {
    return {VARDATA_ANY(type), VARSIZE_ANY_EXHDR(type)};
  }
  Version wanted() const noexcept { return has_version ? Version(version) : std::nullopt; }
};

// The registered schemas, for one statement. Events of one type and version that follow each other
// share a look-up.
class Lookup {
 public:
  // As Edition::find(). C++ zone.
  const EventSchema& find(std::string_view type, Version version) {
    if (!has_last_ || last_version_ != version || last_type_ != type) find_anew(type, version);
    return last_;
  }
  // Makes the next look-up see what this backend has learned of: for another statement.
  void refresh() {
    if (edition_->is_current()) return;
    has_last_ = false;
    edition_ = Edition::current();
  }

 private:
  void find_anew(std::string_view type, Version version);

  std::shared_ptr<Edition> edition_ = Edition::current();
  std::string last_type_;
  Version last_version_;
  EventSchema last_;
  bool has_last_ = false;
};

enum class Verdict {
  accepted,
  no_type,
  unknown_type,  // or version; or all versions of the type are retired and none was given
  retired,       // that version
  no_payload,
  mismatch,
  undecided  // it takes too long to find out, or is nested too deeply
};

// `allow_unknown`: an event whose type was never registered, and that gives no version, is
// accepted. `allow_retired`: one in a retired version is, as those that are stored are. C++ zone;
// throws as validation::matches(), but for what is undecided.
Verdict judge(const Event& event, Lookup& lookup, bool allow_unknown, bool allow_retired);

// What is wrong with an event that was not accepted.
struct Objection {
  std::string message;                            // no capital, no full stop
  std::string hint;                               // a sentence, or empty
  std::vector<jsonschema::Violation> violations;  // of a mismatch
};
Objection explain(Verdict verdict, const Event& event, Lookup& lookup);

// The error of an event that is undecided, as validation::matches() throws it. It is looked for
// again.
[[noreturn]] void raise_undecided(const Event& event, Lookup& lookup);

}  // namespace tenancy::event
