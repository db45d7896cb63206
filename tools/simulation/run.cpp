#include "tools/simulation/run.h"

#include <algorithm>
#include <queue>

#include "backend/proxy/retry_policy.h"
#include "tools/simulation/random.h"

namespace geminate::simulation {
namespace {

/// One request on its way.
struct Flight {
  const Request* request = nullptr;
  std::uint64_t number = 0;
  Time begun = 0;
  bool came_back = false;
  proxy::AttemptsSoFar so_far;
  std::vector<std::int64_t> tried;
  Grant grant;
  Answer answer;
};

class Run {
 public:
  Run(const World& world, const std::vector<Request>& requests, Google& google, Policy& policy)
      : world_(world), requests_(requests), google_(google), policy_(policy), tally_(world) {}

  Outcome play() {
    std::size_t next = 0;
    while (next < requests_.size() || !moments_.empty()) {
      const bool arrives =
          moments_.empty() || (next < requests_.size() && requests_[next].at <= moments_.top().at);
      if (arrives) {
        begin(next++);
      } else {
        const Moment moment = moments_.top();
        moments_.pop();
        now_ = moment.at;
        happens(moment);
      }
    }
    return {tally_.row(std::string(policy_.name())), tally_.losses()};
  }

 private:
  enum class What : std::uint8_t { Attempt, FirstByte, End, Refusal };
  /// Something that will happen to a flight.
  struct Moment {
    Time at = 0;
    std::uint64_t order = 0;
    std::size_t flight = 0;
    What what = What::Attempt;

