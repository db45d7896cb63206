#include <gtest/gtest.h>

#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/tokens_state.h"

namespace geminate::ui {
namespace {

const Timestamp kNow = parse_rfc3339("2026-11-27T12:00:00Z").value();

ClientTokenView token(std::int64_t id, std::string preview, std::string description = {}) {
  ClientTokenView row;
  row.id = id;
  row.token_preview = std::move(preview);
  if (!description.empty()) row.description = std::move(description);
  return row;
}

TEST(TokenStandings, SayWhatAClientWouldFind) {
  ClientTokenView row = token(1, "aaaa");
  EXPECT_EQ(standing_of(row, kNow), TokenStanding::Active);
  row.requests_per_day = 10;
  row.requests_today = 10;
  EXPECT_EQ(standing_of(row, kNow), TokenStanding::AtLimit);
  row.is_active = false;
  EXPECT_EQ(standing_of(row, kNow), TokenStanding::Disabled);
  row.expires_at = kNow;
  EXPECT_EQ(standing_of(row, kNow), TokenStanding::Expired);
}

TEST(TokenStandings, KnowEveryLimitThatLasts) {
  ClientTokenView row = token(1, "aaaa");
  row.max_cost_usd = 5;
  row.cost_used_usd = 5.01;
  EXPECT_EQ(standing_of(row, kNow), TokenStanding::AtLimit);
  row = token(1, "aaaa");
  row.max_tokens_per_day = row.tokens_used_today = 7;
  EXPECT_EQ(standing_of(row, kNow), TokenStanding::AtLimit);
  row = token(1, "aaaa");
  row.max_tokens_total = row.tokens_used_total = 7;
  EXPECT_EQ(standing_of(row, kNow), TokenStanding::AtLimit);
}

TEST(TokenSearch, TakesEveryWordInAnyCase) {
  std::vector<ClientTokenView> tokens = {token(1, "a3F9", "CI of the web shop"),
                                         token(2, "Qx71", "集成测试")};
  tokens[1].models = {"gemini-2.5-pro"};
  using Found = std::vector<std::uint32_t>;
  EXPECT_EQ(shown_tokens(tokens, {"ci SHOP", {}}, kNow), Found{0});
  EXPECT_EQ(shown_tokens(tokens, {"…qx7", {}}, kNow), Found{1});
  EXPECT_EQ(shown_tokens(tokens, {"集成", {}}, kNow), Found{1});
  EXPECT_EQ(shown_tokens(tokens, {"2.5-pro", {}}, kNow), Found{1});
  EXPECT_EQ(shown_tokens(tokens, {"", {}}, kNow), (Found{0, 1}));
  EXPECT_TRUE(shown_tokens(tokens, {"ci nothing", {}}, kNow).empty());
}

TEST(TokenSearch, FiltersAndCountsByStanding) {
  std::vector<ClientTokenView> tokens = {token(1, "aaaa"), token(2, "bbbb"), token(3, "cccc")};
  tokens[1].is_active = false;
  tokens[2].expires_at = kNow - std::chrono::hours(1);
  EXPECT_EQ(shown_tokens(tokens, {"", TokenFilter::Disabled}, kNow), std::vector<std::uint32_t>{1});
  const TokenCounts counts = count_tokens(tokens, kNow);
  EXPECT_EQ(counts.all, 3U);
  EXPECT_EQ(counts.active, 1U);
  EXPECT_EQ(counts.disabled, 1U);
  EXPECT_EQ(counts.expired, 1U);
}

TEST(ClientExamples, NameThisServerTheSecretAndAModelThatIsAllowed) {
  const std::string gemini = curl_example(ClientExample::Gemini, "https://keys.example", "gmt_secret", {});
  EXPECT_NE(gemini.find("'https://keys.example/v1beta/models/gemini-2.5-flash:generateContent'"),
            std::string::npos);
  EXPECT_NE(gemini.find("-H 'x-goog-api-key: gmt_secret'"), std::string::npos);
  const std::string openai = curl_example(ClientExample::Openai, "http://127.0.0.1:7860", "gmt_secret",
                                          {"gemini-2.5-*", "gemini-3-pro"});
  EXPECT_NE(openai.find("'http://127.0.0.1:7860/v1/chat/completions'"), std::string::npos);
  EXPECT_NE(openai.find("authorization: Bearer gmt_secret"), std::string::npos);
  EXPECT_NE(openai.find(R"("model":"gemini-3-pro")"), std::string::npos);
  const std::string anthropic = curl_example(ClientExample::Anthropic, "http://h", "s", {});
  EXPECT_NE(anthropic.find("'http://h/v1/messages'"), std::string::npos);
  EXPECT_NE(anthropic.find("\"max_tokens\""), std::string::npos);
}

TEST(ClientExamples, AQuotationMarkStaysWithinItsWord) {
  EXPECT_NE(curl_example(ClientExample::Gemini, "http://h", "it's", {}).find("it'\\''s"), std::string::npos);
}

TEST(Money, IsReadTheWayPeopleWriteIt) {
  EXPECT_EQ(parse_money("12.50"), std::optional(std::optional(12.5)));
  EXPECT_EQ(parse_money(" $1,000 "), std::optional(std::optional(1000.0)));
  EXPECT_EQ(parse_money(".5"), std::optional(std::optional(0.5)));
  EXPECT_EQ(parse_money("0.000001"), std::optional(std::optional(0.000001)));
  ASSERT_TRUE(parse_money("  "));
  EXPECT_FALSE(*parse_money("  ")) << "nothing means no limit";
  for (const char* wrong : {"0", "-1", "1.2345678", "ten", "1.", "$", ".", "1e3", "1.2.3"})
    EXPECT_FALSE(parse_money(wrong)) << wrong;
}

TEST(Money, IsWrittenAsItWasRead) {
  for (const char* text : {"12.5", "1000", "0.5", "0.000001"})
    EXPECT_EQ(money_text(parse_money(text).value()), text);
  EXPECT_EQ(money_text({}), "");
}

TEST(TokenForms, AFormThatWasLeftAloneAsksForNothing) {
  ClientTokenView row = token(1, "aaaa", "ci");
  row.max_cost_usd = 12.34;
  row.cost_period = BudgetPeriod::Day;
  row.models = {"gemini-2.5-*", "gemini-3-pro"};
  row.allowed_ips = {"10.0.0.0/8"};
  row.requests_per_day = 100;
  row.tokens_per_minute = 9;
  row.max_tokens_total = 1'000'000;
  row.enable_context_management = false;
  row.context_window = 32'000;
  FieldErrors errors;
  const auto patch = patch_of(form_of(row, 480), row, 480, errors);
  ASSERT_TRUE(patch);
  EXPECT_TRUE(is_empty(*patch));
}

TEST(TokenForms, SendWhatChangedAndClearWhatWasEmptied) {
  ClientTokenView row = token(1, "aaaa");
  row.max_cost_usd = 5;
  row.models = {"gemini-2.5-pro"};
  row.revision = 4;
  TokenForm form = form_of(row, 0);
  form.max_cost_usd = "";
  form.models = "gemini-2.5-*， gemini-3-pro gemini-3-pro";
  form.requests_per_day = "1,000";
  form.cost_period = BudgetPeriod::Life;
  FieldErrors errors;
  const auto patch = patch_of(form, row, 0, errors);
  ASSERT_TRUE(patch);
  EXPECT_TRUE(patch->max_cost_usd.present);
  EXPECT_FALSE(patch->max_cost_usd.value);
  EXPECT_EQ(patch->models.value, (std::vector<std::string>{"gemini-2.5-*", "gemini-3-pro"}));
  EXPECT_EQ(patch->requests_per_day.value, 1000);
  EXPECT_EQ(patch->cost_period.value, BudgetPeriod::Life);
  EXPECT_FALSE(patch->description.present);
  EXPECT_EQ(patch->revision, 4);
}

TEST(TokenForms, LeaveTheContextToTheKeyWithNull) {
  ClientTokenView row = token(1, "aaaa");
  row.enable_context_management = true;
  row.context_window = 1'000;
  TokenForm form = form_of(row, 0);
  form.enable_context_management.reset();
  form.context_window = " ";
  FieldErrors errors;
  const auto patch = patch_of(form, row, 0, errors);
  ASSERT_TRUE(patch);
  EXPECT_TRUE(patch->enable_context_management.present);
  EXPECT_FALSE(patch->enable_context_management.value.has_value());
  EXPECT_TRUE(patch->context_window.present);
  EXPECT_FALSE(patch->context_window.value);
  form.enable_context_management = false;
  EXPECT_EQ(patch_of(form, row, 0, errors)->enable_context_management.value, false);
}

TEST(TokenForms, TakeOverAnotherAdminsChoiceOfContextThatWasLeftAlone) {
  TokenForm before;
  TokenForm latest = before;
  latest.enable_context_management = true;
  TokenForm form = before;
  rebase(form, before, latest);
  EXPECT_EQ(form.enable_context_management, true);
  form.enable_context_management = false;
  rebase(form, before, latest);
  EXPECT_EQ(form.enable_context_management, false) << "one's own choice stays";
}

TEST(TokenForms, EachFieldSaysWhatIsWrongWithIt) {
  TokenForm form;
  form.max_cost_usd = "a lot";
  form.requests_per_day = "-1";
  form.tokens_per_minute = "1.5";
  form.expires_at = "tomorrow";
  form.context_window = "wide";
  FieldErrors errors;
  EXPECT_FALSE(token_draft_of(form, 0, errors));
  for (const char* field :
       {"max_cost_usd", "requests_per_day", "tokens_per_minute", "expires_at", "context_window"})
    EXPECT_TRUE(errors.contains(field)) << field;
  EXPECT_EQ(errors.size(), 5U);
}

}  // namespace
}  // namespace geminate::ui
