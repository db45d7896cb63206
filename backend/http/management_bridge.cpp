#include "backend/http/management_bridge.h"

#include <pistache/http.h>
#include <pistache/router.h>

#include <atomic>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "backend/http/management_error.h"

namespace geminate::http {
namespace {

namespace Rest = Pistache::Rest;

/// More than any management path needs: the router works on it with regular expressions.
constexpr std::size_t kMaxPath = 1024;
constexpr std::size_t kParserRoom = 2 * kMaxPath;

/// One management request that waits for its answer. Lives on the loop's thread, except for deliver().
class PendingAnswer final : public ManagementReply::Channel,
                            public ResponseObserver,
                            public std::enable_shared_from_this<PendingAnswer> {
 public:
  PendingAnswer(reactor::EventLoop& loop, ResponseSink& sink, std::string_view request_id)
      : loop_(&loop), thread_(std::this_thread::get_id()), sink_(&sink), request_id_(request_id) {}

  void deliver(ManagementAnswer answer) override {
    if (std::this_thread::get_id() == thread_) {
      send(answer);
      return;
    }
    loop_->post([self = shared_from_this(), answer = std::move(answer)] { self->send(answer); });
  }

  void on_client_gone() override {
    sink_ = nullptr;
    const auto keep = std::move(self_);
  }
  void on_drained() override {}

  /// The answer will come later: from now on the client may leave before it.
  void wait() {
    if (sink_ == nullptr) return;
    self_ = shared_from_this();
    sink_->observe(this);
  }

 private:
  void send(const ManagementAnswer& answer) {
    const auto keep = std::move(self_);
    auto* const sink = std::exchange(sink_, nullptr);
    if (sink == nullptr) return;
    ResponseHead head;
    head.status = answer.status;
    if (!answer.body.empty()) head.content_type = answer.content_type;
    head.extra = answer.extra;
    head.extra.append("x-request-id: ").append(request_id_);
    head.extra.append("\r\ncache-control: no-store\r\n");
    sink->send(head, answer.body);
  }

  reactor::EventLoop* loop_;
  std::thread::id thread_;
  ResponseSink* sink_;
  std::string request_id_;
  /// While the sink knows it as its observer.
  std::shared_ptr<PendingAnswer> self_;
};

/// The router wants a writer for each request; nobody writes to this one.
class MuteHandler final : public Pistache::Http::Handler {
  HTTP_PROTOTYPE(MuteHandler)
  void onRequest(const Pistache::Http::Request&, Pistache::Http::ResponseWriter) override {}
};

/// "/api/x/{id}" as Pistache writes it.
std::string router_path(std::string_view path) {
  std::string text(path);
  if (const auto at = text.find("{id}"); at != std::string::npos) text.replace(at, 4, ":id");
  return text;
}

Pistache::Http::Method method_of(api::Verb verb) {
  switch (verb) {
    case api::Verb::Get:
      return Pistache::Http::Method::Get;
    case api::Verb::Post:
      return Pistache::Http::Method::Post;
    case api::Verb::Put:
      return Pistache::Http::Method::Put;
    case api::Verb::Delete:
      return Pistache::Http::Method::Delete;
  }
  return Pistache::Http::Method::Get;
}

/// A path that the router may see. It would take "//a" for "/a" and "/a/" for "/a": then others' rules, say
/// about access, would have looked at another path than the handler's.
bool is_plain_path(std::string_view path) {
  return !path.empty() && path.size() <= kMaxPath && path.front() == '/' &&
         (path.size() == 1 || path.back() != '/') && path.find("//") == std::string_view::npos;
}

}  // namespace

struct ManagementBridge::Impl {
  explicit Impl(reactor::EventLoop& given) : loop(&given) {}

  /// The request under way, for the routes' handlers; they run inside route().
  struct Current {
    const HttpRequest& request;
    const Caller& caller;
    std::shared_ptr<PendingAnswer> answer;
    bool taken = false;
  };

  Rest::Route::Status route(const HttpRequest& request);

  reactor::EventLoop* loop;
  Rest::Router router;
  MuteHandler mute;
  Current* current = nullptr;
};

ManagementBridge::ManagementBridge(reactor::EventLoop& loop) : impl_(std::make_unique<Impl>(loop)) {}

ManagementBridge::~ManagementBridge() = default;

void ManagementBridge::add(api::Verb verb, std::string_view path, ManagementHandler handler) {
  const bool has_id = path.find("{id}") != std::string_view::npos;
  auto route = [impl = impl_.get(), has_id, handler = std::move(handler)](const Rest::Request& matched,
                                                                          Pistache::Http::ResponseWriter) {
    auto& current = *impl->current;
    current.taken = true;
    const ManagementRequest request{
        current.request, has_id ? matched.param(":id").as<std::string>() : std::string(), current.caller};
    handler(request, ManagementReply(current.answer));
    return Rest::Route::Result::Ok;
  };
  impl_->router.addRoute(method_of(verb), router_path(path), std::move(route));
}

Rest::Route::Status ManagementBridge::Impl::route(const HttpRequest& request) {
  // A HEAD is answered as a GET; the connection leaves out the body.
  std::string head(request.method() == "HEAD" ? std::string_view("GET") : request.method());
  head.append(" ").append(request.path()).append(" HTTP/1.1\r\nHost: management\r\n\r\n");
  Pistache::Http::RequestParser parser(kParserRoom);
  if (!parser.feed(head.data(), head.size())) return Rest::Route::Status::NotFound;
  if (parser.parse() != Pistache::Http::Private::State::Done) return Rest::Route::Status::NotFound;
  Pistache::Http::ResponseWriter writer(Pistache::Http::Version::Http11, nullptr, &mute, {});
  return router.route(parser.request, std::move(writer));
}

void ManagementBridge::dispatch(HttpRequest request, ResponseSink& sink, const Caller& caller) {
  const auto answer = std::make_shared<PendingAnswer>(*impl_->loop, sink, caller.request_id);
  Impl::Current current{request, caller, answer};
  impl_->current = &current;
  auto status = Rest::Route::Status::NotFound;
  try {
    if (is_plain_path(request.path())) status = impl_->route(request);
  } catch (const std::exception&) {
    // A method that Pistache does not know, or a handler that failed: in the latter case its reply has
    // answered.
    status = Rest::Route::Status::NotAllowed;
  }
  impl_->current = nullptr;
  if (current.taken) {
    answer->wait();
  } else if (status == Rest::Route::Status::NotAllowed) {
    answer->deliver(management_error(ErrorCode::MethodNotAllowed, "this path does not take that method"));
  } else {
    answer->deliver(management_error(ErrorCode::NotFound, "there is nothing at this path"));
  }
}

}  // namespace geminate::http
