#include "tools/simulation/traffic.h"

#include <algorithm>
#include <cmath>

#include "tools/simulation/random.h"

namespace geminate::simulation {
namespace {

/// Caps of what is log-normal, so that one request never outgrows a minute of a project's.
constexpr double kLongestPrompt = 60'000;
constexpr double kLongestAnswer = 8'000;
constexpr std::size_t kPrefixes = 50;

struct Burst {
  Time from = 0;
  Time until = 0;
};

/// How busy the world is at a moment, 1 in the mean but for the bursts.
class Course {
 public:
  Course(const World& world, Random& random) : length_(world.length) {
    const auto count = static_cast<std::size_t>(std::max<Time>(1, world.length / kHour));
    for (std::size_t i = 0; i < count; ++i) {
      const Time from = static_cast<Time>(random.uniform() * static_cast<double>(length_));
      bursts_.push_back({from, from + static_cast<Time>(random.between(1, 5) * kMinute)});
    }
  }

  /// Quietest at midnight; a run shorter than a day is a day in quick motion.
  [[nodiscard]] double at(Time time) const {
    constexpr double kTurn = 6.283185307179586;
    const double part = static_cast<double>(time) / static_cast<double>(std::min(length_, kDay));
    const double daily = 1.0 - kSwing * std::cos(kTurn * part);
    const auto holds = [time](const Burst& burst) { return burst.from <= time && time < burst.until; };
    return std::any_of(bursts_.begin(), bursts_.end(), holds) ? daily * kBurst : daily;
  }
  [[nodiscard]] static double highest() { return (1.0 + kSwing) * kBurst; }

 private:
  static constexpr double kSwing = 0.6;
  static constexpr double kBurst = 1.5;

  Time length_;
  std::vector<Burst> bursts_;
};

class Author {
 public:
  Author(const World& world, std::uint32_t model)
      : world_(world),
        model_(model),
        habits_(world.models[model].habits),
        random_(mixed(world.seed) + model),
        course_(world, random_) {
    for (std::size_t i = 0; i < kPrefixes; ++i)
      prefixes_.push_back(count(habits_.prefix, 0.6, kLongestPrompt));
  }

  std::vector<Request> write(double per_minute) {
    const double gap = static_cast<double>(kMinute) / (per_minute * Course::highest());
    double time = random_.exponential(gap);
    while (time < static_cast<double>(world_.length)) {
      const auto at = static_cast<Time>(time);
      if (random_.uniform() * Course::highest() < course_.at(at)) begin(at);
      time += random_.exponential(gap);
    }
    std::stable_sort(requests_.begin(), requests_.end(),
                     [](const Request& left, const Request& right) { return left.at < right.at; });
    return std::move(requests_);
  }

 private:
  std::int64_t count(double median, double sigma, double most) {
    return static_cast<std::int64_t>(std::clamp(random_.log_normal(median, sigma), 1.0, most));
  }

  void begin(Time at) {
    const double kind = random_.uniform();
    const double mark = random_.uniform();
    if (kind < habits_.conversation_share) return converse(at, mark);
    Request request = ask(at, mark, count(habits_.short_prompt, 1.0, kLongestPrompt));
    if (kind < habits_.conversation_share + habits_.shared_prefix_share) {
      // The square prefers the first ones: a few prefixes are in everybody's prompts.
      const double drawn = random_.uniform();
      const auto prefix = static_cast<std::size_t>(drawn * drawn * static_cast<double>(kPrefixes));
      lengthen(request, prefixes_[prefix]);
      request.affinity = mixed((std::uint64_t{model_} << 32) + prefix + 1);
    }
    requests_.push_back(request);
  }

  void converse(Time at, double mark) {
    const std::uint64_t name =
        mixed((std::uint64_t{model_} << 48) + (std::uint64_t{1} << 40) + ++conversations_);
    std::int64_t said = 0;
    const auto turns = static_cast<std::uint32_t>(2 + random_.exponential(4));
    for (std::uint32_t turn = 0; turn < turns && at < world_.length; ++turn) {
      Request request = ask(at, mark, count(habits_.short_prompt, 1.0, kLongestPrompt));
      lengthen(request, said);
      said = request.prompt_tokens + request.answer_tokens;
      request.affinity = name;
      request.turn = turn;
      requests_.push_back(request);
      at += request.duration + static_cast<Time>(random_.exponential(40) * kSecond) + kSecond;
    }
  }

  Request ask(Time at, double mark, std::int64_t prompt) {
    Request request;
    request.at = at;
    request.model = model_;
    request.mark = mark;
    request.prompt_tokens = prompt;
    request.answer_tokens = count(habits_.answer, 0.9, kLongestAnswer);
    request.duration = static_cast<Time>(std::clamp(random_.log_normal(3.0, 0.8), 0.5, 30.0) * kSecond);
    // A gateway counts characters: it is off by some, and of the answer it knows nothing.
    request.estimate = static_cast<std::int64_t>(static_cast<double>(prompt) * random_.between(0.8, 1.3)) + 1;
    return request;
  }

  static void lengthen(Request& request, std::int64_t tokens) {
    request.prompt_tokens =
        std::min(request.prompt_tokens + tokens, static_cast<std::int64_t>(kLongestPrompt));
    request.estimate += tokens;
  }

  const World& world_;
  std::uint32_t model_;
  const Habits& habits_;
  Random random_;
  Course course_;
  std::vector<std::int64_t> prefixes_;
  std::uint64_t conversations_ = 0;
  std::vector<Request> requests_;
};

}  // namespace

std::vector<Request> traffic_for(const World& world, std::uint32_t model, double per_minute) {
  return Author(world, model).write(per_minute);
}

}  // namespace geminate::simulation
