#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "frontend-wasm/app/accounts_state.h"
#include "frontend-wasm/app/audit_state.h"
#include "frontend-wasm/app/dashboard_state.h"
#include "frontend-wasm/app/key_bulk.h"
#include "frontend-wasm/app/key_export.h"
#include "frontend-wasm/app/key_import_state.h"
#include "frontend-wasm/app/key_list.h"
#include "frontend-wasm/app/playground_state.h"
#include "frontend-wasm/app/settings_state.h"
#include "frontend-wasm/app/tokens_state.h"
#include "frontend-wasm/text/text.h"

namespace geminate::ui {

/// A page that stands in the navigation, and in the address bar as /manage/<name>.
enum class Page : std::uint8_t {
  Keys,
  Tokens,
  Requests,
  Dashboard,
  Playground,
  Settings,
  Models,
  Accounts,
  Audit
};
enum class Appearance : std::uint8_t { System, Light, Dark };

using TokenId = std::int64_t;

// --- the shell
struct Navigate {
  Page page{};
};
struct SetLanguage {
  Language language{};
};
struct SetAppearance {
  Appearance appearance{};
};
struct SetMenuOpen {
  bool open{};
};
/// The page's list or sums, anew.
struct RefreshPage {};
struct SetPaletteOpen {
  bool open{};
};
struct SearchPalette {
  std::string text;
};
/// The chosen entry, so many further down; beyond the end it goes on at the other.
struct MoveInPalette {
  int by{};
};
struct RunPaletteEntry {
  std::size_t index{};
};
/// Goes where an address leads; see location.h.
struct FollowAddress {
  std::string address;
};
/// The answers to whether what was typed may be lost.
struct KeepEditing {};
struct DiscardChanges {};
struct SetShortcutsOpen {
  bool open{};
};
struct LogIn {};  // with Drafts::login
/// Shows or hides the field for an account's name.
struct UseNamedAccount {
  bool named{};
};
struct LogOut {};
struct RetryNow {};
struct DismissToast {
  std::uint64_t id{};
};
/// Puts a text into the clipboard and says so.
struct CopyText {
  std::string text;
};

// --- keys
struct RefreshKeys {};
struct SearchKeys {
  std::string text;
};
struct FilterKeys {
  KeyFilter filter{};
};
/// The column that sorts already: the other way round.
struct SortKeys {
  KeyColumn column{};
};
struct SelectKey {
  KeyId id{};
  bool selected{};
  /// The whole range from the row that was selected last.
  bool up_to_here{};
};
/// All that are shown join the selection or leave it; others stay as they are.
struct SelectShownKeys {
  bool selected{};
};
/// Of those that are shown, the others.
struct InvertShownKeys {};
struct ClearKeySelection {};
struct ShowKeyColumn {
  KeyColumn column{};
  bool shown{};
};
/// While its edge is dragged; `settled` when it was let go. 0 gives the column's own width back.
struct ResizeKeyColumn {
  KeyColumn column{};
  float width{};
  bool settled{};
};
struct ResetKeyColumns {};
/// Other rows have come into sight; by rising id.
struct SeeKeys {
  std::vector<KeyId> ids;
};
/// The drawer with all fields of a key; fills Drafts::key.
struct OpenKey {
  KeyId id{};
};
struct OpenAddKeys {};  // empties Drafts::key and Drafts::key_texts
/// The dialog or drawer that lies on top.
struct CloseOverlay {};
/// Drafts::key_texts: one key is an add, several get a preview first; from the preview on it is the import.
struct SubmitNewKeys {};
/// Opens the browser's choice of files; what is chosen comes as OfferKeyFile.
struct PickKeyFile {};
/// A file that was chosen or dropped, or a long text that was pasted.
struct OfferKeyFile {
  std::string name;
  std::string content;
};
struct FilterImport {
  ImportFilter filter{};
};
/// From the preview or the report back to the text.
struct ReviseImport {};
/// Goes on where it stands still, or sends what was not sent.
struct RetryImport {};
struct StopImport {};
/// Those that are selected, or else those that are shown, as a file.
struct ExportKeys {
  ExportForm form{};
};
struct SaveKey {
  KeyId id{};
};  // with Drafts::key
struct SetKeysActive {
  std::vector<KeyId> ids;
  bool active{};
};
struct AskDeleteKeys {
  std::vector<KeyId> ids;
};
/// The answer "yes" to AskDeleteKeys.
struct DeleteKeys {
  std::vector<KeyId> ids;
};

/// Asks what is to be done with the keys that are selected, and says what it would change.
struct OpenKeyBulk {
  KeyEdit edit{};
};
struct PlanKeyBulk {};    // anew, after Drafts::bulk_value changed
struct SubmitKeyBulk {};  // with Drafts::bulk_value
/// The steps that failed, once more.
struct RetryKeyBulk {};
/// Takes back what that toast told of.
struct UndoKeys {
  std::uint64_t toast{};
};

/// Asks upstream about the key whose drawer is open.
struct CheckOpenKey {};
struct ShowWholeHistory {};

// --- client tokens
struct RefreshTokens {};
struct OpenMakeToken {};  // empties Drafts::token
struct SubmitNewToken {};
struct OpenToken {
  TokenId id{};
};  // fills Drafts::token
struct SaveToken {
  TokenId id{};
};
struct SetTokenActive {
  TokenId id{};
  bool active{};
};
struct AskDeleteToken {
  TokenId id{};
};
struct DeleteToken {
  TokenId id{};
};
struct SearchTokens {
  std::string text;
};
struct FilterTokens {
  TokenFilter filter{};
};
/// Asks for how long the present secret stays valid.
struct AskRotateToken {
  TokenId id{};
};
struct SetRotationGrace {
  std::int64_t seconds{};
};
struct RotateToken {};  // the answer "yes" to AskRotateToken
struct ShowClientExample {
  ClientExample example{};
};

// --- requests
/// Another search, as typed (request_filter.h).
struct SearchRequests {
  std::string text;
};
/// Goes to the page of requests with that search.
struct ShowRequests {
  std::string search;
};
struct LoadOlderRequests {};
struct RefreshRequests {};
struct SetRequestTail {
  bool on{};
};
struct OpenRequest {
  std::string id;
};
/// From a request to its key: the page of keys with its drawer.
struct ShowKey {
  KeyId id{};
};

// --- the dashboard
struct SetPeriod {
  UsagePeriod period{};
};
struct RefreshDashboard {};
/// The pool as it was at that moment; nothing: as it is.
struct ScrubPool {
  std::optional<Timestamp> at;
};
/// Lists only the fallen of that cell; nothing: all.
struct NarrowPool {
  std::optional<std::size_t> cell;
};

// --- settings
struct ShowSettingsTab {
  SettingsTab tab{};
};
struct RefreshSettings {};  // the tab on screen
struct FilterSettings {
  SettingFilter filter{};
};
struct OpenSetting {
  std::string name;
};  // fills SettingsDrafts::value
struct SaveSetting {};
/// Back to what the environment says.
struct ResetSetting {};
/// Fills SettingsDrafts::quota; without a model: for one that is not in the list.
struct OpenQuota {
  std::string project;
  std::int64_t key_id{};
  std::string model;
};
struct SaveQuota {};
struct OpenPrice {
  std::string model;
};  // fills SettingsDrafts::price
struct SavePrice {};
struct ResetPrice {};

// --- models
struct OpenAlias {
  std::string alias;
};  // fills SettingsDrafts::alias; empty: a new one
struct SaveAlias {};
struct DeleteAlias {};

// --- accounts, sessions, whole keys
/// Opens a step's dialog; `id` is the account's, the session's or the key's. Empties Drafts::accounts.
struct OpenAccountStep {
  AccountStep step{};
  std::int64_t id{};
};
/// With Drafts::accounts.
struct SubmitAccountStep {};

// --- the audit log
struct FilterAudit {
  AuditFilter filter;
};
struct LoadOlderAudit {};
/// 0: closes it.
struct OpenAuditRow {
  std::int64_t id{};
};
struct VerifyAudit {};
struct ExportAudit {};

// --- the playground: its own list is in playground_state.h
struct AtPlayground {
  PlaygroundAction asked;
};

/// All that a person can ask for. Pages emit these; only `reduce` answers. What the first part of the program
/// (parts.h) answers comes first.
using Action =
    std::variant<Navigate, RefreshPage, FollowAddress, KeepEditing, DiscardChanges, SetLanguage,
                 SetAppearance, SetMenuOpen, UseNamedAccount, LogIn, RetryNow, DismissToast, CopyText,
                 RefreshKeys, SearchKeys, FilterKeys, SortKeys, SelectKey, SelectShownKeys, InvertShownKeys,
                 ClearKeySelection, ShowKeyColumn, ResizeKeyColumn, ResetKeyColumns, SeeKeys, CloseOverlay,
                 /* later */ OpenKey, LogOut, SetPaletteOpen, SetShortcutsOpen, SearchPalette, MoveInPalette,
                 RunPaletteEntry, OpenAddKeys, SubmitNewKeys, PickKeyFile, OfferKeyFile, FilterImport,
                 ReviseImport, RetryImport, StopImport, ExportKeys, SaveKey, SetKeysActive, AskDeleteKeys,
                 DeleteKeys, OpenKeyBulk, PlanKeyBulk, SubmitKeyBulk, RetryKeyBulk, UndoKeys, CheckOpenKey,
                 ShowWholeHistory, RefreshTokens, OpenMakeToken, SubmitNewToken, OpenToken, SaveToken,
                 SetTokenActive, AskDeleteToken, DeleteToken, SearchTokens, FilterTokens, AskRotateToken,
                 SetRotationGrace, RotateToken, ShowClientExample, SearchRequests, ShowRequests,
                 LoadOlderRequests, RefreshRequests, SetRequestTail, OpenRequest, ShowKey, SetPeriod,
                 RefreshDashboard, AtPlayground, ShowSettingsTab, RefreshSettings, FilterSettings,
                 OpenSetting, SaveSetting, ResetSetting, OpenQuota, SaveQuota, OpenPrice, SavePrice,
                 ResetPrice, OpenAlias, SaveAlias, DeleteAlias, ScrubPool, NarrowPool, OpenAccountStep,
                 SubmitAccountStep, FilterAudit, LoadOlderAudit, OpenAuditRow, VerifyAudit, ExportAudit>;
/// The first one that the later part answers.
using FirstLaterAction = OpenKey;

/// Queues the action; state never changes while a frame is being drawn.
using Emit = std::function<void(Action)>;

}  // namespace geminate::ui
