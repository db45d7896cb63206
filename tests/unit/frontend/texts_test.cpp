#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "frontend-wasm/text/text.h"

namespace geminate::ui {
namespace {

struct Row {
  const char* id;
  std::string chinese;
  std::string english;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
#define X(id, zh, en) {#id, zh, en},
#include "frontend-wasm/text/texts.def"
#undef X
  };
  return kRows;
}

std::set<std::string> placeholders(const std::string& text) {
  static const std::regex kPlace(R"(\{\d+\})");
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), kPlace), end; at != end; ++at)
    found.insert(at->str());
  return found;
}

bool has_chinese(const std::string& text) {
  // Every CJK ideograph's UTF-8 begins with E4 to E9.
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value >= 0xE4 && value <= 0xE9) return true;
  }
  return false;
}

TEST(Texts, EveryRowSpeaksBothLanguages) {
  EXPECT_EQ(rows().size(), text_count());
  for (const Row& row : rows()) {
    EXPECT_FALSE(row.chinese.empty()) << row.id;
    EXPECT_FALSE(row.english.empty()) << row.id;
  }
}

TEST(Texts, BothLanguagesTakeTheSameArguments) {
  for (const Row& row : rows()) EXPECT_EQ(placeholders(row.chinese), placeholders(row.english)) << row.id;
}

TEST(Texts, EnglishHoldsNoChinese) {
  for (const Row& row : rows()) {
    // The switch names the language it leads to in that language.
    if (std::string(row.id) == "LanguageSwitchHint") continue;
    EXPECT_FALSE(has_chinese(row.english)) << row.id;
  }
}

TEST(Texts, TitlesBannerAndNotesAreThePromisedOnes) {
  const Phrasebook say(Language::Chinese);
  EXPECT_EQ(say(TextId::KeysTitleDatabase).str(), "管理代理 Key (数据库存储模式)");
  EXPECT_EQ(say(TextId::KeysTitleMemory).str(), "管理代理 Key (内存存储模式)");
  EXPECT_EQ(say(TextId::MemoryBanner).str(),
            "警告：当前为内存存储模式。所有对代理 Key 的添加、编辑或删除操作均为临时性调整，不会被永久保存，"
            "应用重启后将丢失并从环境变量重新加载初始 Key 列表。");
  EXPECT_EQ(say(TextId::MemoryNoteChange).str(), "(内存模式下，更改仅当前会话有效)");
  EXPECT_EQ(say(TextId::MemoryNoteAction).str(), "(此操作仅影响当前会话)");
}

TEST(Texts, ArgumentsStandWhereTheRowWantsThem) {
  EXPECT_EQ(Phrasebook(Language::Chinese)(TextId::KeysImported, {"3", "1"}).str(),
            "已导入 3 个 Key，重复 1 个");
  EXPECT_EQ(Phrasebook(Language::English)(TextId::KeysImported, {"3", "1"}).str(),
            "Imported 3 keys, duplicates: 1");
}

TEST(Texts, EnglishSpeaksOfOneThingInItsOwnForm) {
  const Phrasebook english(Language::English);
  EXPECT_EQ(english(TextId::KeysEnabled, {"1"}).str(), "Enabled 1 key");
  EXPECT_EQ(english(TextId::KeysEnabled, {"2"}).str(), "Enabled 2 keys");
  EXPECT_EQ(english(TextId::KeysEnabled, {"1,001"}).str(), "Enabled 1,001 keys");
  EXPECT_EQ(Phrasebook(Language::Chinese)(TextId::KeysEnabled, {"1"}).str(), "已启用 1 个 Key");
}

TEST(Texts, OnlyEnglishHasTwoForms) {
  for (const Row& row : rows()) {
    EXPECT_EQ(row.chinese.find('|'), std::string::npos) << row.id;
    EXPECT_EQ(row.english.find('|'), row.english.rfind('|')) << row.id;
  }
}

TEST(Texts, ArgumentsAreNotReadAsTemplates) {
  EXPECT_EQ(Phrasebook(Language::English)(TextId::KeySaved, {"{0}{1}{"}).str(), "Saved key {0}{1}{");
}

TEST(Texts, AMissingArgumentLeavesAGapAndNothingWorse) {
  EXPECT_EQ(Phrasebook(Language::English)(TextId::KeySaved).str(), "Saved key ");
}

TEST(Texts, AMessageTurnsWithTheLanguage) {
  const Message message{TextId::KeyDeleted, {"…a3F9"}};
  EXPECT_EQ(Phrasebook(Language::Chinese)(message).str(), "已删除 Key …a3F9");
  EXPECT_EQ(Phrasebook(Language::English)(message).str(), "Deleted key …a3F9");
}

}  // namespace
}  // namespace geminate::ui
