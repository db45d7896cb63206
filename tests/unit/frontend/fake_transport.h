#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "frontend-wasm/api/transport.h"

namespace geminate::ui {

/// A server that answers when the test says so.
class FakeTransport final : public Transport {
 public:
  struct Call {
    CallId id;
    TransportRequest request;
    Done done;
  };

  struct Stream {
    CallId id;
    TransportRequest request;
    std::function<void(StreamStep)> moved;
  };

  CallId send(TransportRequest request, Done done) override {
    waiting.push_back({++last_, std::move(request), std::move(done)});
    ++sent;
    return last_;
  }
  CallId stream(TransportRequest request, std::function<void(StreamStep)> moved) override {
    streams.push_back({++last_, std::move(request), std::move(moved)});
    return last_;
  }
  void abort(CallId call) override {
    std::erase_if(waiting, [call](const Call& each) { return each.id == call; });
    std::erase_if(streams, [call](const Stream& each) { return each.id == call; });
    ++aborted;
  }

  /// Answers the oldest waiting call to that path; false when there is none.
  bool answer(std::string_view path, std::uint16_t status, std::string body = {}) {
    const auto at = std::find_if(waiting.begin(), waiting.end(),
                                 [path](const Call& call) { return goes_to(call, path); });
    if (at == waiting.end()) return false;
    // Taken out first: the answer may send again.
    const Done done = std::move(at->done);
    waiting.erase(at);
    done({status, std::move(body)});
    return true;
  }
  /// The waiting call to that path, or null.
  const TransportRequest* find(std::string_view path) const {
    for (const Call& call : waiting) {
      if (goes_to(call, path)) return &call.request;
    }
    return nullptr;
  }

  std::vector<Call> waiting;
  /// Those that were not aborted, ended or not.
  std::vector<Stream> streams;
  int sent = 0;
  int aborted = 0;

 private:
  /// `path` with its query, or without any.
  static bool goes_to(const Call& call, std::string_view path) {
    const std::string_view address = call.request.path;
    return address == path || address.substr(0, address.find('?')) == path;
  }

  CallId last_ = 0;
};

}  // namespace geminate::ui
