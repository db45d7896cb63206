#include "frontend-wasm/app/key_bulk.h"

#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class KeyBulkEdits : public ConsoleFixture {
 protected:
  void SetUp() override {
    sign_in();
    UpstreamKeyView off = key(2, "bbbb");
    off.is_active = false;
    UpstreamKeyView tagged = key(3, "cccc");
    tagged.tags = {"prod"};
    tagged.project = "alpha";
    load_keys({key(1, "aaaa"), off, tagged});
    load_tokens({});
    act(SelectShownKeys{true});
  }
  const BulkPlan& planned(KeyEdit edit, std::string value = {}) {
    act(OpenKeyBulk{edit});
    drafts.bulk_value = std::move(value);
    act(PlanKeyBulk{});
    return state.keys.plan;
  }
  void answer(const KeyBulk& request) {
    happen(KeysChanged{request, {static_cast<std::int64_t>(request.ids.size())}});
  }
};

TEST_F(KeyBulkEdits, SayWhatTheyWouldChangeBeforeTheyDo) {
  const BulkPlan& disable = planned(KeyEdit::Disable);
  EXPECT_EQ(disable.changing, 2U);
  EXPECT_EQ(disable.unchanged, 1U);
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(planned(KeyEdit::SetProject, "alpha").unchanged, 1U);
  EXPECT_EQ(planned(KeyEdit::AddTags, "prod").changing, 2U);
  EXPECT_EQ(planned(KeyEdit::RemoveTags, "prod").changing, 1U);
  EXPECT_EQ(planned(KeyEdit::SetTokensPerDay, "").changing, 0U) << "no key has a limit";
}

TEST_F(KeyBulkEdits, SayWhatIsWrongWithTheValue) {
  EXPECT_EQ(planned(KeyEdit::SetTokensPerDay, "many").problem->id, TextId::FieldWholeNumber);
  EXPECT_EQ(planned(KeyEdit::AddTags, " , ").problem->id, TextId::FieldRequired);
  act(SubmitKeyBulk{});
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Bulk);
}

TEST_F(KeyBulkEdits, SendOnlyWhatChangesAndAreTakenBack) {
  planned(KeyEdit::Disable);
  act(SubmitKeyBulk{});
  const KeyBulk sent = only<SendKeyBulk>().body;
  EXPECT_EQ(sent.ids, (std::vector<KeyId>{1, 3}));
  EXPECT_EQ(sent.action, BulkAction::Disable);
  answer(sent);
  EXPECT_EQ(newest_toast(), "已停用 2 个 Key");
  ASSERT_TRUE(state.toasts.back().undo);
  act(UndoKeys{state.toasts.back().id});
  const KeyBulk undo = only<SendKeyBulk>().body;
  EXPECT_EQ(undo.ids, (std::vector<KeyId>{1, 3}));
  EXPECT_EQ(undo.action, BulkAction::Enable);
  answer(undo);
  EXPECT_EQ(newest_toast(), "已撤销 2 个 Key 的更改");
  EXPECT_FALSE(state.toasts.back().undo);
}

TEST_F(KeyBulkEdits, TagsJoinThoseThatAreThereAndUndoGivesEachItsOwnBack) {
  planned(KeyEdit::AddTags, "eu");
  act(SubmitKeyBulk{});
  const KeyBulk first = only<SendKeyBulk>().body;
  EXPECT_EQ(first.value, "eu");
  EXPECT_EQ(first.ids, (std::vector<KeyId>{1, 2}));
  answer(first);
  const KeyBulk second = only<SendKeyBulk>().body;
  EXPECT_EQ(second.value, "prod,eu");
  answer(second);
  act(UndoKeys{state.toasts.back().id});
  EXPECT_EQ(only<SendKeyBulk>().body.value, std::nullopt);
  answer(only<SendKeyBulk>().body);
  EXPECT_EQ(only<SendKeyBulk>().body.value, "prod");
  EXPECT_EQ(only<SendKeyBulk>().body.ids, std::vector<KeyId>{3});
}

TEST_F(KeyBulkEdits, AStepThatFailsIsReportedAndTriedAgain) {
  planned(KeyEdit::AddTags, "eu");
  act(SubmitKeyBulk{});
  happen(RequestFailed{only<SendKeyBulk>(), refused(404)});
  const SendKeyBulk second = only<SendKeyBulk>();
  answer(second.body);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::BulkReport);
  EXPECT_EQ(state.keys.failed_run.done, 1U);
  EXPECT_EQ(state.keys.failed_run.failed, 2U);
  ASSERT_EQ(state.keys.failed_run.faults.size(), 1U);
  act(RetryKeyBulk{});
  EXPECT_EQ(only<SendKeyBulk>().body.ids, (std::vector<KeyId>{1, 2}));
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
}

TEST_F(KeyBulkEdits, ALostServerEndsThemAtOnce) {
  planned(KeyEdit::AddTags, "eu");
  act(SubmitKeyBulk{});
  happen(RequestFailed{only<SendKeyBulk>(), unreachable()});
  EXPECT_EQ(count<SendKeyBulk>(), 0);
  EXPECT_FALSE(state.keys.run);
  EXPECT_EQ(state.keys.failed_run.failed, 3U);
}

TEST_F(KeyBulkEdits, OnlyOneRunsAtATime) {
  act(SetKeysActive{{1, 3}, false});
  EXPECT_EQ(count<SendKeyBulk>(), 1);
  act(SetKeysActive{{1, 2}, true});
  EXPECT_EQ(count<SendKeyBulk>(), 0);
}

TEST(PlanBulk, GoesInStepsOfWhichNoneIsTooLarge) {
  std::vector<UpstreamKeyView> keys(kKeysAStep * 2 + 1);
  std::vector<const UpstreamKeyView*> rows;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i].id = static_cast<KeyId>(i);
    rows.push_back(&keys[i]);
  }
  const BulkPlan plan = plan_bulk(rows, KeyEdit::Delete, {});
  ASSERT_EQ(plan.steps.size(), 3U);
  EXPECT_EQ(plan.steps.back().send.ids.size(), 1U);
  EXPECT_TRUE(plan.steps.front().undo.empty()) << "what is deleted does not come back";
  EXPECT_EQ(run_of(KeyEdit::Delete, plan.steps).total, keys.size());
}

}  // namespace
}  // namespace geminate::ui
