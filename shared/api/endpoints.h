#pragma once

#include <cstdint>
#include <string_view>

#include "shared/dto/accounts.h"
#include "shared/dto/aliases.h"
#include "shared/dto/audit.h"
#include "shared/dto/health.h"
#include "shared/dto/key_columns.h"
#include "shared/dto/keys.h"
#include "shared/dto/pool.h"
#include "shared/dto/quotas.h"
#include "shared/dto/settings.h"
#include "shared/dto/system.h"
#include "shared/dto/tokens.h"
#include "shared/dto/usage.h"

namespace geminate::api {

enum class Verb : std::uint8_t { Get, Post, Put, Delete };

/// HTTP's name of the method.
constexpr std::string_view method_name(Verb verb) {
  switch (verb) {
    case Verb::Get:
      return "GET";
    case Verb::Post:
      return "POST";
    case Verb::Put:
      return "PUT";
    case Verb::Delete:
      return "DELETE";
  }
  return {};
}

/// Who may call a management route. Admin is the default everywhere; a Viewer is whoever is logged in; Public
/// ones are few and say why.
enum class Access : std::uint8_t { Admin, Viewer, Public };

template <class RequestBody, class AnswerBody>
struct Endpoint {
  using Request = RequestBody;
  using Answer = AnswerBody;
  Verb verb;
  /// `{id}` stands for the row's number.
  std::string_view path;
  Access access;
  std::uint16_t success;
  std::string_view summary;
  /// What `{id}` stands for where it is a text and no row's number.
  std::string_view text_id = {};
};

// Every management route, once: the server's routing and access check, the console's client and /openapi.json
// are made from these rows (for_each_endpoint below lists them). A GET has no body: what it asks for stands
// in the query, by the names of its Request's fields.
inline constexpr Endpoint<NoBody, SessionView> kSession{Verb::Get, "/api/session", Access::Public, 200,
                                                        "Who am I, and what kind of server is this?"};
inline constexpr Endpoint<LoginRequest, SessionView> kLogin{
    Verb::Post, "/api/login", Access::Public, 200, "Begins an admin session; answers with its cookie."};
inline constexpr Endpoint<NoBody, NoBody> kLogout{Verb::Post, "/api/logout", Access::Public, 204,
                                                  "Ends the session."};
inline constexpr Endpoint<NoBody, KeyList> kListKeys{Verb::Get, "/api/manage/keys/data", Access::Viewer, 200,
                                                     "Every upstream key with its state."};
inline constexpr Endpoint<KeyPortionQuery, KeyPortionHead> kKeyFacts{
    Verb::Get, "/api/manage/keys/facts", Access::Viewer, 200,
    "Every key's settings, or those that have changed, by column: lines of JSON, of which this is the "
    "first."};
inline constexpr Endpoint<KeyPortionQuery, KeyPortionHead> kKeyActivity{
    Verb::Get, "/api/manage/keys/activity", Access::Viewer, 200,
    "Every key's state and use, or those that have changed, by column: lines of JSON, of which this is the "
    "first."};
inline constexpr Endpoint<KeyGlanceQuery, KeyGlances> kKeyGlance{
    Verb::Get, "/api/manage/keys/glance", Access::Viewer, 200,
    "A few keys' requests by the hour, quotas by model and last error: for the rows of a list that are in "
    "sight."};
inline constexpr Endpoint<KeyDraft, UpstreamKeyView> kAddKey{Verb::Post, "/api/manage/keys/add",
                                                             Access::Admin, 201, "Adds an upstream key."};
inline constexpr Endpoint<KeyPatch, UpstreamKeyView> kUpdateKey{
    Verb::Put, "/api/manage/keys/update/{id}", Access::Admin, 200, "Changes a key's settings."};
inline constexpr Endpoint<NoBody, NoBody> kDeleteKey{Verb::Delete, "/api/manage/keys/delete/{id}",
                                                     Access::Admin, 204, "Deletes a key."};
inline constexpr Endpoint<KeyImport, KeyImportResult> kImportKeys{
    Verb::Post, "/api/manage/keys/import", Access::Admin, 200, "Adds every key of a text."};
inline constexpr Endpoint<KeyBulk, BulkResult> kBulkKeys{Verb::Post, "/api/manage/keys/bulk", Access::Admin,
                                                         200, "One action on many keys, in one transaction."};
inline constexpr Endpoint<NoBody, QuotaList> kListQuotas{
    Verb::Get, "/api/manage/quotas/data", Access::Viewer, 200,
    "What each project has spent of each model's quotas, and the limits that are known."};
inline constexpr Endpoint<QuotaPatch, QuotaView> kUpdateQuota{
    Verb::Put, "/api/manage/quotas/update", Access::Admin, 200, "Sets limits for a project and model."};
inline constexpr Endpoint<KeyCheckRequest, KeyCheckJob> kStartChecks{
    Verb::Post, "/api/manage/keys/checks", Access::Admin, 202,
    "Begins to check keys at upstream; the answer names the check."};
inline constexpr Endpoint<NoBody, KeyCheckJobs> kListChecks{Verb::Get, "/api/manage/keys/checks",
                                                            Access::Viewer, 200, "The latest checks."};
inline constexpr Endpoint<NoBody, KeyCheckJob> kGetCheck{Verb::Get, "/api/manage/keys/checks/{id}",
                                                         Access::Viewer, 200, "How far a check is."};
inline constexpr Endpoint<NoBody, KeyCheckJob> kCancelCheck{
    Verb::Delete, "/api/manage/keys/checks/{id}", Access::Admin, 200,
    "Cancels a check; what is in flight comes to its end."};
inline constexpr Endpoint<NoBody, KeyEventPage> kKeyHistory{
    Verb::Get, "/api/manage/keys/history/{id}", Access::Viewer, 200,
    "What happened to a key, newest first; ?limit= and ?before= page."};
inline constexpr Endpoint<NoBody, KeyEventPage> kKeyEvents{
    Verb::Get, "/api/manage/events", Access::Viewer, 200,
    "What happened to all keys, newest first; ?limit= and ?before= page. As it happens: /api/manage/live."};
inline constexpr Endpoint<NoBody, KeyTimeline> kKeyTimeline{
    Verb::Get, "/api/manage/keys/timeline", Access::Viewer, 200,
    "When keys were not to be had, over the last day, and why."};
inline constexpr Endpoint<NoBody, CapacityReport> kCapacity{Verb::Get, "/api/manage/quotas/capacity",
                                                            Access::Viewer, 200,
                                                            "What the pool has left of the day, by model."};
inline constexpr Endpoint<NoBody, TokenList> kListTokens{Verb::Get, "/api/manage/tokens/data", Access::Viewer,
                                                         200, "Every client token."};
inline constexpr Endpoint<TokenDraft, TokenCreated> kAddToken{
    Verb::Post, "/api/manage/tokens/add", Access::Admin, 201,
    "Makes a client token; its secret is in the answer."};
inline constexpr Endpoint<TokenPatch, ClientTokenView> kUpdateToken{
    Verb::Put, "/api/manage/tokens/update/{id}", Access::Admin, 200, "Changes a token's settings."};
inline constexpr Endpoint<NoBody, NoBody> kDeleteToken{Verb::Delete, "/api/manage/tokens/delete/{id}",
                                                       Access::Admin, 204, "Deletes a token."};
inline constexpr Endpoint<TokenRotation, TokenCreated> kRotateToken{
    Verb::Post, "/api/manage/tokens/rotate/{id}", Access::Admin, 200,
    "Gives a token a new secret, which is in the answer; the old one stays valid for a while."};
inline constexpr Endpoint<RequestQuery, RequestPage> kListRequests{
    Verb::Get, "/api/manage/requests", Access::Viewer, 200, "Requests that were proxied, the last first."};
inline constexpr Endpoint<NoBody, RequestStory> kGetRequest{
    Verb::Get,
    "/api/manage/requests/{id}",
    Access::Viewer,
    200,
    "One request: which key, why, what else was tried.",
    "Its x-request-id."};
inline constexpr Endpoint<UsageQuery, UsageReport> kGetUsage{
    Verb::Get, "/api/manage/usage", Access::Viewer, 200, "Sums by time, and by token, key, model and more."};
inline constexpr Endpoint<NoBody, PriceList> kListPrices{Verb::Get, "/api/manage/prices", Access::Viewer, 200,
                                                         "What models cost."};
inline constexpr Endpoint<PriceEdit, PriceList> kSetPrices{
    Verb::Put, "/api/manage/prices", Access::Admin, 200,
    "Sets the prices that stand before the defaults; costs of past requests follow."};
inline constexpr Endpoint<NoBody, AliasList> kListAliases{
    Verb::Get, "/api/manage/aliases/data", Access::Viewer, 200, "The names that clients may call models by."};
inline constexpr Endpoint<AliasEdit, AliasList> kUpdateAliases{
    Verb::Put, "/api/manage/aliases/update", Access::Admin, 200,
    "Sets all aliases of models; they hold for the next request."};
inline constexpr Endpoint<NoBody, SettingList> kListSettings{
    Verb::Get, "/api/manage/settings/data", Access::Viewer, 200,
    "Every setting: value, origin, default, and whether it may change while the server runs."};
inline constexpr Endpoint<SettingsEdit, SettingList> kUpdateSettings{
    Verb::Put, "/api/manage/settings/update", Access::Admin, 200,
    "Changes settings of the running server; a null value brings the environment's back."};
inline constexpr Endpoint<AuditQuery, AuditPage> kListAudit{
    Verb::Get, "/api/manage/audit", Access::Admin, 200, "Who changed what and when, the last first."};
inline constexpr Endpoint<NoBody, AuditVerification> kVerifyAudit{
    Verb::Get, "/api/manage/audit/verify", Access::Admin, 200,
    "Whether the audit log is whole and unaltered, as its chain of hashes has it."};
inline constexpr Endpoint<AuditExportQuery, AuditRow> kExportAudit{
    Verb::Get, "/api/manage/audit/export", Access::Admin, 200,
    "The audit log as lines of JSON, the oldest first, at most 50,000 of them; writes a row itself."};
inline constexpr Endpoint<NoBody, AboutView> kAbout{Verb::Get, "/api/manage/about", Access::Viewer, 200,
                                                    "What runs here, and how it is."};
inline constexpr Endpoint<NoBody, AccountList> kListAccounts{
    Verb::Get, "/api/manage/accounts/data", Access::Admin, 200, "Every account that may log in."};
inline constexpr Endpoint<AccountDraft, AccountView> kAddAccount{
    Verb::Post, "/api/manage/accounts/add", Access::Admin, 201, "Makes an account; database mode only."};
inline constexpr Endpoint<AccountPatch, AccountView> kUpdateAccount{
    Verb::Put, "/api/manage/accounts/update/{id}", Access::Admin, 200, "Changes somebody else's account."};
inline constexpr Endpoint<NoBody, NoBody> kDeleteAccount{
    Verb::Delete, "/api/manage/accounts/delete/{id}", Access::Admin, 204,
    "Deletes somebody else's account and ends its sessions."};
inline constexpr Endpoint<NoBody, SessionList> kListSessions{Verb::Get, "/api/manage/sessions/data",
                                                             Access::Viewer, 200,
                                                             "Living sessions: one's own, for an admin all."};
inline constexpr Endpoint<NoBody, NoBody> kDeleteSession{Verb::Delete, "/api/manage/sessions/delete/{id}",
                                                         Access::Viewer, 204, "Ends a session."};
inline constexpr Endpoint<PasswordChange, NoBody> kChangePassword{
    Verb::Put, "/api/manage/account/password", Access::Viewer, 204,
    "Changes one's own password and ends one's other sessions."};
inline constexpr Endpoint<PasswordProof, SecondFactorOffer> kBeginSecondFactor{
    Verb::Post, "/api/manage/second-factor/begin", Access::Viewer, 200,
    "Offers a secret for an authenticator app; database mode only."};
inline constexpr Endpoint<SecondFactorCode, RecoveryCodes> kConfirmSecondFactor{
    Verb::Post, "/api/manage/second-factor/confirm", Access::Viewer, 200,
    "From now on one's log-ins ask for a code; the recovery codes are in the answer."};
inline constexpr Endpoint<PasswordProof, NoBody> kRemoveSecondFactor{
    Verb::Post, "/api/manage/second-factor/remove", Access::Viewer, 204,
    "One's log-ins ask for no code any more."};
inline constexpr Endpoint<Reauthentication, RevealedKey> kRevealKey{
    Verb::Post, "/api/manage/keys/reveal/{id}", Access::Admin, 200,
    "A whole upstream key, where KEY_REVEAL allows it."};
inline constexpr Endpoint<Reauthentication, KeyExport> kExportKeys{
    Verb::Post, "/api/manage/keys/export", Access::Admin, 200,
    "Every whole upstream key, where KEY_REVEAL allows it."};
inline constexpr Endpoint<NoBody, HealthView> kLive{Verb::Get, "/health/live", Access::Public, 200,
                                                    "Whether the process answers."};
inline constexpr Endpoint<NoBody, HealthView> kReady{Verb::Get, "/health/ready", Access::Public, 200,
                                                     "Whether it can serve requests."};

/// Below it Gemini's own surface answers the console's playground, as at the root, but to an admin's session
/// in place of a client token. No rows: what is asked and answered there is Gemini's.
inline constexpr std::string_view kPlaygroundRoot = "/api/manage/playground";

/// Calls `visit` with each row above; the one list of them.
template <class Visitor>
void for_each_endpoint(Visitor&& visit) {
  visit(kSession);
  visit(kLogin);
  visit(kLogout);
  visit(kListKeys);
  visit(kKeyFacts);
  visit(kKeyActivity);
  visit(kKeyGlance);
  visit(kAddKey);
  visit(kUpdateKey);
  visit(kDeleteKey);
  visit(kImportKeys);
  visit(kBulkKeys);
  visit(kListQuotas);
  visit(kUpdateQuota);
  visit(kStartChecks);
  visit(kListChecks);
  visit(kGetCheck);
  visit(kCancelCheck);
  visit(kKeyHistory);
  visit(kKeyEvents);
  visit(kKeyTimeline);
  visit(kCapacity);
  visit(kListTokens);
  visit(kAddToken);
  visit(kUpdateToken);
  visit(kDeleteToken);
  visit(kRotateToken);
  visit(kListRequests);
  visit(kGetRequest);
  visit(kGetUsage);
  visit(kListPrices);
  visit(kSetPrices);
  visit(kListAliases);
  visit(kUpdateAliases);
  visit(kListSettings);
  visit(kUpdateSettings);
  visit(kListAudit);
  visit(kVerifyAudit);
  visit(kExportAudit);
  visit(kAbout);
  visit(kListAccounts);
  visit(kAddAccount);
  visit(kUpdateAccount);
  visit(kDeleteAccount);
  visit(kListSessions);
  visit(kDeleteSession);
  visit(kChangePassword);
  visit(kBeginSecondFactor);
  visit(kConfirmSecondFactor);
  visit(kRemoveSecondFactor);
  visit(kRevealKey);
  visit(kExportKeys);
  visit(kLive);
  visit(kReady);
}

}  // namespace geminate::api
