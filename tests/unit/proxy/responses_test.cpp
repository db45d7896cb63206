// What is stored of responses, as clients ask for it.
#include "backend/proxy/responses.h"

#include <gtest/gtest.h>

#include <string>

namespace geminate::proxy {
namespace {

constexpr std::int64_t kCaller = 7;

http::HttpRequest request(const std::string& method, const std::string& target, std::string body = {}) {
  http::HttpRequest request;
  request.head_ = method + target;
  request.method_ = {0, static_cast<std::uint32_t>(method.size())};
  request.set_target({static_cast<std::uint32_t>(method.size()), static_cast<std::uint32_t>(target.size())});
  request.body_ = std::move(body);
  return request;
}

class StoredResponses : public testing::Test {
 protected:
  StoredResponses() {
    store_.keep(kCaller,
                {"resp_a", R"({"id":"resp_a"})", R"({"role":"user","content":"x"})", {{"msg_a_0", "{}"}}},
                now_);
  }
  Result<std::string> ask(const std::string& method, const std::string& target) {
    return stored_response(request(method, target), kCaller, store_, now_);
  }
  std::string field_of(const std::string& target) {
    const auto answer = ask("GET", target);
    EXPECT_FALSE(answer.ok()) << target;
    if (answer.ok()) return "none";
    EXPECT_EQ(answer.error().code, ErrorCode::BadRequest) << target;
    return answer.error().field;
  }

  const Now now_{};
  ResponseStore store_;
};

TEST_F(StoredResponses, AreReadAsTheyWereSent) {
  EXPECT_EQ(*ask("GET", "/v1/responses/resp_a?include=reasoning.encrypted_content"), R"({"id":"resp_a"})");
  EXPECT_EQ(*ask("GET", "/v1/responses/resp_a?stream=false"), R"({"id":"resp_a"})");
}

TEST_F(StoredResponses, AreGoneOnceTheyAreDeleted) {
  EXPECT_EQ(*ask("DELETE", "/v1/responses/resp_a"), R"({"id":"resp_a","object":"response","deleted":true})");
  for (const char* method : {"GET", "DELETE"}) {
    const auto answer = ask(method, "/v1/responses/resp_a");
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, ErrorCode::NotFound);
  }
}

TEST_F(StoredResponses, TellWhatTheirInputWas) {
  const auto items = ask("GET", "/v1/responses/resp_a/input_items?limit=1&order=asc");
  ASSERT_TRUE(items.ok());
  EXPECT_NE(items->find(R"("content":"x")"), std::string::npos) << *items;
  EXPECT_FALSE(ask("GET", "/v1/responses/resp_b/input_items").ok());
}

TEST_F(StoredResponses, NameTheQuerysFieldThatCannotBeHonoured) {
  EXPECT_EQ(field_of("/v1/responses/resp_a?stream=true"), "stream");
  EXPECT_EQ(field_of("/v1/responses/resp_a/input_items?limit=0"), "limit");
  EXPECT_EQ(field_of("/v1/responses/resp_a/input_items?limit=101"), "limit");
  EXPECT_EQ(field_of("/v1/responses/resp_a/input_items?limit=ten"), "limit");
  EXPECT_EQ(field_of("/v1/responses/resp_a/input_items?order=up"), "order");
}

TEST_F(StoredResponses, AreStoredBeforeTheAnswersEndLeaves) {
  SignatureMemory signatures;
  const auto plan = plan_responses(request("POST", "/v1/responses", R"({"model":"m","input":"Hi"})"),
                                   {"id-1", now_, kCaller, signatures}, store_);
  ASSERT_TRUE(plan.ok());
  plan->mapper->reset();
  upstream::AnswerHead head;
  head.status = 200;
  plan->mapper->on_head(head);
  ASSERT_TRUE(
      plan->mapper
          ->on_piece(R"({"candidates":[{"content":{"parts":[{"text":"Ho"}]},"finishReason":"STOP"}]})")
          .ok());
  EXPECT_EQ(store_.find(kCaller, "resp_id-1", now_), nullptr);
  const auto answer = plan->mapper->on_end();
  ASSERT_TRUE(answer.ok());
  const auto stored = store_.find(kCaller, "resp_id-1", now_);
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(stored->answer, *answer);
}

}  // namespace
}  // namespace geminate::proxy
