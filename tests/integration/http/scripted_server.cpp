#include "tests/integration/http/scripted_server.h"

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace geminate::test {
namespace {

using namespace std::chrono_literals;

http::ResponseHead text_head(std::uint16_t status = 200) {
  http::ResponseHead head;
  head.status = status;
  head.content_type = "text/plain";
  return head;
}

/// An answer on its way; destroys itself with its end.
class Script : public http::ResponseObserver {
 public:
  Script(http::ResponseSink& sink, ServerRecord& record) : sink_(&sink), record_(&record) {
    sink.observe(this);
  }
  virtual ~Script() = default;

  void on_client_gone() override {
    record_->clients_gone.fetch_add(1);
    delete this;
  }
  void on_drained() override { record_->drained.fetch_add(1); }

 protected:
  http::ResponseSink* sink_;
  ServerRecord* record_;
};

class Never final : public Script {
 public:
  using Script::Script;
};

class Later final : public Script {
 public:
  Later(http::ResponseSink& sink, ServerRecord& record, std::string body, std::chrono::milliseconds delay)
      : Script(sink, record),
        body_(std::move(body)),
        timer_(
            sink.loop().timers(), [](void* self) { static_cast<Later*>(self)->answer(); }, this) {
    timer_.set(delay);
  }

 private:
  void answer() {
    sink_->send(text_head(), body_);
    delete this;
  }

  std::string body_;
  reactor::Timer timer_;
};

class Pieces final : public Script {
 public:
  Pieces(http::ResponseSink& sink, ServerRecord& record, int count)
      : Script(sink, record),
        count_(count),
        timer_(
            sink.loop().timers(), [](void* self) { static_cast<Pieces*>(self)->next(); }, this) {
    sink.begin_stream(text_head(), std::nullopt);
    next();
  }

 private:
  void next() {
    if (sent_ == count_) {
      sink_->end();
      delete this;
      return;
    }
    sink_->write("piece " + std::to_string(sent_++) + ";");
    timer_.set(1ms);
  }

  int count_;
  int sent_ = 0;
  reactor::Timer timer_;
};

class Flood final : public Script {
 public:
  Flood(http::ResponseSink& sink, ServerRecord& record, std::uint64_t size)
      : Script(sink, record), left_(size), piece_(8192, 'f') {
    sink.begin_stream(text_head(), std::nullopt);
  }

  void go_on() {
    while (left_ != 0) {
      const auto piece = std::string_view(piece_).substr(
          0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece_.size())));
      left_ -= piece.size();
      record_->written.fetch_add(piece.size());
      if (sink_->write(piece) == http::WriteResult::Full) {
        if (record_->told_full.fetch_add(1) == 0) record_->written_before_full.store(record_->written.load());
        return;
      }
    }
    sink_->end();
    delete this;
  }
  void on_drained() override {
    Script::on_drained();
    go_on();
  }

 private:
  std::uint64_t left_;
  std::string piece_;
};

class ScriptHandler final : public http::RequestHandler {
 public:
  ScriptHandler(reactor::EventLoop& loop, ServerRecord& record) : loop_(&loop), record_(&record) {}
  ~ScriptHandler() override {
    for (auto& thread : threads_) thread.join();
  }

  void handle(http::HttpRequest request, http::ResponseSink& sink) override {
    record_->handled.fetch_add(1);
    const auto path = std::string(request.path());
    const auto slash = path.find('/', 1);
    const auto number = slash == std::string::npos ? 0L : std::strtol(path.c_str() + slash + 1, nullptr, 10);
    const auto verb = path.substr(1, slash == std::string::npos ? slash : slash - 1);
    const auto echo =
        std::string(request.method()) + " " + std::string(request.target()) + "\n" + request.body();
    if (!stream(verb, number, sink)) answer(verb, number, echo, sink);
  }

  std::string framing_error_body(std::string_view target, const http::FramingFault& fault) override {
    return "{\"fault\":\"" + fault.message + "\",\"target\":\"" + std::string(target) + "\"}";
  }

 private:
  bool stream(std::string_view verb, long number, http::ResponseSink& sink) {
    if (verb == "pieces") {
      new Pieces(sink, *record_, static_cast<int>(number));
    } else if (verb == "flood") {
      (new Flood(sink, *record_, static_cast<std::uint64_t>(number)))->go_on();
    } else if (verb == "sized") {
      sink.begin_stream(text_head(), static_cast<std::uint64_t>(number) * 10);
      for (long i = 0; i < number; ++i) sink.write("ten bytes.");
      sink.end();
    } else if (verb == "short") {
      sink.begin_stream(text_head(), 100);
      sink.write("ten bytes.");
      sink.end();
    } else if (verb == "abort") {
      sink.begin_stream(text_head(), std::nullopt);
      sink.write("half");
      sink.abort();
    } else {
      return false;
    }
    return true;
  }

  void answer(std::string_view verb, long number, const std::string& echo, http::ResponseSink& sink) {
    if (verb == "hang") {
      new Never(sink, *record_);
    } else if (verb == "later") {
      new Later(sink, *record_, echo, std::chrono::milliseconds(number));
    } else if (verb == "posted") {
      threads_.emplace_back(
          [loop = loop_, &sink, echo] { loop->post([&sink, echo] { sink.send(text_head(), echo); }); });
    } else if (verb == "size") {
      sink.send(text_head(), std::string(static_cast<std::size_t>(number), 's'));
    } else if (verb == "status") {
      sink.send(text_head(static_cast<std::uint16_t>(number)), "x");
    } else {
      sink.send(text_head(), echo);
    }
  }

  reactor::EventLoop* loop_;
  ServerRecord* record_;
  std::vector<std::thread> threads_;
};

}  // namespace

ScriptedServer::ScriptedServer(http::ListenerOptions options) : listener_(std::move(options)) {
  const auto started = listener_.start(
      [this](reactor::EventLoop& loop) { return std::make_unique<ScriptHandler>(loop, record_); });
  if (!started.ok()) std::abort();
}

ScriptedServer::~ScriptedServer() { listener_.stop(); }

bool eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

}  // namespace geminate::test
