#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/simulator/ledger.h"
#include "tools/simulator/replay.h"
#include "tools/simulator/reply.h"
#include "tools/simulator/request.h"
#include "tools/simulator/resources.h"
#include "tools/simulator/script.h"

namespace geminate::simulator {

struct SiteOptions {
  /// What happens when neither a rule, a header nor the key's text says otherwise.
  Behaviour usual;
  /// Keys that don't begin so are invalid; empty: every key is valid.
  std::string valid_keys;
  /// Request headers that are no violation, on top of those that a proxy may always send.
  std::vector<std::string> allowed_headers;
};

/// Which answer a request gets: routes, rules, recordings. Lives on the simulator's thread but for `script`
/// and `ledger`, which any thread may use.
class Site {
 public:
  struct Decision {
    Reply reply;
    Behaviour behaviour;
    /// Requests to the simulator itself are not counted.
    bool counted = true;
  };

  explicit Site(SiteOptions options) : options_(std::move(options)) {}

  Decision decide(const Request& request);
  void set_replay(Replay replay) { replay_ = std::move(replay); }

  Script& script() { return script_; }
  Ledger& ledger() { return ledger_; }
  const Ledger& ledger() const { return ledger_; }

 private:
  Behaviour behaviour_for(const Request& request, std::string_view key, std::string_view model);
  Reply reply_for(const Request& request, const Behaviour& behaviour, std::string_view model);
  Reply route(const Request& request, const Behaviour& behaviour, std::string_view key,
              std::string_view model);
  Reply control(const Request& request);
  void record(const Request& request, std::string key);

  SiteOptions options_;
  Script script_;
  Ledger ledger_;
  Resources resources_;
  std::optional<Replay> replay_;
};

}  // namespace geminate::simulator