    bool operator>(const Moment& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void later(Time delay, std::size_t flight, What what) {
    moments_.push({now_ + delay, order_++, flight, what});
  }

  void happens(const Moment& moment) {
    switch (moment.what) {
      case What::Attempt:
        return attempt(moment.flight);
      case What::FirstByte:
        return policy_.served(flights_[moment.flight].grant, clock_at(now_));
      case What::End:
        return ended(moment.flight);
      case What::Refusal:
        return refused_by_google(moment.flight);
    }
  }

  void begin(std::size_t number) {
    if (free_.empty()) {
      free_.push_back(flights_.size());
      flights_.emplace_back();
    }
    const std::size_t index = free_.back();
    free_.pop_back();
    now_ = requests_[number].at;
    Flight& flight = flights_[index];
    flight.request = &requests_[number];
    flight.number = number;
    flight.begun = now_;
    flight.came_back = false;
    flight.so_far = {};
    flight.tried.clear();
    budget_.on_request();
    attempt(index);
  }

  void attempt(std::size_t index) {
    Flight& flight = flights_[index];
    if (now_ - flight.begun > world_.deadline) return give_up(index, "deadline");
    const Request& request = *flight.request;
    const Ask ask{world_.models[request.model].name, request.model, request.estimate, flight.tried,
                  request.affinity};
    auto grant = policy_.acquire(ask, clock_at(now_));
    if (!grant.ok()) return refused(index, grant.error());
    flight.grant = std::move(grant).value();
    ++flight.so_far.attempts;
    flight.answer = google_.ask(
        {flight.grant.key, request.model, request.prompt_tokens, flight.number, flight.so_far.attempts},
        now_);
    tally_.called(request, google_.project_of(flight.grant.key), flight.answer, now_);
    if (flight.answer.cause != Cause::None) return later(flight.answer.latency, index, What::Refusal);
    later(request.duration * 3 / 10, index, What::FirstByte);
    later(request.duration, index, What::End);
  }

  void ended(std::size_t index) {
    Flight& flight = flights_[index];
    const Request& request = *flight.request;
    google_.finish(flight.grant.key, request.model, request.answer_tokens, now_);
    policy_.settle(flight.grant, request.prompt_tokens, request.answer_tokens, clock_at(now_));
    tally_.served(request, google_.project_of(flight.grant.key), flight.so_far.attempts);
    free_.push_back(index);
  }

  void refused_by_google(std::size_t index) {
    Flight& flight = flights_[index];
    tally_.heard(*flight.request, google_.project_of(flight.grant.key), flight.answer, now_);
    const keys::Verdict judged = keys::judge(flight.answer.error, false);
    const keys::VerdictKind verdict =
        policy_.refused(flight.grant, judged, flight.answer.error.http_status, clock_at(now_));
    policy_.settle(flight.grant, 0, 0, clock_at(now_));
    if (verdict == keys::VerdictKind::UpstreamFault) ++flight.so_far.upstream_faults;
    const std::uint32_t most = policy_.most_attempts();
    if (most != 0 && flight.so_far.attempts >= most) return give_up(index, "attempts used up");
    const double jitter = fate(world_.seed, flight.number, flight.so_far.attempts);
    const std::chrono::milliseconds time_left{world_.deadline - (now_ - flight.begun)};
    const auto decision = proxy::decide(verdict, flight.so_far, {time_left, std::nullopt, jitter}, budget_);
    if (decision.step == proxy::NextStep::GiveUp) {
      return give_up(index, "given up after " + std::string(name_of(flight.answer.cause)));
    }
    if (decision.step == proxy::NextStep::TryAnotherKey) flight.tried.push_back(flight.grant.key);
    later(decision.wait.count(), index, What::Attempt);
  }

  void refused(std::size_t index, const Error& error) {
    Flight& flight = flights_[index];
    const Time wait = error.retry_after ? std::max<Time>(1, error.retry_after->count()) : kDay;
    if (world_.client_retries && !flight.came_back && wait <= kMinute) {
      flight.came_back = true;
      flight.begun = now_ + wait;
      flight.tried.clear();
      return later(wait, index, What::Attempt);
    }
    give_up(index, "refused: " + std::string(face_of(error.code).name));
  }

  void give_up(std::size_t index, std::string reason) {
    const Flight& flight = flights_[index];
    std::size_t able = 0;
    for (std::size_t project = 0; project < world_.projects; ++project) {
      able +=
          google_.would_serve(project, flight.request->model, flight.request->prompt_tokens, now_) ? 1 : 0;
    }
    reason = world_.models[flight.request->model].name + ", " + reason +
             (able > 0 ? ", though some project would have served" : ", no project could");
    tally_.unserved(std::move(reason), flight.so_far.attempts);
    free_.push_back(index);
  }

  const World& world_;
  const std::vector<Request>& requests_;
  Google& google_;
  Policy& policy_;
  Tally tally_;
  proxy::RetryBudget budget_;
  Time now_ = 0;
  std::uint64_t order_ = 0;
  std::priority_queue<Moment, std::vector<Moment>, std::greater<>> moments_;
  std::vector<Flight> flights_;
  std::vector<std::size_t> free_;
};

std::vector<std::size_t> projects_of(const World& world, const Google& google) {
  std::vector<std::size_t> projects;
  for (std::size_t key = 1; key <= world.keys(); ++key) {
    projects.push_back(google.project_of(static_cast<std::int64_t>(key)));
  }
  return projects;
}

}  // namespace

Now clock_at(Time time) {
  // 2026-06-15 00:00 in California.
  constexpr Timestamp kMidnight{std::chrono::sys_days{std::chrono::year{2026} / 6 / 15} +
                                std::chrono::hours{7}};
  constexpr MonotonicTime kBoot{std::chrono::hours{1000}};
  return {kMidnight + std::chrono::milliseconds{time}, kBoot + std::chrono::milliseconds{time}};
}

Outcome play(const World& world, const std::vector<Request>& requests, Google& google, Policy& policy) {
  return Run(world, requests, google, policy).play();
}

Outcome play_geminate(const World& world, const std::vector<Request>& requests) {
  Google google(world);
  const auto pool = geminate_pool(projects_of(world, google), clock_at(0));
  return play(world, requests, google, *pool);
}

std::vector<Outcome> compare(const World& world, const std::vector<Request>& requests) {
  using std::chrono::seconds;

  std::vector<Outcome> outcomes{play_geminate(world, requests)};
  const PeerWays ways[] = {
      {"round-robin, a 429 rests the key 60 s", Order::Turns, seconds{60}, 0},
      {"the same, 3 attempts", Order::Turns, seconds{60}, 3},
      {"random, a 429 rests the key 60 s", Order::Chance, seconds{60}, 0},
      {"random, no rest", Order::Chance, seconds{0}, 0},
      {"round-robin, no rest", Order::Turns, seconds{0}, 0},
  };
  for (const PeerWays& each : ways) {
    Google google(world);
    const auto policy = peer(each, world.keys(), world.seed);
    outcomes.push_back(play(world, requests, google, *policy));
  }
  return outcomes;
}

}  // namespace geminate::simulation
