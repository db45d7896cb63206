#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "frontend-wasm/api/failure.h"
#include "frontend-wasm/api/transport.h"
#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/app/effects.h"
#include "frontend-wasm/app/key_merge.h"
#include "frontend-wasm/platform/given_file.h"

namespace geminate::ui {

/// The console opened, with what the browser knows and remembers.
struct Started {
  std::string path;
  Preferences preferences;
  std::int32_t zone_minutes = 0;
  bool visible = true;
  KeyTableLayout key_layout{};
  std::string server_address{};  // as the browser reaches it: "https://example.org:7860"
  std::string prompt{};          // the playground's, from before this tab was loaded again
  bool whole = true;             // AppState::whole
};
/// The later part of the program is there.
struct Completed {};
/// Comes before every other input, and when AppState asked to be woken (next_wake).
struct TimePassed {
  double now = 0;
  Timestamp wall_now{};
};
/// The address changed without us: back, forward.
struct PathChanged {
  std::string path;
};
struct VisibilityChanged {
  bool visible = true;
};

// --- answers, one kind for each ServerRequest
struct SessionLoaded {
  SessionView session;
};
struct LoggedIn {
  SessionView session;
};
struct LoggedOut {};
struct KeysLoaded {
  KeyPortion facts, activity;
  std::uint64_t edits = 0;
};
struct KeyGlancesLoaded {
  KeyGlances glances;
};
struct KeyAdded {
  UpstreamKeyView row;
};
struct KeysImported {
  KeyImportResult result;
  std::uint64_t serial = 0;
};
struct KeySaved {
  UpstreamKeyView row;
  RowChange change{};
};
struct KeyDeleted {
  KeyId id{};
};
struct KeysChanged {
  KeyBulk request;
  BulkResult result;
};
struct KeyHistoryLoaded {
  KeyId id{};
  KeyEventPage page;
};
struct QuotasLoaded {
  KeyId for_key{};
  QuotaList list;
};
struct KeyUsageLoaded {
  KeyId id{};
  UsageReport report;
};
struct KeyCheckLoaded {
  KeyCheckJob job;
};
struct TokensLoaded {
  TokenList list;
  std::uint64_t edits = 0;
  std::uint64_t digest = 0;
};
struct TokenMade {
  TokenCreated token;
};
struct TokenSaved {
  ClientTokenView row;
  RowChange change{};
};
struct TokenDeleted {
  TokenId id{};
};
struct TokenRotated {
  TokenCreated token;
};
struct RequestsLoaded {
  RequestPage page;
  RequestsPart part{};
  std::uint64_t serial = 0;
};
struct StoryLoaded {
  RequestStory story;
};
struct UsageLoaded {
  UsageReport report;
  std::uint64_t serial = 0;
};
struct KeyTimelineLoaded {
  KeyTimeline timeline;
};
struct CapacityLoaded {
  CapacityReport report;
};
struct RecentUseLoaded {
  UsageReport report;
};
struct FailuresLoaded {
  RequestPage page;
  StatusGroup group{};
  std::uint64_t serial = 0;
};
struct SettingsLoaded {
  SettingList list;
};
struct SettingsSaved {
  SettingList list;
  std::string name;
  bool reset = false;
};
struct QuotaListLoaded {
  QuotaList list;
};
struct QuotaSaved {
  QuotaView quota;
};
/// `model`: whose price was set, or reset; empty: they were only asked for.
struct PricesLoaded {
  PriceList list;
  std::string model;
  bool reset = false;
};
/// `alias`: which was saved, or deleted; empty: they were only asked for.
struct AliasesLoaded {
  AliasList list;
  std::string alias;
  bool deleted = false;
};
struct AccountsLoaded {
  AccountList list;
};
struct SessionsLoaded {
  SessionList list;
};
/// What only some steps bring stays empty with the others.
struct AccountStepDone {
  AccountStep step{};
  SecondFactorOffer offer{};
  std::vector<std::string> codes{};
  std::string key{};  // the whole key, or all of them as JSON
};
struct AuditLoaded {
  AuditPage page;
  bool older = false;
  std::uint64_t serial = 0;
};
struct AuditVerified {
  AuditVerification outcome;
};
struct AuditExported {
  std::string lines;
};
struct AboutLoaded {
  AboutView about;
};
/// The live feed opened, or ended or would not open; `status` is HTTP's, 0 where there was none.
struct FeedTurned {
  bool up = false;
  std::uint16_t status = 0;
};
struct FeedSaid {
  std::string event;
};
struct ModelsLoaded {
  GeminiModelList list;
};
/// A prompt's answer came a step on.
struct AnswerMoved {
  std::uint64_t serial = 0;
  StreamStep step;
};
/// A file was dropped on the page, pasted or picked; what for is told by the page that is open.
struct FileGiven {
  GivenFile file;
};
struct RequestFailed {
  ServerRequest request;
  Failure failure;
};

/// All that can happen without a person asking for it. What the first part of the program (parts.h) takes
/// comes first.
using Event =
    std::variant<Started, Completed, TimePassed, PathChanged, VisibilityChanged, SessionLoaded, LoggedIn,
                 KeysLoaded, KeyGlancesLoaded, RequestFailed, FeedTurned, FeedSaid,
                 /* later */ KeyAdded, LoggedOut, KeysImported, KeySaved, KeyDeleted, KeysChanged,
                 KeyHistoryLoaded, QuotasLoaded, KeyUsageLoaded, KeyCheckLoaded, TokensLoaded, TokenMade,
                 TokenSaved, TokenDeleted, TokenRotated, RequestsLoaded, StoryLoaded, UsageLoaded,
                 ModelsLoaded, AnswerMoved, FileGiven, KeyTimelineLoaded, CapacityLoaded, RecentUseLoaded,
                 FailuresLoaded, SettingsLoaded, SettingsSaved, QuotaListLoaded, QuotaSaved, PricesLoaded,
                 AboutLoaded, AliasesLoaded, AccountsLoaded, SessionsLoaded, AccountStepDone, AuditLoaded,
                 AuditVerified, AuditExported>;
/// The first one that the later part takes.
using FirstLaterEvent = KeyAdded;

}  // namespace geminate::ui
