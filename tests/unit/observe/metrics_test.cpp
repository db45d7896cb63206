#include "backend/observe/metrics.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace geminate::observe {
namespace {

using std::chrono::milliseconds;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool has_line(const std::string& text, const std::string& line) {
  return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

TEST(Metrics, HaveTheNamesThatDashboardsRelyOn) {
  // A name that changes here breaks somebody's dashboard: add, and think twice before anything else.
  const std::vector<std::string> expected{
      "geminate_requests_total counter",
      "geminate_upstream_attempts_total counter",
      "geminate_egress_breaker_trips_total counter",
      "geminate_upstream_retries_total counter",
      "geminate_upstream_failures_total counter",
      "geminate_tokens_total counter",
      "geminate_client_bytes_total counter",
      "geminate_client_disconnects_total counter",
      "geminate_framing_errors_total counter",
      "geminate_login_failures_total counter",
      "geminate_request_duration_seconds histogram",
      "geminate_time_to_first_byte_seconds histogram",
      "geminate_queue_wait_seconds histogram",
      "geminate_keys gauge",
      "geminate_egress_breaker_open gauge",
      "geminate_client_connections gauge",
      "geminate_upstream_connections gauge",
      "geminate_requests_in_flight gauge",
      "geminate_requests_waiting gauge",
      "geminate_body_budget_used_bytes gauge",
      "geminate_usage_records_dropped gauge",
      "geminate_log_lines_dropped gauge",
      "geminate_key_checks_total counter",
      "geminate_key_events_total counter",
      "geminate_live_listeners_dropped_total counter",
      "geminate_live_listeners gauge",
      "geminate_key_events_dropped gauge",
  };
  std::vector<std::string> found;
  for (const auto& line : lines_of(Metrics(1).render())) {
    if (line.starts_with("# TYPE ")) found.push_back(line.substr(7));
  }
  EXPECT_EQ(found, expected);
}

TEST(Metrics, AddTheWorkersUp) {
  Metrics metrics(2);
  metrics.worker(0).requests(Dialect::Gemini, StatusClass::Success);
  metrics.worker(1).requests(Dialect::Gemini, StatusClass::Success, 2);
  metrics.background().requests(Dialect::Anthropic, StatusClass::Cut);
  metrics.worker(1).tokens(Direction::Out, 1234567);
  metrics.worker(0).retries();
  const std::string text = metrics.render();
  EXPECT_TRUE(has_line(text, "geminate_requests_total{dialect=\"gemini\",status=\"2xx\"} 3")) << text;
  EXPECT_TRUE(has_line(text, "geminate_requests_total{dialect=\"anthropic\",status=\"cut\"} 1"));
  EXPECT_TRUE(has_line(text, "geminate_requests_total{dialect=\"openai\",status=\"5xx\"} 0"));
  EXPECT_TRUE(has_line(text, "geminate_tokens_total{direction=\"out\"} 1234567"));
  EXPECT_TRUE(has_line(text, "geminate_upstream_retries_total 1"));
}

TEST(Metrics, SortDurationsIntoBuckets) {
  Metrics metrics(1);
  metrics.worker(0).request_duration(Dialect::Openai, milliseconds{5});
  metrics.worker(0).request_duration(Dialect::Openai, milliseconds{700});
  metrics.worker(0).request_duration(Dialect::Openai, std::chrono::hours{1});
  const std::string text = metrics.render();
  const std::string name = "geminate_request_duration_seconds";
  EXPECT_TRUE(has_line(text, name + "_bucket{dialect=\"openai\",le=\"0.005\"} 1")) << text;
  EXPECT_TRUE(has_line(text, name + "_bucket{dialect=\"openai\",le=\"0.5\"} 1"));
  EXPECT_TRUE(has_line(text, name + "_bucket{dialect=\"openai\",le=\"1\"} 2"));
  EXPECT_TRUE(has_line(text, name + "_bucket{dialect=\"openai\",le=\"300\"} 2"));
  EXPECT_TRUE(has_line(text, name + "_bucket{dialect=\"openai\",le=\"+Inf\"} 3"));
  EXPECT_TRUE(has_line(text, name + "_count{dialect=\"openai\"} 3"));
  EXPECT_NE(text.find(name + "_sum{dialect=\"openai\"} 3600.705"), std::string::npos);
}

TEST(Metrics, AskForGaugesWhenRead) {
  Metrics metrics(1);
  double streams = 1;
  metrics.bind(Gauge::requests_in_flight, [&] { return std::vector<GaugeSample>{{"", streams}}; });
  metrics.bind(Gauge::keys, [] { return std::vector<GaugeSample>{{"ready", 3}, {"dead", 1}}; });
  streams = 7;
  const std::string text = metrics.render();
  EXPECT_TRUE(has_line(text, "geminate_requests_in_flight 7")) << text;
  EXPECT_TRUE(has_line(text, "geminate_keys{state=\"ready\"} 3"));
  metrics.bind(Gauge::requests_in_flight, {});
  EXPECT_FALSE(has_line(metrics.render(), "geminate_requests_in_flight 7"));
}

TEST(Metrics, MayBeReadWhileWorkersCount) {
  Metrics metrics(2);
  std::vector<std::thread> workers;
  for (unsigned worker = 0; worker < 2; ++worker) {
    workers.emplace_back([&metrics, worker] {
      for (int i = 0; i < 20'000; ++i) {
        metrics.worker(worker).requests(Dialect::Gemini, StatusClass::Success);
        metrics.worker(worker).request_duration(Dialect::Gemini, milliseconds{i % 100});
      }
    });
  }
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(metrics.render().empty());
  for (auto& worker : workers) worker.join();
  EXPECT_TRUE(has_line(metrics.render(), "geminate_requests_total{dialect=\"gemini\",status=\"2xx\"} 40000"));
}

TEST(Metrics, KnowTheClassOfAStatus) {
  EXPECT_EQ(status_class(200), StatusClass::Success);
  EXPECT_EQ(status_class(303), StatusClass::Redirect);
  EXPECT_EQ(status_class(429), StatusClass::ClientError);
  EXPECT_EQ(status_class(599), StatusClass::ServerError);
  EXPECT_EQ(status_class(101), StatusClass::Informational);
}

}  // namespace
}  // namespace geminate::observe
