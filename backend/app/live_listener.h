#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "backend/http/response_sink.h"
#include "backend/observe/live_feed.h"
#include "backend/observe/metrics.h"
#include "backend/reactor/timer_wheel.h"

namespace geminate::app {

/// One client of the live feed: writes what is published to its answer, on its worker's loop, until it
/// leaves, lags behind, has listened long enough or the server stops. Owns itself while the sink knows it.
class LiveListener final : public http::ResponseObserver, public std::enable_shared_from_this<LiveListener> {
 public:
  /// Between two signs of life when nothing happens.
  static constexpr std::chrono::seconds kKeepAlive{15};
  /// A listener has to show its credential again after so long; EventSource does so by itself.
  static constexpr std::chrono::minutes kLongest{30};

  /// Begins the answer, or says why there is none; the sink is untouched then. `feed` outlives the loop.
  /// `may_listen` is asked at each sign of life, and the answer ends when it says no; empty: never.
  /// Loop's thread only.
  static Status begin(observe::LiveFeed& feed, observe::WorkerMetrics& metrics, http::ResponseSink& sink,
                      std::string_view request_id, std::function<bool()> may_listen = {});

  LiveListener(observe::LiveFeed& feed, observe::WorkerMetrics& metrics, http::ResponseSink& sink);
  LiveListener(const LiveListener&) = delete;
  LiveListener& operator=(const LiveListener&) = delete;
  ~LiveListener();

  void on_client_gone() override;
  void on_drained() override;

 private:
  void open(std::string_view request_id);
  void deliver();
  void write(std::string_view frame);
  void keep_alive();
  /// Says goodbye with `frame` and ends the answer.
  void finish(std::string_view frame);
  /// Lets go of the sink. Nothing may be touched after it.
  void leave();

  observe::LiveFeed& feed_;
  observe::WorkerMetrics& metrics_;
  http::ResponseSink* sink_;
  std::shared_ptr<observe::LiveFeed::Subscription> subscription_;
  /// While the sink knows it.
  std::shared_ptr<LiveListener> self_;
  reactor::Timer keep_alive_;
  reactor::Timer end_;
  std::function<bool()> may_listen_;
  bool full_ = false;
};

}  // namespace geminate::app
