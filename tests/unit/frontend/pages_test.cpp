#include "tests/unit/frontend/pages_fixture.h"

namespace geminate::ui {
namespace {

using Pages = PagesFixture;

constexpr const char* kBanner =
    "警告：当前为内存存储模式。所有对代理 Key 的添加、编辑或删除操作均为临时性调整，不会被永久保存，"
    "应用重启后将丢失并从环境变量重新加载初始 Key 列表。";

TEST_F(Pages, LogsInByName) {
  app->start({"/manage/keys", {}, 0, true});
  transport.answer("/api/session", 200, codec::to_json(SessionView{false, KeyStorageMode::Memory, "0.1.0"}));
  screen->run();
  ASSERT_TRUE(shows(Role::Heading, "登录管理控制台"));
  ASSERT_TRUE(screen->type("管理员密钥", "the admin's secret"));
  ASSERT_TRUE(click(Role::Button, "登录"));
  ASSERT_NE(transport.find("/api/login"), nullptr);
  EXPECT_NE(transport.find("/api/login")->body.find("the admin's secret"), std::string::npos);
}

TEST_F(Pages, APasswordNeverStandsInTheMirror) {
  app->start({"/manage/keys", {}, 0, true});
  transport.answer("/api/session", 200, codec::to_json(SessionView{false, KeyStorageMode::Memory, "0.1.0"}));
  screen->run();
  ASSERT_TRUE(screen->type("管理员密钥", "the admin's secret"));
  EXPECT_EQ(screen->page().to_json().find("the admin's secret"), std::string::npos);
}

TEST_F(Pages, MemoryModeHasItsTitleAndItsBanner) {
  open(KeyStorageMode::Memory, {});
  EXPECT_TRUE(shows(Role::Heading, "管理代理 Key (内存存储模式)"));
  EXPECT_TRUE(shows(Role::Alert, kBanner));
  EXPECT_EQ(screen->title, "管理代理 Key (内存存储模式)");
}

TEST_F(Pages, DatabaseModeHasItsTitleAndNoBanner) {
  open(KeyStorageMode::Database, {});
  EXPECT_TRUE(shows(Role::Heading, "管理代理 Key (数据库存储模式)"));
  EXPECT_FALSE(shows(Role::Alert, kBanner));
}

TEST_F(Pages, TheBannerStaysInSightOnEverySize) {
  const std::pair<float, float> sizes[] = {{1440, 900}, {1024, 768}, {390, 844}};
  for (const auto& [width, height] : sizes) {
    show(width, height);
    open(KeyStorageMode::Memory, {key(1, "aaaa", "first")});
    const SemanticNode* banner = screen->page().find(Role::Alert, kBanner);
    ASSERT_NE(banner, nullptr) << width;
    EXPECT_GE(banner->rect.left, 0);
    EXPECT_LE(banner->rect.right, width);
  }
}

TEST_F(Pages, AddsAKeyByName) {
  open(KeyStorageMode::Memory, {});
  ASSERT_TRUE(click(Role::Button, "添加 Key"));
  ASSERT_TRUE(shows(Role::Dialog, "添加代理 Key"));
  EXPECT_TRUE(shows(Role::Text, "(内存模式下，更改仅当前会话有效)"));
  ASSERT_TRUE(screen->type("Key", "AIzaNew"));
  ASSERT_TRUE(screen->type("描述", "主力"));
  ASSERT_TRUE(click(Role::Button, "添加 Key"));
  ASSERT_NE(transport.find("/api/manage/keys/add"), nullptr);
  transport.answer("/api/manage/keys/add", 201, codec::to_json(key(9, "aNew", "主力")));
  screen->run();
  EXPECT_FALSE(shows(Role::Dialog, "添加代理 Key"));
  EXPECT_TRUE(shows(Role::Row, "…aNew 主力"));
}

TEST_F(Pages, ARefusedFieldSaysSo) {
  open(KeyStorageMode::Database, {});
  click(Role::Button, "添加 Key");
  screen->type("Key", "AIzaNew");
  click(Role::Button, "添加 Key");
  transport.answer("/api/manage/keys/add", 409,
                   R"({"error":{"code":"conflict","message":"there","field":"key_string"}})");
  screen->run();
  const SemanticNode* field = screen->page().find(Role::Textbox, "Key");
  ASSERT_NE(field, nullptr);
  EXPECT_TRUE(field->invalid);
  EXPECT_EQ(field->description, "该 Key 已在列表中");
  EXPECT_EQ(field->value, "AIzaNew");
}

TEST_F(Pages, AsksBeforeItDeletes) {
  open(KeyStorageMode::Memory, {key(1, "aaaa", "first")});
  ASSERT_TRUE(click(Role::Button, "…aaaa first 的操作"));
  ASSERT_TRUE(click(Role::Menuitem, "删除…"));
  ASSERT_TRUE(shows(Role::Dialog, "删除 Key …aaaa first？"));
  EXPECT_TRUE(shows(Role::Text, "(此操作仅影响当前会话)"));
  ASSERT_TRUE(click(Role::Button, "取消"));
  EXPECT_EQ(transport.find("/api/manage/keys/delete/1"), nullptr);
  click(Role::Button, "…aaaa first 的操作");
  click(Role::Menuitem, "删除…");
  ASSERT_TRUE(click(Role::Button, "删除 Key"));
  EXPECT_NE(transport.find("/api/manage/keys/delete/1"), nullptr);
}

TEST_F(Pages, SearchesAndClearsTheSearch) {
  open(KeyStorageMode::Database, {key(1, "aaaa", "主力"), key(2, "bbbb", "备用")});
  ASSERT_TRUE(screen->type("搜索 Key", "主力"));
  EXPECT_TRUE(shows(Role::Row, "…aaaa 主力"));
  EXPECT_FALSE(shows(Role::Row, "…bbbb 备用"));
  ASSERT_TRUE(click(Role::Button, "清除搜索"));
  EXPECT_TRUE(shows(Role::Row, "…bbbb 备用"));
  EXPECT_EQ(screen->page().find(Role::Textbox, "搜索 Key")->value, "");
}

TEST_F(Pages, EscapeClosesTheDrawer) {
  open(KeyStorageMode::Database, {key(1, "aaaa", "first")});
  ASSERT_TRUE(click(Role::Row, "…aaaa first"));
  ASSERT_TRUE(shows(Role::Dialog, "…aaaa first"));
  screen->press(ImGuiKey_Escape);
  EXPECT_FALSE(shows(Role::Dialog, "…aaaa first"));
}

TEST_F(Pages, AMadeTokenIsShownAndCopied) {
  open(KeyStorageMode::Memory, {}, "/manage/tokens");
  ASSERT_TRUE(shows(Role::Heading, "访问令牌"));
  ASSERT_TRUE(click(Role::Button, "创建令牌"));
  ASSERT_TRUE(screen->type("描述", "ci"));
  ASSERT_TRUE(click(Role::Button, "创建令牌"));
  TokenCreated made;
  made.id = 3;
  made.token_preview = "cret";
  made.description = "ci";
  made.token = "gmt_secret";
  ASSERT_TRUE(transport.answer("/api/manage/tokens/add", 201, codec::to_json(made)));
  screen->run();
  ASSERT_TRUE(shows(Role::Dialog, "令牌已创建"));
  EXPECT_EQ(screen->page().find(Role::Textbox, "完整令牌")->value, "gmt_secret");
  ASSERT_TRUE(click(Role::Button, "复制令牌"));
  EXPECT_EQ(screen->clipboard, "gmt_secret");
  ASSERT_TRUE(click(Role::Button, "关闭"));
  EXPECT_EQ(screen->page().to_json().find("gmt_secret"), std::string::npos);
  EXPECT_TRUE(shows(Role::Row, "…cret ci"));
}

TEST_F(Pages, AMadeTokenIsNotLostByASlip) {
  open(KeyStorageMode::Memory, {}, "/manage/tokens");
  app->act(OpenMakeToken{});
  app->act(SubmitNewToken{});
  TokenCreated made;
  made.id = 3;
  made.token = "gmt_secret";
  transport.answer("/api/manage/tokens/add", 201, codec::to_json(made));
  screen->run();
  screen->press(ImGuiKey_Escape);
  EXPECT_TRUE(shows(Role::Dialog, "令牌已创建"));
}

TEST_F(Pages, TheEnvironmentsTokensGetLimitsButNoOtherSecretAndNoEnd) {
  open(KeyStorageMode::Database, {}, "/manage/tokens");
  ASSERT_TRUE(click(Role::Button, "…envi 的操作"));
  EXPECT_TRUE(shows(Role::Menuitem, "停用"));
  EXPECT_FALSE(shows(Role::Menuitem, "更换…"));
  EXPECT_FALSE(shows(Role::Menuitem, "删除…"));
  ASSERT_TRUE(click(Role::Menuitem, "编辑"));
  ASSERT_TRUE(shows(Role::Dialog, "编辑令牌 …envi"));
  EXPECT_TRUE(shows(Role::Text,
                    "来自环境变量 CLIENT_TOKENS：在此修改只在本次运行有效；更换或删除请修改 CLIENT_TOKENS"));
  EXPECT_FALSE(shows(Role::Button, "更换…"));
  EXPECT_FALSE(shows(Role::Button, "删除…"));
}

TEST_F(Pages, AMadeTokenComesWithAnExampleOfThisServer) {
  open(KeyStorageMode::Database, {}, "/manage/tokens");
  app->act(OpenMakeToken{});
  app->act(SubmitNewToken{});
  TokenCreated made;
  made.id = 3;
  made.token = "gmt_secret";
  made.models = {"gemini-2.5-pro"};
  transport.answer("/api/manage/tokens/add", 201, codec::to_json(made));
  screen->run();
  const auto example = [this] { return screen->page().find(Role::Textbox, "示例命令")->value; };
  EXPECT_NE(example().find("http://console.test/v1beta/models/gemini-2.5-pro:generateContent"),
            std::string::npos);
  ASSERT_TRUE(click(Role::Checkbox, "OpenAI"));
  EXPECT_NE(example().find("http://console.test/v1/chat/completions"), std::string::npos);
  ASSERT_TRUE(click(Role::Button, "复制示例"));
  EXPECT_EQ(screen->clipboard, example());
}

TEST_F(Pages, TurnsToTheOtherLanguageAndRemembers) {
  open(KeyStorageMode::Memory, {});
  ASSERT_TRUE(click(Role::Button, "Switch to English"));
  EXPECT_TRUE(shows(Role::Heading, "Manage proxy keys (memory mode)"));
  EXPECT_EQ(screen->memory["language"], "en");
}

TEST_F(Pages, SaysThatTheServerIsLost) {
  open(KeyStorageMode::Database, {key(1, "aaaa", "first")});
  app->act(RefreshKeys{});
  transport.answer("/api/manage/keys/facts", 0);
  transport.answer("/api/manage/keys/activity", 0);
  screen->run();
  EXPECT_TRUE(app->state().connection.lost);
  ASSERT_TRUE(click(Role::Link, "立即重试"));
  EXPECT_NE(transport.find("/api/session"), nullptr);
  EXPECT_TRUE(shows(Role::Row, "…aaaa first"));
}

TEST_F(Pages, NothingHangsOverTheEdgeOfAPhone) {
  show(390, 844);
  open(KeyStorageMode::Memory,
       {key(1, "aaaa", "a description that is far too long for the width of a phone")});
  for (const SemanticNode& node : screen->page().nodes()) {
    if (!node.described || node.rect.empty()) continue;
    EXPECT_GE(node.rect.left, -1) << node.name;
    EXPECT_LE(node.rect.right, 391) << node.name;
  }
}

}  // namespace
}  // namespace geminate::ui
