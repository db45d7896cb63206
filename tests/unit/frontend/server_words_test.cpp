#include "frontend-wasm/text/server_words.h"

#include <gtest/gtest.h>

#include "backend/config/model_aliases.h"
#include "backend/config/run_settings.h"
#include "backend/keys/setting_rules.h"
#include "backend/keys/verdict_table.h"
#include "backend/usage/prices.h"

namespace geminate::ui {
namespace {

std::string in_chinese(std::string_view sentence) {
  return server_words(Phrasebook(Language::Chinese), sentence).str();
}

bool is_chinese(const std::string& text) {
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value >= 0xE4 && value <= 0xE9) return true;
  }
  return false;
}

TEST(ServerWords, EveryVerdictIsSaidInChinese) {
  for (const keys::VerdictRow& row : keys::verdict_rows()) {
    if (row.meaning.empty()) continue;
    EXPECT_TRUE(is_chinese(in_chinese(row.meaning))) << row.name << ": " << row.meaning;
  }
}

TEST(ServerWords, WhatJudgeMakesOfAQuotaIsSaidInChinese) {
  keys::GoogleError error;
  error.http_status = 429;
  error.violations.push_back({"GenerateRequestsPerDayPerProject", {}, {}, 5});
  const std::string sentence = keys::judge(error, false).reason;
  EXPECT_EQ(in_chinese(sentence), "额度 GenerateRequestsPerDayPerProject 已用完；Google 未说明恢复时间")
      << sentence;
}

TEST(ServerWords, WhatAdminsAndTheClockDoIsSaidWithItsFigures) {
  EXPECT_EQ(in_chinese("by an admin"), "由管理员操作");
  EXPECT_EQ(in_chinese("by an admin, 5000 keys at once"), "由管理员操作，共 5000 个 Key");
  EXPECT_EQ(in_chinese("disabled by an admin"), "由管理员停用");
  EXPECT_EQ(in_chinese("12 of 600 tokens of the day are spent"), "今日已用 12 / 600 Token");
  EXPECT_EQ(in_chinese("its limit of 5 requests a minute is reached"), "已达每分钟 5 次请求的上限");
  EXPECT_EQ(in_chinese("expired at 2026-01-31T00:00:00Z"), "已于 2026-01-31T00:00:00Z 过期");
}

TEST(ServerWords, RefusalsAreReadInTheReadersLanguage) {
  const Message refused{TextId::ServerSays, {"tokens_per_day must be from 1 to 99, or null for no limit"}};
  EXPECT_EQ(Phrasebook(Language::Chinese)(refused).str(), "tokens_per_day 须为 1 至 99，留空表示不限");
  EXPECT_EQ(Phrasebook(Language::English)(refused).str(), refused.arguments.front());
}

TEST(ServerWords, EverySettingThatMayBeRefusedIsRefusedInChinese) {
  config::MemorySettingStore store;
  config::RunSettings settings(config::Config{}, {}, store);
  std::size_t refused = 0;
  for (const SettingView& view : settings.list().settings) {
    if (!view.is_editable) continue;
    const auto result = settings.update({{{view.name, "\x01 no such value", view.revision}}},
                                        {Caller::server(), AuditAction::SettingsUpdate}, now().wall);
    if (result.ok()) continue;
    ++refused;
    const std::string said = in_chinese(result.error().message);
    EXPECT_NE(said.find("无效"), std::string::npos) << said;
    // Words are the same in both languages where all that is allowed are a few of them.
    if (said.find(" or ") != std::string::npos) continue;
    EXPECT_EQ(said.find(" to "), std::string::npos) << said;
  }
  EXPECT_GT(refused, 10U);
}

TEST(ServerWords, PricesAndFieldsAreRefusedInChinese) {
  PriceEdit edit{{{"", 1, 2, 3}}};
  EXPECT_TRUE(is_chinese(in_chinese(usage::read_prices(edit).error().message)));
  edit = {{{"a-model", -1, 2, 3}}};
  EXPECT_TRUE(is_chinese(in_chinese(usage::read_prices(edit).error().message)));
  edit = {{{"a-model", 1, 2, 3}, {"a-model", 1, 2, 3}}};
  EXPECT_TRUE(is_chinese(in_chinese(usage::read_prices(edit).error().message)));
  EXPECT_TRUE(is_chinese(in_chinese(keys::checked_limit("tokens_per_day", -1).error().message)));
  EXPECT_TRUE(is_chinese(in_chinese(keys::checked_text("project", "a\x01", 9, false).error().message)));
  EXPECT_TRUE(is_chinese(in_chinese(keys::checked_text("project", "0123456789", 9, false).error().message)));
}

TEST(ServerWords, AliasesAreRefusedInChinese) {
  const std::string control = "a\x01";
  const AliasEdit edits[] = {{{{"", "m", ""}}, {}},
                             {{{"a", "", ""}}, {}},
                             {{{"a", "a", ""}}, {}},
                             {{{"a", "m", control}}, {}},
                             {{{"a", "m", std::string(501, 'n')}}, {}},
                             {{{"a", "m", ""}, {"a", "m", ""}}, {}},
                             {std::vector<ModelAlias>(1001), {}}};
  for (const AliasEdit& edit : edits) {
    const std::string said = config::read_aliases(edit).error().message;
    EXPECT_TRUE(is_chinese(in_chinese(said))) << said;
  }
}

TEST(ServerWords, EnglishAndWhatIsNotKnownStayAsTheyAre) {
  EXPECT_EQ(server_words(Phrasebook(Language::English), "by an admin").str(), "by an admin");
  EXPECT_EQ(in_chinese("a sentence of a newer server"), "a sentence of a newer server");
  EXPECT_EQ(in_chinese("quota  is spent"), "quota  is spent");
  EXPECT_EQ(in_chinese(""), "");
}

}  // namespace
}  // namespace geminate::ui
