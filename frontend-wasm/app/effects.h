#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "frontend-wasm/app/actions.h"
#include "frontend-wasm/app/feed.h"
#include "frontend-wasm/app/requests_state.h"
#include "shared/dto/accounts.h"
#include "shared/dto/audit.h"
#include "shared/dto/key_columns.h"
#include "shared/dto/keys.h"
#include "shared/dto/settings.h"
#include "shared/dto/system.h"
#include "shared/dto/tokens.h"

namespace geminate::ui {

/// What a patch of one row was for; says how its answer is announced.
enum class RowChange : std::uint8_t { Saved, Enabled, Disabled };

// --- one request to the server each; `edits` is Refresh::edits at the moment of asking
struct FetchSession {};
struct SendLogin {
  LoginRequest body;
};
struct SendLogout {};
/// What has changed since these versions; since none: everything.
struct FetchKeys {
  std::uint64_t edits = 0;
  KeyVersions since{};
};
struct FetchKeyGlances {
  KeyGlanceQuery query;
};
struct SendNewKey {
  KeyDraft body;
};
struct SendKeyImport {
  KeyImport body;
  std::uint64_t serial = 0;  // KeyImportState::serial
};
struct SendKeyPatch {
  KeyId id{};
  KeyPatch body;
  RowChange change{};
};
struct SendKeyDeletion {
  KeyId id{};
};
struct SendKeyBulk {
  KeyBulk body;
};
struct FetchKeyHistory {
  KeyId id{};
};
struct FetchQuotas {
  KeyId for_key{};
};
struct FetchKeyUsage {
  KeyId id{};
  UsageQuery query;
};
struct SendKeyCheck {
  KeyId id{};
};
struct FetchKeyCheck {
  std::int64_t check{};
};
struct FetchTokens {
  std::uint64_t edits = 0;
};
struct SendNewToken {
  TokenDraft body;
};
struct SendTokenPatch {
  TokenId id{};
  TokenPatch body;
  RowChange change{};
};
struct SendTokenDeletion {
  TokenId id{};
};
struct SendTokenRotation {
  TokenId id{};
  TokenRotation body;
};

struct FetchRequests {
  RequestQuery query;
  RequestsPart part{};
  std::uint64_t serial = 0;
};
struct FetchStory {
  std::string id;
};
struct FetchUsage {
  UsageQuery query;
  std::uint64_t serial = 0;
};

struct FetchSettings {};
struct SendSettings {
  SettingsEdit body;
};
struct FetchQuotaList {};
struct SendQuota {
  QuotaPatch body;
};
struct FetchPrices {};
/// `model`: whose price it is about; `reset`: it goes back to its default.
struct SendPrices {
  PriceEdit body;
  std::string model;
  bool reset = false;
};
struct FetchAbout {};
struct FetchAliases {};
/// `alias`: which one it is about.
struct SendAliases {
  AliasEdit body;
  std::string alias;
  bool deleted = false;
};

struct FetchKeyTimeline {};
struct FetchCapacity {};
/// Sums of the last hour by model, for the forecast.
struct FetchRecentUse {
  UsageQuery query;
};
struct FetchFailures {
  RequestQuery query;
  std::uint64_t serial = 0;  // of the dashboard's question
};

/// Upstream's models, for the playground.
struct FetchModels {};

struct FetchAccounts {};
struct FetchSessions {};
/// A step's own call takes what it needs of this; the request that a failure brings back has no secrets.
struct SendAccountStep {
  AccountStep step{};
  std::int64_t id{};
  AccountDraft draft{};
  AccountPatch patch{};
  Reauthentication proof{};
  std::string new_password{};
};

struct FetchAudit {
  AuditQuery query;
  std::uint64_t serial = 0;  // AuditPageState::serial
};
struct FetchAuditVerification {};
struct FetchAuditExport {};

/// What the first part of the program (parts.h) sends comes first.
using ServerRequest =
    std::variant<FetchSession, SendLogin, FetchKeys, FetchKeyGlances,
                 /* later */ SendNewKey, SendLogout, SendKeyImport, SendKeyPatch, SendKeyDeletion,
                 SendKeyBulk, FetchKeyHistory, FetchQuotas, FetchKeyUsage, SendKeyCheck, FetchKeyCheck,
                 FetchTokens, SendNewToken, SendTokenPatch, SendTokenDeletion, SendTokenRotation,
                 FetchRequests, FetchStory, FetchUsage, FetchModels, FetchSettings, SendSettings,
                 FetchQuotaList, SendQuota, FetchPrices, SendPrices, FetchAbout, FetchAliases, SendAliases,
                 FetchKeyTimeline, FetchCapacity, FetchRecentUse, FetchFailures, FetchAccounts, FetchSessions,
                 SendAccountStep, FetchAudit, FetchAuditVerification, FetchAuditExport>;
/// The first one that the later part sends.
using FirstLaterRequest = SendNewKey;

// --- everything else outside of the state
struct ShowPath {
  std::string path;
  /// In place of what the address bar shows, as no place to go back to.
  bool replaces = false;
};
struct RememberChoice {
  std::string name;
  std::string value;
};
struct PutIntoClipboard {
  std::string text;
};
/// Hands a text to the visitor as a file.
struct SaveFile {
  std::string name;
  std::string content;
};
/// What is on screen is no longer what the state says. Actions imply it, events ask for it.
struct Redraw {};

/// Opens the live feed, tries it again, or closes it.
struct Listen {
  bool wanted = false;
};

/// Posts a prompt; AnswerMoved tells of its answer. One at a time.
struct SendPrompt {
  std::uint64_t serial = 0;
  std::string path;
  std::string body;
};
/// Nobody wants the rest of the answer; upstream is cancelled.
struct StopPrompt {};
/// Opens the browser's choice of files; OfferKeyFile or FileGiven tells of them.
struct PickFiles {
  std::string accept;
};

using Effect = std::variant<ServerRequest, ShowPath, RememberChoice, PutIntoClipboard, SaveFile, Redraw,
                            Listen, SendPrompt, StopPrompt, PickFiles>;
using Effects = std::vector<Effect>;

}  // namespace geminate::ui
