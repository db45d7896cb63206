#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

SessionView viewer() {
  SessionView view{false, KeyStorageMode::Database, "0.1.0"};
  view.account_id = 7;
  view.name = "vera";
  view.role = AccountRole::Viewer;
  return view;
}

class AccountsReducer : public ConsoleFixture {
 protected:
  void SetUp() override {
    happen(Started{"/manage/accounts", {Language::English, Appearance::System}, 0, true});
    sign_in();
    EXPECT_EQ(count<FetchAccounts>(), 1);
    EXPECT_EQ(count<FetchSessions>(), 1);
    happen(AccountsLoaded{{{vera()}, 1, KeyStorageMode::Database}});
    SessionList sessions;
    sessions.sessions.emplace_back().id = 3;
    happen(SessionsLoaded{sessions});
  }
  AccountsPageState& page() { return state.accounts; }
  AccountDrafts& typed() { return drafts.accounts; }

  static AccountView vera() {
    AccountView row;
    row.id = 7;
    row.name = "vera";
    row.revision = 4;
    return row;
  }
};

TEST_F(AccountsReducer, MakesAnAccountOfWhatWasTyped) {
  act(OpenAccountStep{AccountStep::Add, 0});
  act(SubmitAccountStep{});
  EXPECT_TRUE(requests().empty());
  EXPECT_TRUE(page().field_errors.contains("name"));
  EXPECT_TRUE(page().field_errors.contains("password"));
  typed().account = {" otto ", "a long password", AccountRole::Admin, true, false};
  act(SubmitAccountStep{});
  const auto sent = only<SendAccountStep>();
  EXPECT_EQ(sent.step, AccountStep::Add);
  EXPECT_EQ(sent.draft.name, "otto");
  EXPECT_EQ(sent.draft.role, AccountRole::Admin);
  act(SubmitAccountStep{});
  EXPECT_TRUE(requests().empty()) << "it is being saved";
  happen(AccountStepDone{.step = AccountStep::Add});
  EXPECT_EQ(page().open, AccountStep::None);
  EXPECT_TRUE(typed().account.password.empty());
  EXPECT_EQ(count<FetchAccounts>(), 1);
}

TEST_F(AccountsReducer, SendsOnlyWhatDiffersWithTheRevisionThatWasSeen) {
  act(OpenAccountStep{AccountStep::Edit, 7});
  EXPECT_EQ(typed().account.name, "vera");
  typed().account.is_active = false;
  act(SubmitAccountStep{});
  const auto sent = only<SendAccountStep>();
  EXPECT_EQ(sent.id, 7);
  EXPECT_EQ(sent.patch.is_active, false);
  EXPECT_FALSE(sent.patch.role);
  EXPECT_FALSE(sent.patch.password);
  EXPECT_EQ(sent.patch.revision, 4);
}

TEST_F(AccountsReducer, KeepsWhatWasTypedWhenSomebodyElseSavedBefore) {
  act(OpenAccountStep{AccountStep::Edit, 7});
  typed().account.role = AccountRole::Admin;
  act(SubmitAccountStep{});
  happen(RequestFailed{SendAccountStep{.step = AccountStep::Edit, .id = 7}, refused(409)});
  EXPECT_EQ(count<FetchAccounts>(), 1);
  AccountView latest = vera();
  latest.revision = 5;
  happen(AccountsLoaded{{{latest}, 1, KeyStorageMode::Database}});
  act(SubmitAccountStep{});
  EXPECT_EQ(only<SendAccountStep>().patch.revision, 5);
}

TEST_F(AccountsReducer, AWrongProofIsSaidAtItsFieldAndDoesNotEndTheSession) {
  act(OpenAccountStep{AccountStep::Reveal, 12});
  typed().password = "not mine";
  act(SubmitAccountStep{});
  EXPECT_EQ(only<SendAccountStep>().id, 12);
  happen(RequestFailed{SendAccountStep{.step = AccountStep::Reveal, .id = 12}, refused(401)});
  EXPECT_TRUE(state.session.is_open);
  EXPECT_TRUE(page().field_errors.contains("password"));
  only<FetchSession>();
}

