#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/result.h"
#include "tools/simulator/behaviour.h"
#include "tools/simulator/ledger.h"
#include "tools/simulator/script.h"

namespace geminate::simulator {

struct Options {
  std::string host = "127.0.0.1";
  /// 0: a free one.
  std::uint16_t port = 0;
  Behaviour usual;
  /// Keys that don't begin so are invalid; empty: every key is valid.
  std::string valid_keys;
  std::vector<std::string> allowed_headers;
  /// PEM files; both or none.
  std::string tls_certificate_file;
  std::string tls_key_file;
  /// Recordings (JSON Lines) that are answered as recorded; empty: none.
  std::string replay_file;
};

/// A stand-in for Gemini's API on a loopback port, with a thread of its own. All functions from any thread;
/// destroying it breaks every connection off and waits for the thread.
///
/// How a request is answered, first match: a rule added by `script`, the request's header "x-goog-sim:
/// <behaviour>", the key's text ("sim-429-…", presets in behaviour.h), Options::usual.
class Simulator {
 public:
  static Result<std::unique_ptr<Simulator>> start(Options options);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// "http://127.0.0.1:1234" or https.
  [[nodiscard]] std::string base_url() const;

  void script(Rule rule);
  /// Shorter: `behaviour` in the text form of parse_behaviour, which must be right; `times` 0: for good.
  void script_key(std::string key, std::string_view behaviour, std::uint32_t times = 0);
  void script_next(std::uint32_t times, std::string_view behaviour);
  void clear_script();

  [[nodiscard]] Stats stats() const;
  [[nodiscard]] std::vector<SeenRequest> requests() const;
  void reset_stats();
  /// False when `limit` passed before `wanted(stats)` held.
  [[nodiscard]] bool wait_until(const std::function<bool(const Stats&)>& wanted,
                                std::chrono::milliseconds limit = std::chrono::seconds(10)) const;

 private:
  class Server;
  explicit Simulator(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace geminate::simulator
