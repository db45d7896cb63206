#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace geminate::simulation {

/// Simulated time: milliseconds since the run's first Pacific midnight.
using Time = std::int64_t;

inline constexpr Time kSecond = 1000;
inline constexpr Time kMinute = 60 * kSecond;
inline constexpr Time kHour = 60 * kMinute;
inline constexpr Time kDay = 24 * kHour;

enum class Tier : std::uint8_t { Free, Paid };
inline constexpr std::size_t kTiers = 2;

/// What Google lets one project do with one model. None: without limit; 0 requests a day: not in this tier.
struct Limits {
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> requests_per_day;

  [[nodiscard]] bool is_offered() const { return requests_per_day != 0; }
};

/// What people ask of a model. Kinds are shares of what begins (a conversation begins once).
struct Habits {
  double shared_prefix_share = 0.2;
  double conversation_share = 0.1;
  /// Medians of log-normal counts.
  double short_prompt = 300;
  double prefix = 4000;
  double answer = 400;
};

struct Model {
  std::string name;
  std::array<Limits, kTiers> limits;
  Habits habits;

  [[nodiscard]] const Limits& limits_of(Tier tier) const { return limits[static_cast<std::size_t>(tier)]; }
};

/// How a minute is counted: in fixed minutes, whose beginning each project has at another second, or in any
/// 60 seconds.
enum class Minutes : std::uint8_t { Fixed, Sliding };

/// Something that happens to Google whatever the quotas say.
struct Incident {
  /// Bare: a 429 that names neither quota nor delay, as when Google refuses an address.
  enum class Kind : std::uint8_t { Limited, Bare, Unavailable };
  Kind kind = Kind::Limited;
  Time from = 0;
  Time until = 0;
  /// The project that it hits; none: every one.
  std::optional<std::size_t> project{};
  /// The delay that a limit names, where that is not the time until its end.
  std::optional<Time> named{};
};

/// One run's conditions. The same world gives the same table.
struct World {
  std::uint64_t seed = 1;
  Time length = kDay;
  std::size_t projects = 200;
  std::size_t paid_projects = 20;
  std::size_t keys_per_project = 5;
  std::vector<Model> models;
  /// Share of the capacity that is asked for; see capacity.h.
  double load = 0.9;
  Minutes minutes = Minutes::Fixed;
  /// Whether answers count in the tokens of a minute; Google's quotas are of what goes in.
  bool answers_count = false;
  /// How long a client waits for the beginning of its answer.
  Time deadline = 60 * kSecond;
  /// Whether a refused client comes back once, when Retry-After says (and that is within a minute).
  bool client_retries = false;

  /// Share of attempts that Google answers with 503.
  double unavailable_share = 0.003;
  /// Share of a spent day's 429s that name half a minute in place of the time until midnight.
  double short_day_delay_share = 0.3;
  /// Keys that are revoked, each at a moment of its own.
  std::size_t dying_keys = 5;
  /// Whether one free project is suspended in the middle of the run.
  bool suspends_a_project = true;
  std::vector<Incident> incidents;

  [[nodiscard]] std::size_t keys() const { return projects * keys_per_project; }
  /// Paid projects stand first.
  [[nodiscard]] Tier tier_of(std::size_t project) const {
    return project < paid_projects ? Tier::Paid : Tier::Free;
  }
};

/// 1,000 keys in 200 projects, 20 of them paid, and three models: one bound by its days, one by its days with
/// ample minutes, and one that only the paid tier has and that the minutes bind.
World great_pool();
/// The same in small, for tests: 100 keys in 20 projects and so many hours.
World small_pool(Time length);

}  // namespace geminate::simulation