TEST_F(AccountsReducer, HidesAWholeKeyAfterHalfAMinute) {
  act(OpenAccountStep{AccountStep::Reveal, 12});
  typed().password = "mine";
  act(SubmitAccountStep{});
  EXPECT_EQ(only<SendAccountStep>().proof.password, "mine");
  happen(AccountStepDone{.step = AccountStep::Reveal, .key = "AIzaWhole"});
  EXPECT_EQ(page().whole_key, "AIzaWhole");
  EXPECT_TRUE(typed().password.empty());
  pass(kRevealSeconds - 1);
  EXPECT_EQ(page().open, AccountStep::Revealed);
  pass(1);
  EXPECT_EQ(page().open, AccountStep::None);
  EXPECT_TRUE(page().whole_key.empty());
}

TEST_F(AccountsReducer, AnAnswerThatNobodyWaitsForShowsNoKey) {
  act(OpenAccountStep{AccountStep::Reveal, 12});
  typed().password = "mine";
  act(SubmitAccountStep{});
  act(CloseOverlay{});
  happen(AccountStepDone{.step = AccountStep::Reveal, .key = "AIzaWhole"});
  EXPECT_TRUE(page().whole_key.empty());
}

TEST_F(AccountsReducer, LeadsThroughTheSecondFactorAndForgetsItsSecrets) {
  act(OpenAccountStep{AccountStep::BeginFactor, 0});
  typed().password = "mine";
  act(SubmitAccountStep{});
  happen(AccountStepDone{.step = AccountStep::BeginFactor, .offer = {"BASE32", "otpauth://x", {}}});
  EXPECT_EQ(page().open, AccountStep::ConfirmFactor);
  EXPECT_EQ(page().offer.secret, "BASE32");
  typed().code = "123456";
  act(SubmitAccountStep{});
  EXPECT_EQ(only<SendAccountStep>().proof.code, "123456");
  happen(AccountStepDone{.step = AccountStep::ConfirmFactor, .codes = {"aaaa", "bbbb"}});
  EXPECT_EQ(page().open, AccountStep::Codes);
  EXPECT_TRUE(page().offer.secret.empty());
  EXPECT_TRUE(state.session.has_second_factor);
  act(CloseOverlay{});
  EXPECT_TRUE(page().codes.empty());
}

TEST_F(AccountsReducer, AsksBeforeATypedAccountIsLost) {
  act(OpenAccountStep{AccountStep::Add, 0});
  typed().account.name = "otto";
  act(CloseOverlay{});
  EXPECT_EQ(page().open, AccountStep::Add);
  EXPECT_FALSE(state.guard.held.empty());
  act(DiscardChanges{});
  EXPECT_EQ(page().open, AccountStep::None);
}

class ViewerReducer : public ConsoleFixture {
 protected:
  void SetUp() override {
    happen(Started{"/manage/keys", {Language::English, Appearance::System}, 0, true});
    happen(SessionLoaded{viewer()});
  }
};

TEST_F(ViewerReducer, IsLetInAndChangesNothing) {
  EXPECT_TRUE(state.session.is_open);
  EXPECT_FALSE(state.session.may_edit);
  EXPECT_EQ(count<FetchKeys>(), 1);
  load_keys({key(1, "abcd")});
  act(SetKeysActive{{1}, false});
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(newest_toast(), "Viewers may not change anything; use an admin's account");
  act(OpenAddKeys{});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  act(OpenKey{1});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
}

TEST_F(ViewerReducer, SeesItsOwnSessionsAndNoAuditLog) {
  act(Navigate{Page::Accounts});
  EXPECT_EQ(count<FetchAccounts>(), 0);
  EXPECT_EQ(count<FetchSessions>(), 1);
  act(Navigate{Page::Audit});
  EXPECT_EQ(count<FetchAudit>(), 0);
}

class LoginReducer : public ConsoleFixture {};

