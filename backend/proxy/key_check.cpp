#include "backend/proxy/key_check.h"

#include <algorithm>
#include <utility>

#include "backend/upstream/google_error.h"
#include "backend/upstream/secret_scrubber.h"

namespace geminate::proxy {
namespace {

using keys::VerdictKind;

/// Names no model, so that it says something about the key alone, and costs no quota of generating.
constexpr std::string_view kTarget = "/v1beta/models?pageSize=1";
constexpr std::chrono::seconds kDeadline{15};
/// More than any error of Google's has.
constexpr std::size_t kMostRead = 16 * 1024;
constexpr std::size_t kExcerpt = 500;

/// Whether the pool hears of it. That the listing of models is limited says nothing about the quotas that
/// requests spend, so it benches nobody.
bool is_for_the_pool(VerdictKind kind) {
  return kind == VerdictKind::Fine || kind == VerdictKind::Dead || kind == VerdictKind::Suspect;
}

}  // namespace

CheckVerdict check_verdict(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::Fine:
      return CheckVerdict::Valid;
    case VerdictKind::Dead:
      return CheckVerdict::Dead;
    case VerdictKind::Suspect:
      return CheckVerdict::Suspect;
    case VerdictKind::Limited:
    case VerdictKind::NoQuotaForModel:
      return CheckVerdict::Limited;
    default:
      return CheckVerdict::Unknown;
  }
}

/// One check in flight; ends exactly once.
class KeyChecks::Check final : public upstream::CallObserver {
 public:
  Check(KeyChecks& checks, keys::KeyLease&& lease, std::string&& request_id, Done&& done)
      : checks_(checks),
        lease_(std::move(lease)),
        request_id_(std::move(request_id)),
        done_(std::move(done)) {}
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;
  ~Check() {
    if (calling_) checks_.caller_.cancel(call_);
  }

  void send() {
    const upstream::GeminiRequest wanted{"GET", kTarget, {}, std::nullopt};
    auto head = checks_.settings_.protocol.write_head(wanted, lease_.key().text());
    if (!head.ok()) return finish({VerdictKind::UpstreamFault, {}, {}, head.error().message});
    head_ = std::move(head).value();
    upstream::CallRequest call;
    call.head = head_;
    call.deadlines = checks_.settings_.deadlines;
    call.deadlines.total = std::min<std::chrono::milliseconds>(call.deadlines.total, kDeadline);
    call.deadlines.first_byte = std::min(call.deadlines.first_byte, call.deadlines.total);
    call.deadlines.connect = std::min(call.deadlines.connect, call.deadlines.total);
    calling_ = true;
    const auto& routes = *checks_.settings_.routes;
    const auto& key = lease_.key();
    const auto& target = routes.target(routes.route_of(key.id(), key.project().name()));
    const auto id = checks_.caller_.start(target, call, *this);
    if (calling_) call_ = id;
  }

  void on_head(const upstream::AnswerHead& head) override { status_ = head.status; }
  void on_body(std::string_view bytes) override {
    text_.append(bytes.substr(0, kMostRead - std::min(text_.size(), kMostRead)));
  }
  void on_done() override {
    calling_ = false;
    if (is_list()) return finish({});
    text_ = upstream::scrub(text_, lease_.key().text());
    const auto google = upstream::read_google_error(status_, text_);
    auto verdict = keys::judge(google, false);
    // A 200 that is no list of models is somebody else's page between us and Google.
    if (verdict.kind == VerdictKind::Fine) {
      verdict = {VerdictKind::UpstreamFault, {}, {}, "the answer was not Google's"};
    }
    finish(verdict);
  }
  void on_failed(const upstream::CallFailure& failure) override {
    calling_ = false;
    status_ = 0;
    checks_.metrics_.upstream_failures(static_cast<observe::UpstreamFailure>(failure.kind));
    finish(keys::judge(upstream::transport_fault(failure.kind)));
  }

 private:
  [[nodiscard]] bool is_list() const {
    return status_ == 200 && text_.find("\"models\"") != std::string::npos;
  }

  void finish(const keys::Verdict& verdict) {
    const auto result = check_verdict(verdict.kind);
    checks_.metrics_.key_checks(static_cast<observe::CheckResult>(result));
    if (is_for_the_pool(verdict.kind)) {
      const auto excerpt = verdict.kind == VerdictKind::Fine ? std::string_view{} : std::string_view(text_);
      checks_.pool_.report_check(lease_, verdict, {request_id_, status_, excerpt.substr(0, kExcerpt)},
                                 checks_.loop_.now());
    }
    lease_.settle(0, checks_.loop_.now());
    const KeyCheckOutcome outcome{lease_.key().id(), result, status_, verdict.reason};
    const auto done = std::move(done_);
    checks_.retire(*this);
    done(outcome);
  }

  KeyChecks& checks_;
  keys::KeyLease lease_;
  const std::string request_id_;
  Done done_;
  std::string head_;
  upstream::CallId call_;
  bool calling_ = false;
  int status_ = 0;
  std::string text_;
};

KeyChecks::KeyChecks(reactor::EventLoop& loop, upstream::UpstreamCaller& caller, keys::KeyPool& pool,
                     observe::WorkerMetrics& metrics, const UpstreamSettings& settings)
    : loop_(loop),
      caller_(caller),
      pool_(pool),
      metrics_(metrics),
      settings_(settings),
      self_(std::make_shared<KeyChecks*>(this)) {}

KeyChecks::~KeyChecks() { *self_ = nullptr; }

void KeyChecks::check(std::int64_t key_id, std::string request_id, Done done) {
  auto lease = pool_.lease_for_check(key_id, loop_.now());
  if (!lease.ok()) return done({key_id, CheckVerdict::Unknown, 0, "the key is not there any more"});
  in_flight_.push_back(
      std::make_unique<Check>(*this, std::move(lease).value(), std::move(request_id), std::move(done)));
  in_flight_.back()->send();
}

void KeyChecks::post_check(std::int64_t key_id, std::string request_id, Done done) const {
  loop_.post([self = self_, key_id, request_id = std::move(request_id), done = std::move(done)] {
    if (*self != nullptr) (*self)->check(key_id, request_id, done);
  });
}

void KeyChecks::retire(Check& check) {
  const auto found = std::find_if(in_flight_.begin(), in_flight_.end(),
                                  [&check](const auto& owned) { return owned.get() == &check; });
  finished_.push_back(std::move(*found));
  *found = std::move(in_flight_.back());
  in_flight_.pop_back();
  if (finished_.size() > 1) return;
  loop_.defer([self = self_] {
    if (*self != nullptr) (*self)->finished_.clear();
  });
}

}  // namespace geminate::proxy
