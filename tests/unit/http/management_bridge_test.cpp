#include "backend/http/management_bridge.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/epoll_loop.h"
#include "tests/unit/http/recording_sink.h"

namespace geminate::test {
namespace {

using http::ManagementAnswer;
using http::ManagementReply;
using http::ManagementRequest;

/// Answers with what it was called for.
http::ManagementHandler naming(std::string name) {
  return [name = std::move(name)](const ManagementRequest& request, ManagementReply reply) {
    reply(ManagementAnswer{200, name + ":" + request.id + ":" + request.request.body(), "text/plain", {}});
  };
}

class Bridge : public ::testing::Test {
 protected:
  RecordingSink ask(std::string_view method_and_target, std::string_view fields = {},
                    std::string_view body = {}) {
    RecordingSink sink(loop_);
    bridge_.dispatch(make_request(method_and_target, fields, body), sink, caller_);
    return sink;
  }

  static Caller caller() {
    Caller caller = Caller::first_admin(Entrance::Bearer);
    caller.request_id = "id-1";
    return caller;
  }

  const Caller caller_ = caller();
  EpollLoop loop_;
  http::ManagementBridge bridge_{loop_};
};

TEST_F(Bridge, LeadsToTheHandlerOfPathAndMethod) {
  bridge_.add(api::Verb::Get, "/api/x/data", naming("list"));
  bridge_.add(api::Verb::Post, "/api/x/add", naming("add"));
  bridge_.add(api::Verb::Put, "/api/x/update/{id}", naming("update"));
  bridge_.add(api::Verb::Delete, "/api/x/delete/{id}", naming("delete"));
  EXPECT_EQ(ask("GET /api/x/data?page=2").body, "list::");
  EXPECT_EQ(ask("POST /api/x/add", {}, "{\"a\":1}").body, "add::{\"a\":1}");
  EXPECT_EQ(ask("PUT /api/x/update/17").body, "update:17:");
  EXPECT_EQ(ask("DELETE /api/x/delete/a%2Fb").body, "delete:a%2Fb:");
  EXPECT_EQ(ask("HEAD /api/x/data").body, "list::");
}

TEST_F(Bridge, AnswersForPathsAndMethodsThatItDoesNotKnow) {
  bridge_.add(api::Verb::Get, "/api/x/{id}", naming("x"));
  const auto unknown = ask("GET /api/y");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body,
            R"({"error":{"code":"not_found","message":"there is nothing at this path","field":null}})");
  EXPECT_EQ(ask("POST /api/x/1").status, 405);
  EXPECT_EQ(ask("BREW /api/x/1").status, 405);
  EXPECT_EQ(ask("GET /").status, 404);
}

TEST_F(Bridge, TakesNoOtherSpellingOfAPath) {
  bridge_.add(api::Verb::Get, "/api/x/{id}", naming("x"));
  for (const auto* path : {"GET //api/x/1", "GET /api//x/1", "GET /api/x/1/", "GET /api/x/", "GET /api/x"}) {
    EXPECT_EQ(ask(path).status, 404) << path;
  }
  EXPECT_EQ(ask("GET /api/x/" + std::string(3000, 'a')).status, 404);
}

TEST_F(Bridge, TreatsOddCharactersAsText) {
  bridge_.add(api::Verb::Get, "/api/x/{id}", naming("x"));
  EXPECT_EQ(ask("GET /api/x/:id").body, "x::id:");
  EXPECT_EQ(ask("GET /api/x/*").body, "x:*:");
  EXPECT_EQ(ask("GET /api/x/..").body, "x:..:");
}

TEST_F(Bridge, AddsItsOwnFields) {
  bridge_.add(api::Verb::Get, "/api/x", [](const ManagementRequest&, ManagementReply reply) {
    ManagementAnswer answer;
    answer.status = 201;
    answer.extra = "set-cookie: a=b\r\n";
    reply(std::move(answer));
  });
  const auto sink = ask("GET /api/x");
  EXPECT_EQ(sink.status, 201);
  EXPECT_EQ(sink.content_type, "") << "there is no body";
  EXPECT_TRUE(sink.has_line("set-cookie: a=b"));
  EXPECT_TRUE(sink.has_line("x-request-id: id-1"));
  EXPECT_TRUE(sink.has_line("cache-control: no-store"));
}

TEST_F(Bridge, AnswersLaterFromAnotherThread) {
  std::thread worker;
  bridge_.add(api::Verb::Get, "/api/x", [&worker](const ManagementRequest&, ManagementReply reply) {
    worker = std::thread([reply = std::move(reply)]() mutable {
      reply(ManagementAnswer{200, "late", "text/plain", {}});
    });
  });
  RecordingSink sink(loop_);
  bridge_.dispatch(make_request("GET /api/x"), sink, caller_);
  EXPECT_TRUE(loop_.run_until([&] { return sink.answers == 1; }));
  EXPECT_EQ(sink.body, "late");
  worker.join();
}

TEST_F(Bridge, DropsTheAnswerForAClientThatHasGone) {
  std::unique_ptr<ManagementReply> kept;
  bridge_.add(api::Verb::Get, "/api/x", [&kept](const ManagementRequest&, ManagementReply reply) {
    kept = std::make_unique<ManagementReply>(std::move(reply));
  });
  RecordingSink sink(loop_);
  bridge_.dispatch(make_request("GET /api/x"), sink, caller_);
  ASSERT_NE(sink.observer, nullptr);
  sink.observer->on_client_gone();
  std::thread([&kept] { (*kept)(ManagementAnswer{}); }).join();
  loop_.run_once(std::chrono::milliseconds{0});
  EXPECT_EQ(sink.answers, 0);
}

TEST_F(Bridge, AnswersThoughTheHandlerForgetsOrFails) {
  bridge_.add(api::Verb::Get, "/api/forgets", [](const ManagementRequest&, const ManagementReply&) {});
  bridge_.add(api::Verb::Get, "/api/fails", [](const ManagementRequest&, const ManagementReply&) {
    throw std::runtime_error("secret detail");
  });
  for (const auto* path : {"GET /api/forgets", "GET /api/fails"}) {
    const auto sink = ask(path);
    EXPECT_EQ(sink.answers, 1) << path;
    EXPECT_EQ(sink.status, 500) << path;
    EXPECT_EQ(sink.body.find("secret"), std::string::npos);
  }
}

TEST_F(Bridge, AnswersOnceOnly) {
  bridge_.add(api::Verb::Get, "/api/x", [](const ManagementRequest&, ManagementReply reply) {
    reply(ManagementAnswer{200, "first", "text/plain", {}});
    reply(ManagementAnswer{200, "second", "text/plain", {}});
  });
  const auto sink = ask("GET /api/x");
  EXPECT_EQ(sink.answers, 1);
  EXPECT_EQ(sink.body, "first");
}

}  // namespace
}  // namespace geminate::test