TEST_F(LoginReducer, AsksForANameAndACodeWhereTheyAreNeeded) {
  act(UseNamedAccount{true});
  drafts.login = {"vera", "a long password", ""};
  act(LogIn{});
  const auto first = only<SendLogin>();
  EXPECT_EQ(first.body.name, "vera");
  EXPECT_FALSE(first.body.code);
  Failure wanted = refused(401);
  wanted.code = "second_factor_required";
  happen(RequestFailed{SendLogin{}, wanted});
  EXPECT_TRUE(state.session.code_wanted);
  EXPECT_EQ(state.session.problem->id, TextId::CodeWanted);
  drafts.login.code = "000000";
  act(LogIn{});
  EXPECT_EQ(only<SendLogin>().body.code, "000000");
  happen(RequestFailed{SendLogin{}, refused(401)});
  EXPECT_EQ(state.session.problem->id, TextId::ProofWrong);
  act(LogIn{});
  happen(LoggedIn{viewer()});
  EXPECT_TRUE(state.session.is_open);
  EXPECT_EQ(state.session.name, "vera");
  EXPECT_TRUE(drafts.login.password.empty());
  EXPECT_TRUE(drafts.login.code.empty());
}

class AuditReducer : public ConsoleFixture {
 protected:
  void SetUp() override {
    happen(Started{"/manage/audit", {Language::English, Appearance::System}, 0, true});
    sign_in();
  }
  static AuditRow row(std::int64_t id) {
    AuditRow made;
    made.id = id;
    return made;
  }
};

TEST_F(AuditReducer, PutsOlderRowsBehindTheOnesThatAreThere) {
  happen(AuditLoaded{{{row(9), row(8)}, 8}, false, state.audit.serial});
  act(LoadOlderAudit{});
  EXPECT_EQ(only<FetchAudit>().query.before, 8);
  act(LoadOlderAudit{});
  EXPECT_TRUE(requests().empty());
  happen(AuditLoaded{{{row(7)}, std::nullopt}, true, state.audit.serial});
  ASSERT_EQ(state.audit.rows.value->rows.size(), 3U);
  EXPECT_EQ(state.audit.rows.value->rows.back().id, 7);
  act(LoadOlderAudit{});
  EXPECT_TRUE(requests().empty());
}

TEST_F(AuditReducer, DropsAnswersToAnEarlierSearch) {
  const auto before = state.audit.serial;
  AuditFilter filter;
  filter.action = " keys/update ";
  act(FilterAudit{filter});
  EXPECT_EQ(only<FetchAudit>().query.action, "keys/update");
  happen(AuditLoaded{{{row(9)}, std::nullopt}, false, before});
  EXPECT_FALSE(state.audit.rows.value);
}

TEST_F(AuditReducer, AsksForASpanOfTime) {
  const Timestamp now = *parse_rfc3339("2027-01-31T08:00:00Z");
  AuditFilter filter;
  EXPECT_FALSE(audit_query(filter, now).from);
  filter.period = AuditPeriod::Week;
  EXPECT_EQ(audit_query(filter, now).from, parse_rfc3339("2027-01-24T08:00:00Z"));
  EXPECT_FALSE(audit_query(filter, now).who);
}

TEST_F(AuditReducer, VerifiesOnceAtATimeAndKeepsTheOutcome) {
  act(VerifyAudit{});
  only<FetchAuditVerification>();
  act(VerifyAudit{});
  EXPECT_TRUE(requests().empty());
  AuditVerification outcome;
  outcome.ok = true;
  happen(AuditVerified{outcome});
  EXPECT_TRUE(state.audit.verified->ok);
  EXPECT_FALSE(state.audit.verifying);
}

TEST_F(AuditReducer, HandsOutTheLogAsAFile) {
  act(ExportAudit{});
  only<FetchAuditExport>();
  happen(AuditExported{"{}\n"});
  EXPECT_TRUE(caused<SaveFile>());
}

}  // namespace
}  // namespace geminate::ui
