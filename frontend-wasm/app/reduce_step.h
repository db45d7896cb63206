#pragma once

#include <string>

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/app/effects.h"
#include "frontend-wasm/app/events.h"

namespace geminate::ui {

/// One input on its way through the reducer: what it may change and what it asks for. Only the reduce_*.cpp
/// files use it.
struct Step {
  AppState& state;
  Drafts& drafts;
  Effects effects;

  void send(ServerRequest request) { effects.emplace_back(std::move(request)); }
  void redraw() { effects.emplace_back(Redraw{}); }
  void toast(Tone tone, Message message, std::optional<Message> note = std::nullopt);
  /// A toast about a change of keys or tokens: in memory mode it says for how long the change lasts.
  void announce(Message message, TextId memory_note);
  void complain(const Failure& failure);

  /// Ask for a list, unless one is on its way.
  void fetch_keys();
  void fetch_tokens();
  void fetch_page();
};

Message describe(const Failure& failure);
/// Whether the server blames what stands in the form, so that the form should say it.
bool blames_form(const Failure& failure);
/// Any answer proves that the server is there.
void server_answered(Step& step);
/// The login lies over the page; what was typed stays.
void session_ended(Step& step);

// reducer.cpp
void on(Step& step, const Navigate& action);
void on(Step& step, const SetLanguage& action);
void on(Step& step, const SetAppearance& action);
void on(Step& step, const SetMenuOpen& action);
void on(Step& step, const RetryNow& action);
void on(Step& step, const DismissToast& action);
void on(Step& step, const CopyText& action);
void on(Step& step, const CloseOverlay& action);
void on(Step& step, const Started& event);
void on(Step& step, const Completed& event);
void on(Step& step, const TimePassed& event);
void on(Step& step, const PathChanged& event);
void on(Step& step, const VisibilityChanged& event);
void on(Step& step, const RequestFailed& event);

// reduce_palette.cpp
void on(Step& step, const RefreshPage& action);
void on(Step& step, const SetPaletteOpen& action);
void on(Step& step, const SearchPalette& action);
void on(Step& step, const MoveInPalette& action);
void on(Step& step, const RunPaletteEntry& action);
void on(Step& step, const SetShortcutsOpen& action);

// reduce_address.cpp
void on(Step& step, const FollowAddress& action);
/// After each input: shows the address of what is on screen, or goes where one leads.
void follow_address(Step& step);

// reduce_guard.cpp
void on(Step& step, const KeepEditing& action);
void on(Step& step, const DiscardChanges& action);
/// Does what was asked for, one after the other, until something would lose what was typed: that waits.
void take(Step& step, std::vector<Action> actions);
void take(Step& step, Action action);

// reduce_accounts.cpp
void on(Step& step, const OpenAccountStep& action);
void on(Step& step, const SubmitAccountStep& action);
void on(Step& step, const AccountsLoaded& event);
void on(Step& step, const SessionsLoaded& event);
void on(Step& step, const AccountStepDone& event);
void failed(Step& step, const FetchAccounts& request, const Failure& failure);
void failed(Step& step, const FetchSessions& request, const Failure& failure);
void failed(Step& step, const SendAccountStep& request, const Failure& failure);
void fetch_accounts(Step& step);
/// Closes the dialog; the secrets that it showed are gone with it.
void close_account_step(Step& step);
/// When its time is over.
void hide_whole_key(Step& step);
bool account_form_has_changes(const AppState& state, const Drafts& drafts);

// reduce_audit.cpp
void on(Step& step, const FilterAudit& action);
void on(Step& step, const LoadOlderAudit& action);
void on(Step& step, const OpenAuditRow& action);
void on(Step& step, const VerifyAudit& action);
void on(Step& step, const ExportAudit& action);
void on(Step& step, const AuditLoaded& event);
void on(Step& step, const AuditVerified& event);
void on(Step& step, const AuditExported& event);
void failed(Step& step, const FetchAudit& request, const Failure& failure);
void failed(Step& step, const FetchAuditVerification& request, const Failure& failure);
void failed(Step& step, const FetchAuditExport& request, const Failure& failure);
void fetch_audit(Step& step);

// reduce_session.cpp
void on(Step& step, const UseNamedAccount& action);
void on(Step& step, const LogIn& action);
void on(Step& step, const LogOut& action);
void on(Step& step, const SessionLoaded& event);
void on(Step& step, const LoggedIn& event);
void on(Step& step, const LoggedOut& event);
void failed(Step& step, const FetchSession& request, const Failure& failure);
void failed(Step& step, const SendLogin& request, const Failure& failure);
void failed(Step& step, const SendLogout& request, const Failure& failure);

// reduce_keys.cpp: the list
void on(Step& step, const RefreshKeys& action);
void on(Step& step, const SearchKeys& action);
void on(Step& step, const FilterKeys& action);
void on(Step& step, const SortKeys& action);
void on(Step& step, const SelectKey& action);
void on(Step& step, const SelectShownKeys& action);
void on(Step& step, const InvertShownKeys& action);
void on(Step& step, const ClearKeySelection& action);
void on(Step& step, const ShowKeyColumn& action);
void on(Step& step, const ResizeKeyColumn& action);
void on(Step& step, const ResetKeyColumns& action);
void on(Step& step, const KeysLoaded& event);
void failed(Step& step, const FetchKeys& request, const Failure& failure);
/// Draws a list of keys or tokens again when its relative times have moved on; when that is, in seconds of
/// the platform's clock.
void follow_times(Step& step);
std::optional<double> times_due(const AppState& state);
/// After keys changed.
void arrange(KeysPageState& page);
void put_row(KeysPageState& page, const UpstreamKeyView& row);
void remove_row(KeysPageState& page, KeyId id);
void remove_rows(KeysPageState& page, const std::vector<KeyId>& ids);
std::string shown_name(const UpstreamKeyView& row);

// reduce_key_glance.cpp: what rows show while they are in sight
void on(Step& step, const SeeKeys& action);
void on(Step& step, const KeyGlancesLoaded& event);
void failed(Step& step, const FetchKeyGlances& request, const Failure& failure);
/// Keys are no longer what they were.
void glances_moved(AppState& state);
/// Asks for them, if that is due.
void follow_glances(Step& step);
std::optional<double> glances_due(const AppState& state);

// reduce_key_edits.cpp: forms, switches, deletions
void on(Step& step, const OpenKey& action);
void on(Step& step, const OpenAddKeys& action);
void on(Step& step, const SaveKey& action);
void on(Step& step, const SetKeysActive& action);
void on(Step& step, const AskDeleteKeys& action);
void on(Step& step, const DeleteKeys& action);
void on(Step& step, const KeySaved& event);
void on(Step& step, const KeyDeleted& event);
void failed(Step& step, const SendKeyPatch& request, const Failure& failure);
void failed(Step& step, const SendKeyDeletion& request, const Failure& failure);
void close_overlay(Step& step, KeysPageState& page);

// reduce_key_import.cpp: new keys, and how keys leave as a file
void on(Step& step, const SubmitNewKeys& action);
void on(Step& step, const PickKeyFile& action);
void on(Step& step, const OfferKeyFile& action);
void on(Step& step, const FilterImport& action);
void on(Step& step, const ReviseImport& action);
void on(Step& step, const RetryImport& action);
void on(Step& step, const StopImport& action);
void on(Step& step, const ExportKeys& action);
void on(Step& step, const KeyAdded& event);
void on(Step& step, const KeysImported& event);
void failed(Step& step, const SendNewKey& request, const Failure& failure);
void failed(Step& step, const SendKeyImport& request, const Failure& failure);
/// Whole keys leave the memory; answers that are on their way come to nothing.
void forget_import(Step& step);

// reduce_key_bulk.cpp: many keys at once
void on(Step& step, const OpenKeyBulk& action);
void on(Step& step, const PlanKeyBulk& action);
void on(Step& step, const SubmitKeyBulk& action);
void on(Step& step, const RetryKeyBulk& action);
void on(Step& step, const UndoKeys& action);
void on(Step& step, const KeysChanged& event);
void failed(Step& step, const SendKeyBulk& request, const Failure& failure);
/// Nothing happens while another one runs.
void start_run(Step& step, BulkRun run);
void start_edit(Step& step, const std::vector<KeyId>& ids, KeyEdit edit);
inline constexpr double kUndoSeconds = 12;

// reduce_key_story.cpp: what the drawer tells
void on(Step& step, const CheckOpenKey& action);
void on(Step& step, const ShowWholeHistory& action);
void on(Step& step, const KeyHistoryLoaded& event);
void on(Step& step, const QuotasLoaded& event);
void on(Step& step, const KeyUsageLoaded& event);
void on(Step& step, const KeyCheckLoaded& event);
void failed(Step& step, const FetchKeyHistory& request, const Failure& failure);
void failed(Step& step, const FetchQuotas& request, const Failure& failure);
void failed(Step& step, const FetchKeyUsage& request, const Failure& failure);
void failed(Step& step, const SendKeyCheck& request, const Failure& failure);
void failed(Step& step, const FetchKeyCheck& request, const Failure& failure);
void begin_story(Step& step, KeyId id);
/// As time passes: looks how far a running check is.
void follow_check(Step& step);

// reduce_tokens.cpp
void on(Step& step, const RefreshTokens& action);
void on(Step& step, const OpenMakeToken& action);
void on(Step& step, const SubmitNewToken& action);
void on(Step& step, const OpenToken& action);
void on(Step& step, const SaveToken& action);
void on(Step& step, const SetTokenActive& action);
void on(Step& step, const AskDeleteToken& action);
void on(Step& step, const DeleteToken& action);
void on(Step& step, const SearchTokens& action);
void on(Step& step, const FilterTokens& action);
void on(Step& step, const AskRotateToken& action);
void on(Step& step, const SetRotationGrace& action);
void on(Step& step, const RotateToken& action);
void on(Step& step, const ShowClientExample& action);
void on(Step& step, const TokensLoaded& event);
void on(Step& step, const TokenMade& event);
void on(Step& step, const TokenSaved& event);
void on(Step& step, const TokenDeleted& event);
void on(Step& step, const TokenRotated& event);
void failed(Step& step, const FetchTokens& request, const Failure& failure);
void failed(Step& step, const SendNewToken& request, const Failure& failure);
void failed(Step& step, const SendTokenPatch& request, const Failure& failure);
void failed(Step& step, const SendTokenDeletion& request, const Failure& failure);
void failed(Step& step, const SendTokenRotation& request, const Failure& failure);
void close_overlay(Step& step, TokensPageState& page);
void put_row(TokensPageState& page, const ClientTokenView& row);
void remove_row(TokensPageState& page, TokenId id);
std::string shown_name(const ClientTokenView& row);

// reduce_requests.cpp
void on(Step& step, const SearchRequests& action);
void on(Step& step, const ShowRequests& action);
void on(Step& step, const LoadOlderRequests& action);
void on(Step& step, const RefreshRequests& action);
void on(Step& step, const SetRequestTail& action);
void on(Step& step, const OpenRequest& action);
void on(Step& step, const ShowKey& action);
void on(Step& step, const RequestsLoaded& event);
void on(Step& step, const StoryLoaded& event);
void failed(Step& step, const FetchRequests& request, const Failure& failure);
void failed(Step& step, const FetchStory& request, const Failure& failure);
void close_story(RequestsPageState& page);
/// Asks for the newest rows of the search, unless they are on their way.
void fetch_requests(Step& step);
/// There are requests that the page has not seen.
void requests_moved(Step& step);
/// Asks for what came since, if that is due.
void follow_requests(Step& step);
/// When follow_requests has something to do next, in seconds of the platform's clock.
std::optional<double> requests_due(const AppState& state);

// reduce_dashboard.cpp
void on(Step& step, const SetPeriod& action);
void on(Step& step, const RefreshDashboard& action);
void on(Step& step, const UsageLoaded& event);
void failed(Step& step, const FetchUsage& request, const Failure& failure);
// reduce_pool_watch.cpp: the pool over time, the forecast, the errors
void on(Step& step, const ScrubPool& action);
void on(Step& step, const NarrowPool& action);
void on(Step& step, const KeyTimelineLoaded& event);
void on(Step& step, const CapacityLoaded& event);
void on(Step& step, const RecentUseLoaded& event);
void on(Step& step, const FailuresLoaded& event);
void failed(Step& step, const FetchKeyTimeline& request, const Failure& failure);
void failed(Step& step, const FetchCapacity& request, const Failure& failure);
void failed(Step& step, const FetchRecentUse& request, const Failure& failure);
void failed(Step& step, const FetchFailures& request, const Failure& failure);
/// Asks for both at once, whatever is due.
void fetch_pool_watch(Step& step);
void follow_pool_watch(Step& step);
std::optional<double> pool_watch_due(const AppState& state);
/// After the sums came: which requests failed.
void fetch_failures(Step& step);
/// After the list of keys, the timeline or the moment changed.
void repaint_pool(AppState& state);

// reduce_dashboard.cpp, continued
/// Asks for all sums of the period.
void fetch_dashboard(Step& step);
/// The sums are no longer what they are.
void usage_moved(Step& step);
/// Asks for the sums again, if that is due.
void follow_usage(Step& step);
std::optional<double> usage_due(const AppState& state);

// reduce_settings.cpp
void on(Step& step, const ShowSettingsTab& action);
void on(Step& step, const RefreshSettings& action);
void on(Step& step, const FilterSettings& action);
void on(Step& step, const OpenSetting& action);
void on(Step& step, const SaveSetting& action);
void on(Step& step, const ResetSetting& action);
void on(Step& step, const OpenQuota& action);
void on(Step& step, const SaveQuota& action);
void on(Step& step, const OpenPrice& action);
void on(Step& step, const SavePrice& action);
void on(Step& step, const ResetPrice& action);
void on(Step& step, const SettingsLoaded& event);
void on(Step& step, const SettingsSaved& event);
void on(Step& step, const QuotaListLoaded& event);
void on(Step& step, const QuotaSaved& event);
void on(Step& step, const PricesLoaded& event);
void on(Step& step, const AboutLoaded& event);
void failed(Step& step, const FetchSettings& request, const Failure& failure);
void failed(Step& step, const FetchQuotaList& request, const Failure& failure);
void failed(Step& step, const FetchPrices& request, const Failure& failure);
void failed(Step& step, const FetchAbout& request, const Failure& failure);
void failed(Step& step, const SendSettings& request, const Failure& failure);
void failed(Step& step, const SendQuota& request, const Failure& failure);
void failed(Step& step, const SendPrices& request, const Failure& failure);
// reduce_aliases.cpp
void on(Step& step, const OpenAlias& action);
void on(Step& step, const SaveAlias& action);
void on(Step& step, const DeleteAlias& action);
void on(Step& step, const AliasesLoaded& event);
void failed(Step& step, const FetchAliases& request, const Failure& failure);
void failed(Step& step, const SendAliases& request, const Failure& failure);
void fetch_aliases(Step& step);

// reduce_settings.cpp, continued
/// Asks for what the tab on screen shows.
void fetch_settings(Step& step);
void close_settings(SettingsPageState& page);
/// Nothing that is on its way will be answered.
void forget_calls(SettingsPageState& page);

// reduce_playground.cpp
void on(Step& step, const AtPlayground& action);
void on(Step& step, const ModelsLoaded& event);
void on(Step& step, const AnswerMoved& event);
void on(Step& step, const FileGiven& event);
void failed(Step& step, const FetchModels& request, const Failure& failure);
/// Asks for the models, unless they are there.
void open_playground(Step& step);
/// Whoever fetched it, the story may be the last answer's; or there is none, at least not yet.
void take_answers_story(Step& step, const RequestStory& story);
void miss_answers_story(Step& step, const std::string& id);
/// What the browser remembered of the draft, and what it is to remember now. Typing tells nobody, so this is
/// looked at as time passes.
void restore_prompt(Step& step, const std::string& text);
void keep_prompt(Step& step);
void follow_playground(Step& step);
std::optional<double> playground_due(const AppState& state);

// reduce_feed.cpp
void on(Step& step, const FeedTurned& event);
void on(Step& step, const FeedSaid& event);
/// Asks for the list of keys on a page that shows their names, if the feed told of something.
void follow_keys(Step& step);
std::optional<double> keys_due(const AppState& state);
/// The same of the client tokens, on their own page.
void follow_tokens(Step& step);
std::optional<double> tokens_due(const AppState& state);
/// After each input: listens exactly while somebody looks on.
void follow_feed(Step& step);

/// Bookkeeping that both lists share. Takes the answer's place in `refresh`; false: an edit was answered
/// meanwhile, the list is stale and has to be asked for again.
bool take_list(Refresh& refresh, Loading& loading, std::uint64_t edits, double now);
void list_failed(Step& step, Refresh& refresh, Loading& loading, const Failure& failure);
/// Whether drawing again would show anything else: another list, or times that moved on.
bool looks_different(Refresh& refresh, std::uint64_t digest, std::optional<Timestamp> last_used,
                     Timestamp now);

}  // namespace geminate::ui
