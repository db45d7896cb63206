#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/change.h"
#include "shared/core/describe.h"
#include "shared/core/time.h"

namespace geminate {

/// One row of the audit log. Its names are texts, as they were written: a row may be older than the program.
struct AuditRow {
  /// An export is lines of JSON, each of them a row.
  static constexpr bool kFirstOfLines = true;
  std::int64_t id = 0;
  Timestamp at{};
  std::optional<std::int64_t> account_id;
  std::string name;
  std::string role;
  std::string entrance;
  std::string address;
  std::string request_id;
  std::string action;
  std::string target_kind;
  std::string target_id;
  std::vector<FieldMove> changes;
  std::string outcome;
  std::string hash;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("id", self.id, "Its place: rows are numbered without a gap.");
    field("at", self.at, "When.");
    field("account_id", self.account_id,
          "Whose account; 0: who has ADMIN_API_KEY; null: nobody's, as with a log-in that failed.");
    field("name", self.name, "The account's name.");
    field("role", self.role, "What the account might do: admin or viewer.");
    field("entrance", self.entrance, "How they came: session, bearer, server (the program itself) or none.");
    field("address", self.address, "From where.");
    field("request_id", self.request_id, "The request's x-request-id.");
    field("action", self.action, "What was done, as keys/update.");
    field("target_kind", self.target_kind, "To what kind of thing: key, keys, token, settings and the like.");
    field("target_id", self.target_id, "To which one; empty where the kind says it.");
    field("changes", self.changes, "What changed. Never a secret.");
    field("outcome", self.outcome, "done, or refused.");
    field("hash", self.hash, "What chains it to the row before, as hex.");
  }
};

/// Query of GET /api/manage/audit.
struct AuditQuery {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> before;
  std::optional<std::string> who;
  std::optional<std::string> action;
  std::optional<std::string> target;
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("limit", self.limit, "So many at most: 1 to 500, usually 50.");
    field("before", self.before, "The next_before of the page before.");
    field("who", self.who, "An account's name.");
    field("action", self.action, "An action, or how some begin: keys/ is all about keys.");
    field("target", self.target, "A kind (key), or a kind and which one (key/17).");
    field("from", self.from, "Not older than this.");
    field("to", self.to, "Older than this.");
  }
};

/// Answer of GET /api/manage/audit.
struct AuditPage {
  std::vector<AuditRow> rows;
  std::optional<std::int64_t> next_before;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("rows", self.rows, "The newest first.");
    field("next_before", self.next_before, "For the next page; null: there is none.");
  }
};

/// Query of GET /api/manage/audit/export.
struct AuditExportQuery {
  std::optional<std::int64_t> after;
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("after", self.after, "Only rows with a larger id: goes on where an export ended.");
    field("from", self.from, "Not older than this.");
    field("to", self.to, "Older than this.");
  }
};

/// Answer of GET /api/manage/audit/verify.
struct AuditVerification {
  bool ok = false;
  std::int64_t rows = 0;
  std::optional<std::int64_t> first_id;
  std::optional<std::int64_t> last_id;
  std::string head_hash;
  std::optional<std::int64_t> first_bad_id;
  std::optional<std::string> reason;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("ok", self.ok, "Whether every row is as it was written, and none is missing.");
    field("rows", self.rows, "How many rows hold.");
    field("first_id", self.first_id, "The oldest of them; those before were dropped for their age.");
    field("last_id", self.last_id, "The newest of them.");
    field("head_hash", self.head_hash, "The newest row's hash: noted elsewhere, it proves more later.");
    field("first_bad_id", self.first_bad_id, "Where the chain breaks.");
    field("reason", self.reason, "How, as a sentence.");
  }
};

}  // namespace geminate
