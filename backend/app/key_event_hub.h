#pragma once

#include <string_view>
#include <vector>

#include "backend/keys/key_history.h"
#include "backend/keys/key_pool.h"
#include "backend/observe/live_feed.h"
#include "backend/observe/metrics.h"

namespace geminate::app {

/// Where everything that happens to keys comes together: it is counted, kept in the history and told to those
/// who listen. Any thread; never blocks on a store.
class KeyEventHub final : public keys::KeyEventListener {
 public:
  /// All borrowed.
  KeyEventHub(keys::KeyHistory& history, observe::LiveFeed& feed, observe::WorkerMetrics& metrics);

  void on_key_event(const keys::KeyEvent& event) override;
  /// What an admin or the clock did to these keys. Of a great many at once there is one event for all, so
  /// that a mass edit does not push everybody's evidence out of the history.
  void note(KeyEventKind kind, const std::vector<std::int64_t>& key_ids, std::string_view reason,
            Timestamp at);

  static constexpr std::size_t kMostOneByOne = 1000;

 private:
  void tell(KeyEventView event);

  keys::KeyHistory& history_;
  observe::LiveFeed& feed_;
  observe::WorkerMetrics& metrics_;
};

}  // namespace geminate::app
