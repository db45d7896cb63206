#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "frontend-wasm/app/accounts_state.h"
#include "frontend-wasm/app/actions.h"
#include "frontend-wasm/app/audit_state.h"
#include "frontend-wasm/app/dashboard_state.h"
#include "frontend-wasm/app/feed.h"
#include "frontend-wasm/app/key_bulk.h"
#include "frontend-wasm/app/key_glance_state.h"
#include "frontend-wasm/app/key_import_state.h"
#include "frontend-wasm/app/key_list.h"
#include "frontend-wasm/app/location.h"
#include "frontend-wasm/app/palette_state.h"
#include "frontend-wasm/app/playground_state.h"
#include "frontend-wasm/app/requests_state.h"
#include "frontend-wasm/app/settings_state.h"
#include "frontend-wasm/app/tokens_state.h"
#include "frontend-wasm/text/text.h"
#include "frontend-wasm/widgets/theme.h"
#include "shared/dto/health.h"
#include "shared/dto/keys.h"
#include "shared/dto/quotas.h"
#include "shared/dto/tokens.h"

namespace geminate::ui {

// Text fields edit these in place while the person types; everything else changes in `reduce` only.

/// Limits and times as typed; an empty one means none.
struct KeyForm {
  std::string description, project, tags, user_id;
  std::string max_tokens_per_day, rate_limit_per_minute, context_window, weight, priority, expires_at;
  bool is_active = true;
  bool enable_context_management = false;
  friend bool operator==(const KeyForm&, const KeyForm&) = default;
};

/// What the login asks for, as typed.
struct LoginDraft {
  std::string name, password, code;
};

struct Drafts {
  LoginDraft login;
  std::string palette;
  std::string key_search;
  std::string bulk_value;
  std::string key_texts;  // one or many (import_text.h)
  KeyForm key;
  TokenForm token;
  std::string token_search;
  std::string request_search;
  SettingsDrafts settings;
  AccountDrafts accounts;
  AuditFilter audit;
  PromptDraft prompt;
};

struct Toast {
  std::uint64_t id = 0;
  Tone tone{};
  Message message;
  std::optional<Message> note;  // second line, such as the memory mode's
  double disappears_at = 0;     // seconds of the platform's clock
  bool undo = false;            // offers to take back what it tells of
};

/// Whether a list was loaded, is on its way for the first time, or could not be had.
enum class Loading : std::uint8_t { Never, Running, Done, Failed };

/// The API's name of a field → what is wrong with it. The empty name: the form as a whole.
using FieldErrors = std::map<std::string, Message>;

/// When a list is asked for again, and whether an answer is still true when it comes.
struct Refresh {
  bool running = false;
  /// Seconds of the platform's clock.
  double due_at = 0;
  /// Counts answered edits: a list that left the server before an edit was answered may lack it, so it is
  /// dropped and asked for again.
  std::uint64_t edits = 0;
  /// Of the list on screen, and when its relative times were drawn: an answer that moves neither draws
  /// nothing.
  std::uint64_t digest = 0;
  Timestamp drawn_at{};
  /// Why the last attempt brought no list.
  std::optional<Message> problem;
};

/// What the pages of keys and of tokens have in common.
template <class Row>
struct RowsPage {
  Loading loading = Loading::Never;
  Refresh refresh;

  std::int64_t open_row{};  // whose form is open
  /// The row as it was when its form was filled: a save sends what differs from it, with its revision.
  Row opened_row;
  bool conflict = false;        // someone else saved that row: its form is rebased on the next list
  FieldErrors field_errors;     // of the open form
  bool saving = false;          // the open form's request is on its way
  std::set<std::int64_t> busy;  // rows whose request is on its way
};

enum class KeyOverlay : std::uint8_t { None, Add, Detail, Bulk, BulkReport };

/// How to take back the last edit of many keys, as long as its toast is there.
struct KeyUndo {
  std::uint64_t toast = 0;
  KeyEdit edit{};
  std::vector<KeyBulk> steps;
};

/// What the open drawer tells of its key beyond the list's row.
struct KeyStory {
  KeyId id = 0;
  Loading history = Loading::Never;
  std::vector<KeyEventView> events;  // newest first
  bool all_events = false;           // are shown, not only the newest
  Loading quotas_loading = Loading::Never;
  std::vector<QuotaView> quotas;  // of the key's project
  Loading usage_loading = Loading::Never;
  std::optional<UsageReport> usage;  // of the last day, by the hour
  bool check_asked = false;          // until it has a number
  std::optional<KeyCheckJob> check;
  double look_again_at = 0;  // while the check runs; seconds of the platform's clock

