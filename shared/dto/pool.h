#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/time.h"
#include "shared/dto/health.h"
#include "shared/dto/keys.h"

namespace geminate {

/// What the pool has left of a model's day. Sums are over projects with a key that may serve; those whose
/// limit nobody knows are counted apart, as they may have any amount left.
struct ModelCapacity {
  std::string model;
  std::int64_t projects = 0;
  std::int64_t requests_today = 0;
  std::int64_t tokens_today = 0;
  std::int64_t requests_known = 0;
  std::int64_t requests_limit = 0;
  std::int64_t requests_left = 0;
  std::int64_t tokens_known = 0;
  std::int64_t tokens_limit = 0;
  std::int64_t tokens_left = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("model", self.model, "The model.");
    field("projects", self.projects, "Google projects with a key that may serve it.");
    field("requests_today", self.requests_today, "Requests of these projects this Pacific day.");
    field("tokens_today", self.tokens_today, "Tokens of these projects this Pacific day.");
    field("requests_known", self.requests_known,
          "Projects whose limit of requests a day is known or believed.");
    field("requests_limit", self.requests_limit, "Those limits together.");
    field("requests_left", self.requests_left, "What is left of them.");
    field("tokens_known", self.tokens_known, "Projects whose limit of tokens a day is known or believed.");
    field("tokens_limit", self.tokens_limit, "Those limits together.");
    field("tokens_left", self.tokens_left, "What is left of them.");
  }
};

/// Answer of quotas/capacity.
struct CapacityReport {
  Timestamp at{};
  Timestamp resets_at{};
  std::vector<ModelCapacity> models;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("at", self.at, "When this was so.");
    field("resets_at", self.resets_at, "When Google begins the next day: midnight Pacific time.");
    field("models", self.models, "Models that were used today or have a known limit of the day, by name.");
  }
};

/// A time in which a key was not to be had.
struct KeySpanView {
  std::int64_t key_id = 0;
  Timestamp from{};
  std::optional<Timestamp> to;
  KeyState state = KeyState::Cooling;
  std::string model;
  std::int32_t reason = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("key_id", self.key_id, "The key.");
    field("from", self.from, "Since when; may lie before the beginning of the answer.");
    field("to", self.to, "Until when, which may lie ahead; null: until something happens.");
    field("state", self.state, "What it was.");
    field("model", self.model, "The model whose quota was spent; empty where that does not matter.");
    field("reason", self.reason, "Why: a place in the answer's reasons.");
  }
};

/// How many keys fell in a step of the day.
struct KeyFallsView {
  Timestamp time{};
  std::int32_t cooling = 0;
  std::int32_t suspect = 0;
  std::int32_t dead = 0;
  std::int32_t off = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("time", self.time, "When the step begins.");
    field("cooling", self.cooling, "Keys that began to rest.");
    field("suspect", self.suspect, "Keys that became suspect.");
    field("dead", self.dead, "Keys that were found dead.");
    field("off", self.off, "Keys that were disabled or expired.");
  }
};

/// Answer of keys/timeline. Keys that nothing happened to are not in it.
struct KeyTimeline {
  Timestamp from{};
  Timestamp to{};
  Timestamp complete_from{};
  std::int32_t step_seconds = 0;
  std::vector<KeySpanView> spans;
  std::vector<std::string> reasons;
  std::vector<KeyFallsView> falls;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("from", self.from, "Where the time begins: a day before its end.");
    field("to", self.to, "Where it ends: now.");
    field("complete_from", self.complete_from,
          "From when on all spans are here; before, some were left out or are no longer known.");
    field("step_seconds", self.step_seconds, "How long a step of `falls` is.");
    field("spans", self.spans, "By their beginning.");
    field("reasons", self.reasons, "Every reason once.");
    field("falls", self.falls, "The steps in which keys fell, in order; they count what `spans` leaves out.");
  }
};

}  // namespace geminate
