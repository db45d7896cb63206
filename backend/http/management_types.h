#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "backend/http/http_types.h"
#include "backend/http/response_sink.h"
#include "shared/api/endpoints.h"
#include "shared/core/caller.h"

// What management routes and those who call them see: free of the router's library.

namespace geminate::http {

struct ManagementRequest {
  /// Lives until the handler returns; take from it what is needed later.
  const HttpRequest& request;
  /// What stood in `{id}`'s place, not decoded and not checked; empty where the path has none.
  std::string id;
  /// As the access check found it.
  const Caller& caller;
};

struct ManagementAnswer {
  std::uint16_t status = 200;
  std::string body;
  std::string content_type = "application/json";
  /// Further fields as ready-made lines.
  std::string extra;
};

/// The way back to the client: call it once, from any thread, now or later. When the client has gone, the
/// answer is dropped. One that is destroyed without having been called answers with an internal error, so no
/// client waits for ever. Must not outlive the worker's loop (which the listener keeps until it is
/// destroyed).
class ManagementReply {
 public:
  /// The other end, kept by whoever owns the client. Shared, because either side may be first to go.
  class Channel {
   public:
    virtual ~Channel() = default;
    /// Any thread.
    virtual void deliver(ManagementAnswer answer) = 0;
  };

  explicit ManagementReply(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  ManagementReply(ManagementReply&&) noexcept = default;
  ManagementReply& operator=(ManagementReply&&) = delete;
  ~ManagementReply();

  void operator()(ManagementAnswer answer);

 private:
  std::shared_ptr<Channel> channel_;
};

/// Called on a worker's thread: answer at once, or hand the reply to where the work is done. It must not
/// wait.
using ManagementHandler = std::function<void(const ManagementRequest&, ManagementReply)>;

/// Adds a route; `{id}` in the path stands for one segment.
using AddManagementRoute = std::function<void(api::Verb, std::string_view path, ManagementHandler)>;

/// Finds the handler of a management request. Worker's thread only.
class ManagementDispatcher {
 public:
  /// Always leads to one answer, also where no route fits. The caller's request id becomes x-request-id.
  virtual void dispatch(HttpRequest request, ResponseSink& sink, const Caller& caller) = 0;

 protected:
  ~ManagementDispatcher() = default;
};

/// The console's files. Worker's thread only.
class ConsoleFiles {
 public:
  /// Answers with the file at the request's path, or the console's page for /manage and below; false (and no
  /// answer) when there is none.
  virtual bool serve(const HttpRequest& request, ResponseSink& sink, std::string_view request_id) = 0;

 protected:
  ~ConsoleFiles() = default;
};

}  // namespace geminate::http
