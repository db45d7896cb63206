#pragma once

#include <memory>
#include <string_view>

#include "backend/http/management_types.h"
#include "backend/reactor/event_loop.h"

namespace geminate::http {

/// Pistache's Rest::Router behind a wall: it gets messages that framing has accepted, written anew by us with
/// nothing in them but method and path, so its parser never sees a client's bytes; answers leave through our
/// ResponseSink, never through its writer. One per worker, on its loop's thread (the router is not made for
/// several).
class ManagementBridge final : public ManagementDispatcher {
 public:
  explicit ManagementBridge(reactor::EventLoop& loop);
  ManagementBridge(const ManagementBridge&) = delete;
  ManagementBridge& operator=(const ManagementBridge&) = delete;
  ~ManagementBridge();

  /// Before the first request.
  void add(api::Verb verb, std::string_view path, ManagementHandler handler);

  void dispatch(HttpRequest request, ResponseSink& sink, const Caller& caller) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace geminate::http