  bool checking() const { return check_asked || (check && check->state == CheckState::Running); }
};

struct KeysPageState : RowsPage<UpstreamKeyView> {
  std::vector<UpstreamKeyView> keys;
  KeyVersions versions;
  KeyCounts counts;
  KeyQuery query;
  KeyTableLayout layout;
  KeyArrangement arrangement;  // over `keys`
  Timestamp judged_at{};       // the wall's time of the last input, for what depends on it
  KeySelection selected;
  std::size_t selected_shown = 0;      // how many of them are shown
  std::optional<KeyId> last_selected;  // where a range begins

  KeyOverlay overlay = KeyOverlay::None;
  std::vector<KeyId> asking_to_delete;  // the confirmation is on screen while this is not empty
  KeyStory story;
  KeyGlanceState glances;
  BulkPlan plan;               // of the bulk dialog
  std::optional<BulkRun> run;  // one at a time
  BulkRun failed_run;          // what the report tells of
  KeyUndo undo;
  KeyImportState import;  // in the dialog of adding

  /// Positions in `keys`.
  const std::vector<std::uint32_t>& shown() const { return arrangement.shown(); }
  const UpstreamKeyView* find(KeyId id) const;
};

enum class TokenOverlay : std::uint8_t { None, Make, Made, Edit };

struct TokensPageState : RowsPage<ClientTokenView> {
  std::vector<ClientTokenView> tokens;
  TokenQuery query;

  TokenOverlay overlay = TokenOverlay::None;
  std::string made_secret;  // the whole token while it is shown this once; emptied with the dialog
  TokenId made_id = 0;      // whose it is
  bool made_anew = false;   // by a rotation
  ClientExample example = ClientExample::Gemini;
  std::optional<TokenRotationAsk> rotating;
  std::optional<TokenId> asking_to_delete;

  const ClientTokenView* find(TokenId id) const;
};

struct Session {
  bool known = false;     // false until the server has answered once
  bool is_open = false;   // somebody is logged in
  bool may_edit = false;  // as an admin; a viewer looks
  bool signing_in = false;
  bool named = false;              // the login asks for an account's name
  bool code_wanted = false;        // and for a code
  bool ended = false;              // meanwhile: the login lies over the page that was open
  std::optional<Message> problem;  // why the last attempt to sign in failed, or why one has to again
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;
  std::string version;
  std::int64_t account_id = 0;  // 0: the environment's admin
  std::string name;
  AccountRole role = AccountRole::Viewer;
  bool has_second_factor = false;
  bool can_reveal_keys = false;
  bool is_secure = false;  // what is sent travels encrypted
};

/// What waits for the answer whether unsaved changes may be lost; empty: nothing is asked.
struct UnsavedGuard {
  std::vector<Action> held;
};

struct Preferences {
  Language language = Language::Chinese;
  Appearance appearance = Appearance::System;
};

struct Connection {
  bool lost = false;
  bool retrying = false;       // an attempt is on its way
  std::uint32_t failures = 0;  // in a row
  double next_attempt_at = 0;  // seconds of the platform's clock
  double last_answer_at = 0;
};

/// All that the console shows.
struct AppState {
  double now = 0;                 // seconds of the platform's clock (monotonic), set before each frame
  Timestamp wall_now{};           // for relative times
  std::int32_t zone_minutes = 0;  // this browser's offset from UTC
  bool visible = true;            // nothing is polled in a tab that nobody sees
  bool whole = false;             // the later part of the program (parts.h) is there
  Preferences preferences;
  Session session;
  Connection connection;
  Page page = Page::Keys;
  bool menu_open = false;  // the navigation drawer of narrow screens
  std::vector<Toast> toasts;
  std::uint64_t last_toast = 0;
  KeysPageState keys;
  TokensPageState tokens;
  FeedState feed;
  RequestsPageState requests;
  DashboardState dashboard;
  PaletteState palette;
  AddressState address;
  UnsavedGuard guard;
  std::string server_address;  // as the browser reaches it, for code that is run elsewhere
  SettingsPageState settings;
  PlaygroundState playground;
  AccountsPageState accounts;
  AuditPageState audit;

  bool memory_mode() const { return session.key_storage_mode == KeyStorageMode::Memory; }
  Phrasebook phrasebook() const { return Phrasebook(preferences.language); }
  /// Whether what is typed crosses a network in the clear; to one's own machine it crosses none.
  bool is_overheard() const;
  /// Where a row lives: in memory mode what the console made lasts for this run.
  TextId origin_text(Origin origin) const;
  /// What a page is called, in the contract's words for keys.
  Message title_of(Page which) const;
  Message page_title() const { return title_of(page); }
};

}  // namespace geminate::ui
