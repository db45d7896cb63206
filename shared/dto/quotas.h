#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate {

namespace field_words {
inline constexpr const char* kQuotaProject = "The Google project; empty for a key that names none.";
inline constexpr const char* kQuotaKey = "The key whose own project it is; 0 where the project has a name.";
inline constexpr const char* kQuotaModel = "The model that is counted.";
}  // namespace field_words

/// Where a limit came from: an admin's word is firm, one that an error taught may prove wrong.
enum class LimitOrigin : std::uint8_t { Admin, Learnt, Believed };

template <>
struct EnumNames<LimitOrigin> {
  static constexpr std::array<std::pair<LimitOrigin, std::string_view>, 3> kNames = {
      {{LimitOrigin::Admin, "admin"}, {LimitOrigin::Learnt, "learnt"}, {LimitOrigin::Believed, "believed"}}};
};

/// One limit with what is known of it.
struct QuotaLimitView {
  std::int64_t amount = 0;
  LimitOrigin origin = LimitOrigin::Learnt;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("amount", self.amount, "How many.");
    field("origin", self.origin,
          "Who said so: an admin, an error about this project, or errors about other projects.");
  }
};

/// What a project has spent of a model's quotas, and what is known of their limits.
struct QuotaView {
  std::string project;
  std::int64_t key_id = 0;
  std::string model;
  std::int64_t requests_this_minute = 0;
  std::int64_t tokens_this_minute = 0;
  std::int64_t requests_today = 0;
  std::int64_t tokens_today = 0;
  std::int64_t in_flight = 0;
  std::optional<QuotaLimitView> requests_per_minute;
  std::optional<QuotaLimitView> tokens_per_minute;
  std::optional<QuotaLimitView> requests_per_day;
  std::optional<QuotaLimitView> tokens_per_day;
  std::vector<CooldownView> cooldowns;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("project", self.project, field_words::kQuotaProject);
    field("key_id", self.key_id, field_words::kQuotaKey);
    field("model", self.model, field_words::kQuotaModel);
    field("requests_this_minute", self.requests_this_minute, "Requests of the last minute.");
    field("tokens_this_minute", self.tokens_this_minute, "Prompt tokens of the last minute.");
    field("requests_today", self.requests_today, "Requests this Pacific day.");
    field("tokens_today", self.tokens_today, "Tokens this Pacific day.");
    field("in_flight", self.in_flight, "Requests on their way.");
    field("requests_per_minute", self.requests_per_minute, "The limit of requests in a minute.");
    field("tokens_per_minute", self.tokens_per_minute, "The limit of prompt tokens in a minute.");
    field("requests_per_day", self.requests_per_day, "The limit of requests in a Pacific day.");
    field("tokens_per_day", self.tokens_per_day, "The limit of tokens in a Pacific day.");
    field("cooldowns", self.cooldowns, "What of it rests, and until when.");
  }
};

/// Answer of quotas/data.
struct QuotaList {
  std::vector<QuotaView> quotas;
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("quotas", self.quotas, "Every project and model that was asked for.");
    field("key_storage_mode", self.key_storage_mode, "Where limits live that are set here.");
  }
};

/// Body of quotas/update: an admin's limits for one project and model. A field left out stays, null clears
/// it.
struct QuotaPatch {
  std::optional<std::string> project;
  std::optional<std::int64_t> key_id;
  std::string model;
  Patch<std::int64_t> requests_per_minute;
  Patch<std::int64_t> tokens_per_minute;
  Patch<std::int64_t> requests_per_day;
  Patch<std::int64_t> tokens_per_day;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("project", self.project, "The Google project that keys name.");
    field("key_id", self.key_id, "Instead of a project: the key that names none.");
    field("model", self.model, field_words::kQuotaModel);
    field("requests_per_minute", self.requests_per_minute, "Requests in a minute.");
    field("tokens_per_minute", self.tokens_per_minute, "Prompt tokens in a minute.");
    field("requests_per_day", self.requests_per_day, "Requests in a Pacific day.");
    field("tokens_per_day", self.tokens_per_day, "Tokens in a Pacific day.");
  }
};

}  // namespace geminate
