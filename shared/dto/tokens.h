#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate {

/// For how long a budget of money has to last. Days and months are those of Californian clocks.
enum class BudgetPeriod : std::uint8_t { Day, Month, Life };

template <>
struct EnumNames<BudgetPeriod> {
  static constexpr std::array<std::pair<BudgetPeriod, std::string_view>, 3> kNames = {
      {{BudgetPeriod::Day, "day"}, {BudgetPeriod::Month, "month"}, {BudgetPeriod::Life, "life"}}};
};

namespace field_words {
inline constexpr const char* kTokenUser = "Who or what uses it.";
inline constexpr const char* kTokenExpiry = "From when on it is refused.";
}  // namespace field_words

/// The limits and settings that a token's row, draft and patch have in common.
template <class Self, class Field>
void describe_token_limits(Self& self, Field& field) {
  field("rate_limit_per_minute", self.rate_limit_per_minute, "Requests it may make in a minute.");
  field("max_tokens_per_day", self.max_tokens_per_day, "Tokens it may spend in a Pacific day.");
  field("tokens_per_minute", self.tokens_per_minute, "Tokens it may spend in a minute.");
  field("requests_per_day", self.requests_per_day, "Requests it may make in a Pacific day.");
  field("max_tokens_total", self.max_tokens_total, "Tokens it may spend in all its life.");
  field("max_cost_usd", self.max_cost_usd,
        "US dollars its requests may cost in a period, by the table of prices; models without a price cost "
        "nothing.");
  field("cost_period", self.cost_period,
        "How long that has to last: a Pacific day, a Pacific month or all its life. What was counted begins "
        "anew with another period.");
  field("models", self.models,
        "Models it may use; a * at the end stands for every name that begins so. Empty: all.");
  field("allowed_ips", self.allowed_ips,
        "Addresses (IPv4, IPv6) and CIDR blocks it may be used from. Empty: everywhere.");
  field("enable_context_management", self.enable_context_management,
        "Whether the oldest turns of a conversation that exceeds the context window are left out; null: the "
        "upstream key decides.");
  field("context_window", self.context_window,
        "Tokens a conversation may have then; null: as many as the upstream key says.");
}

/// A client token as the management API shows it; its secret is never in it.
struct ClientTokenView {
  std::int64_t id = 0;
  std::string token_preview;
  std::optional<std::string> description;
  Timestamp created_at{};
  std::optional<Timestamp> last_used_at;
  std::optional<Timestamp> expires_at;
  bool is_active = true;
  Origin origin = Origin::Console;
  std::optional<std::int64_t> rate_limit_per_minute;
  std::optional<std::int64_t> max_tokens_per_day;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> requests_per_day;
  std::optional<std::int64_t> max_tokens_total;
  std::optional<double> max_cost_usd;
  BudgetPeriod cost_period = BudgetPeriod::Month;
  std::vector<std::string> models;
  std::vector<std::string> allowed_ips;
  std::optional<bool> enable_context_management;
  std::optional<std::int64_t> context_window;
  std::int64_t requests_today = 0;
  std::int64_t tokens_used_today = 0;
  std::int64_t tokens_used_total = 0;
  double cost_used_usd = 0;
  std::optional<Timestamp> previous_valid_until;
  std::int64_t revision = 1;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("id", self.id, field_words::kId);
    field("token_preview", self.token_preview, "The last four characters of the token.");
    field("description", self.description, field_words::kTokenUser);
    field("created_at", self.created_at, "When it was made.");
    field("last_used_at", self.last_used_at, "When a request last presented it.");
    field("expires_at", self.expires_at, field_words::kTokenExpiry);
    field("is_active", self.is_active, "Whether it is accepted.");
    field("origin", self.origin, "Where it came from; the environment's cannot be deleted.");
    describe_token_limits(self, field);
    field("requests_today", self.requests_today, "Requests this Pacific day.");
    field("tokens_used_today", self.tokens_used_today, "Tokens spent this Pacific day.");
    field("tokens_used_total", self.tokens_used_total, "Tokens spent since it was made.");
    field("cost_used_usd", self.cost_used_usd,
          "US dollars spent in the running period; counted while there is a budget.");
    field("previous_valid_until", self.previous_valid_until,
          "Until when the secret before the last rotation is let in as well; null when it is not.");
    field("revision", self.revision, field_words::kRevision);
  }
};

/// Body of tokens/add.
struct TokenDraft {
  std::optional<std::string> description;
  std::optional<Timestamp> expires_at;
  std::optional<bool> is_active;
  std::optional<std::int64_t> rate_limit_per_minute;
  std::optional<std::int64_t> max_tokens_per_day;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> requests_per_day;
  std::optional<std::int64_t> max_tokens_total;
  std::optional<double> max_cost_usd;
  std::optional<BudgetPeriod> cost_period;
  std::optional<std::vector<std::string>> models;
  std::optional<std::vector<std::string>> allowed_ips;
  std::optional<bool> enable_context_management;
  std::optional<std::int64_t> context_window;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("description", self.description, field_words::kTokenUser);
    field("expires_at", self.expires_at, field_words::kTokenExpiry);
    field("is_active", self.is_active, "Whether it is accepted; true if left out.");
    describe_token_limits(self, field);
  }
};

/// Body of tokens/update: a field left out stays, null clears it.
struct TokenPatch {
  Patch<std::string> description;
  Patch<Timestamp> expires_at;
  Patch<bool> is_active;
  Patch<std::int64_t> rate_limit_per_minute;
  Patch<std::int64_t> max_tokens_per_day;
  Patch<std::int64_t> tokens_per_minute;
  Patch<std::int64_t> requests_per_day;
  Patch<std::int64_t> max_tokens_total;
  Patch<double> max_cost_usd;
  Patch<BudgetPeriod> cost_period;
  Patch<std::vector<std::string>> models;
  Patch<std::vector<std::string>> allowed_ips;
  Patch<bool> enable_context_management;
  Patch<std::int64_t> context_window;
  std::optional<std::int64_t> revision;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("description", self.description, field_words::kTokenUser);
    field("expires_at", self.expires_at, field_words::kTokenExpiry);
    field("is_active", self.is_active, "Whether it is accepted.");
    describe_token_limits(self, field);
    field("revision", self.revision, field_words::kPatchRevision);
  }
};

/// Body of tokens/rotate.
struct TokenRotation {
  std::optional<std::int64_t> grace_seconds;
  std::optional<std::int64_t> revision;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("grace_seconds", self.grace_seconds,
          "For how long the present secret stays valid: 0 to 2592000 (30 days); 86400 if left out.");
    field("revision", self.revision, field_words::kPatchRevision);
  }
};

/// Answer of tokens/add and tokens/rotate: the row and, this once, the whole secret.
struct TokenCreated : ClientTokenView {
  std::string token;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    ClientTokenView::describe(self, field);
    field("token", self.token, "The whole secret; it is never shown again.");
  }
};

/// Answer of tokens/data.
struct TokenList {
  std::vector<ClientTokenView> tokens;
  std::int64_t total_tokens = 0;
  bool is_admin = false;
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;
  std::string version{};

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("tokens", self.tokens, "Every client token.");
    field("total_tokens", self.total_tokens, "How many there are.");
    field("is_admin", self.is_admin, field_words::kIsAdmin);
    field("key_storage_mode", self.key_storage_mode, "Where tokens made in the console live.");
    field("version", self.version, "Changes with whatever this list shows; also its ETag.");
  }
};

/// Event `tokens` of the live feed: the list is another one.
struct TokensMoved {
  std::string version;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("version", self.version, "The list's version.");
  }
};

}  // namespace geminate
