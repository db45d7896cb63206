#include "frontend-wasm/app/app.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "frontend-wasm/api/api_client.h"
#include "frontend-wasm/api/live_feed.h"
#include "frontend-wasm/app/account_calls.h"
#include "frontend-wasm/app/parts.h"

namespace geminate::ui {
namespace {

/// The list's two halves on their way; they are told together.
struct BothKeyPortions {
  FetchKeys request;
  KeysLoaded loaded;
  int on_their_way = 0;
  std::optional<Failure> failure;
};

}  // namespace

/// Turns outcomes into events: what a call was for, and who hears of it.
struct App::Dispatcher {
  App& app;
  ApiClient& client = *app.client_;

  /// A callback that reports success as `make(answer, digest)` and failure together with the request.
  template <class Answer, class Request, class Make>
  auto then(const Request& request, Make make) const {
    return [&app = app, request, make](Outcome<Answer> outcome) {
      if (!outcome.ok()) return app.failed(ServerRequest(request), outcome.failure());
      app.happened(make(std::move(outcome.value()), outcome.digest));
    };
  }

  template <class Endpoint>
  void ask(std::shared_ptr<BothKeyPortions> both, const Endpoint& endpoint, const std::string& since,
           KeyPortion KeysLoaded::*part) const {
    KeyPortionQuery query;
    if (!since.empty()) query.since = since;
    client.ask_lines(
        endpoint, query,
        [&app = app, both = std::move(both), part](Outcome<KeyPortionHead> head, std::string lines) {
          if (head.ok()) {
            both->loaded.*part = {std::move(head.value()), std::move(lines)};
          } else if (!both->failure) {
            both->failure = head.failure();
          }
          if (--both->on_their_way > 0) return;
          if (both->failure) return app.failed(both->request, *both->failure);
          app.happened(std::move(both->loaded));
        });
  }

  void operator()(const FetchSession& request) const {
    client.call(api::kSession, {},
                then<SessionView>(request, [](SessionView view, auto) { return SessionLoaded{view}; }));
  }
  void operator()(const SendLogin& request) const {
    // The event of a failure keeps the request, but not the password.
    client.call(api::kLogin, request.body,
                then<SessionView>(SendLogin{}, [](SessionView view, auto) { return LoggedIn{view}; }));
  }
  void operator()(const SendLogout& request) const {
    client.call(api::kLogout, {}, then<NoBody>(request, [](NoBody, auto) { return LoggedOut{}; }));
  }
  void operator()(const FetchKeys& request) const {
    const auto both = std::make_shared<BothKeyPortions>(BothKeyPortions{request, {}, 2, {}});
    both->loaded.edits = request.edits;
    ask(both, api::kKeyFacts, request.since.facts, &KeysLoaded::facts);
    ask(both, api::kKeyActivity, request.since.activity, &KeysLoaded::activity);
  }
  void operator()(const FetchKeyGlances& request) const {
    client.ask(api::kKeyGlance, request.query, then<KeyGlances>(request, [](KeyGlances glances, auto) {
                 return KeyGlancesLoaded{std::move(glances)};
               }));
  }
  void operator()(const SendNewKey& request) const {
    client.call(api::kAddKey, request.body,
                then<UpstreamKeyView>(SendNewKey{},
                                      [](UpstreamKeyView row, auto) { return KeyAdded{std::move(row)}; }));
  }
  void operator()(const SendKeyImport& request) const {
    client.call(api::kImportKeys, request.body,
                then<KeyImportResult>(SendKeyImport{{}, request.serial},
                                      [serial = request.serial](KeyImportResult result, auto) {
                                        return KeysImported{std::move(result), serial};
                                      }));
  }
  void operator()(const SendKeyPatch& request) const {
    client.call(api::kUpdateKey, request.id, request.body,
                then<UpstreamKeyView>(request, [change = request.change](UpstreamKeyView row, auto) {
                  return KeySaved{std::move(row), change};
                }));
  }
  void operator()(const SendKeyDeletion& request) const {
    client.call(api::kDeleteKey, request.id, {},
                then<NoBody>(request, [id = request.id](NoBody, auto) { return KeyDeleted{id}; }));
  }
  void operator()(const SendKeyBulk& request) const {
    client.call(api::kBulkKeys, request.body,
                then<BulkResult>(request, [body = request.body](BulkResult result, auto) {
                  return KeysChanged{body, result};
                }));
  }
  void operator()(const FetchKeyHistory& request) const {
    client.call(api::kKeyHistory, request.id, {},
                then<KeyEventPage>(request, [id = request.id](KeyEventPage page, auto) {
                  return KeyHistoryLoaded{id, std::move(page)};
                }));
  }
  void operator()(const FetchQuotas& request) const {
    client.call(api::kListQuotas, {}, then<QuotaList>(request, [id = request.for_key](QuotaList list, auto) {
                  return QuotasLoaded{id, std::move(list)};
                }));
  }
  void operator()(const FetchKeyUsage& request) const {
    client.ask(api::kGetUsage, request.query,
               then<UsageReport>(request, [id = request.id](UsageReport report, auto) {
                 return KeyUsageLoaded{id, std::move(report)};
               }));
  }
  void operator()(const SendKeyCheck& request) const {
    client.call(
        api::kStartChecks, {.ids = std::vector{request.id}, .all = std::nullopt},
        then<KeyCheckJob>(request, [](KeyCheckJob job, auto) { return KeyCheckLoaded{std::move(job)}; }));
  }
  void operator()(const FetchKeyCheck& request) const {
    client.call(api::kGetCheck, request.check, {}, then<KeyCheckJob>(request, [](KeyCheckJob job, auto) {
                  return KeyCheckLoaded{std::move(job)};
                }));
  }
  void operator()(const FetchTokens& request) const {
    client.call(api::kListTokens, {},
                then<TokenList>(request, [edits = request.edits](TokenList list, std::uint64_t digest) {
                  return TokensLoaded{std::move(list), edits, digest};
                }));
  }
  void operator()(const SendNewToken& request) const {
    client.call(api::kAddToken, request.body, then<TokenCreated>(request, [](TokenCreated token, auto) {
                  return TokenMade{std::move(token)};
                }));
  }
  void operator()(const SendTokenPatch& request) const {
    client.call(api::kUpdateToken, request.id, request.body,
                then<ClientTokenView>(request, [change = request.change](ClientTokenView row, auto) {
                  return TokenSaved{std::move(row), change};
                }));
  }
  void operator()(const SendTokenDeletion& request) const {
    client.call(api::kDeleteToken, request.id, {},
                then<NoBody>(request, [id = request.id](NoBody, auto) { return TokenDeleted{id}; }));
  }
  void operator()(const SendTokenRotation& request) const {
    client.call(
        api::kRotateToken, request.id, request.body,
        then<TokenCreated>(request, [](TokenCreated token, auto) { return TokenRotated{std::move(token)}; }));
  }
  void operator()(const FetchRequests& request) const {
    client.ask(
        api::kListRequests, request.query,
        then<RequestPage>(request, [part = request.part, serial = request.serial](RequestPage page, auto) {
          return RequestsLoaded{std::move(page), part, serial};
        }));
  }
  void operator()(const FetchAccounts& request) const {
    client.call(api::kListAccounts, {}, then<AccountList>(request, [](AccountList list, auto) {
                  return AccountsLoaded{std::move(list)};
                }));
  }
  void operator()(const FetchSessions& request) const {
    client.call(api::kListSessions, {}, then<SessionList>(request, [](SessionList list, auto) {
                  return SessionsLoaded{std::move(list)};
                }));
  }
  void operator()(const SendAccountStep& request) const {
    const SendAccountStep told{.step = request.step, .id = request.id};  // the secrets stay here
    call_account_step(client, request, [&app = app, told](Outcome<AccountStepDone> outcome) {
      if (!outcome.ok()) return app.failed(ServerRequest(told), outcome.failure());
      app.happened(std::move(outcome.value()));
    });
  }
  void operator()(const FetchAudit& request) const {
    client.ask(api::kListAudit, request.query,
               then<AuditPage>(request, [older = request.query.before.has_value(), serial = request.serial](
                                            AuditPage page, auto) {
                 return AuditLoaded{std::move(page), older, serial};
               }));
  }
  void operator()(const FetchAuditVerification& request) const {
    client.call(api::kVerifyAudit, {}, then<AuditVerification>(request, [](AuditVerification outcome, auto) {
                  return AuditVerified{std::move(outcome)};
                }));
  }
  void operator()(const FetchAuditExport& request) const {
    client.ask_text(api::kExportAudit, then<std::string>(request, [](std::string lines, auto) {
                      return AuditExported{std::move(lines)};
                    }));
  }
  void operator()(const FetchSettings& request) const {
    client.call(api::kListSettings, {}, then<SettingList>(request, [](SettingList list, auto) {
                  return SettingsLoaded{std::move(list)};
                }));
  }
  void operator()(const SendSettings& request) const {
    const SettingChange& change = request.body.changes.front();
    client.call(
        api::kUpdateSettings, request.body,
        then<SettingList>(request, [name = change.name, reset = !change.value](SettingList list, auto) {
          return SettingsSaved{std::move(list), name, reset};
        }));
  }
  void operator()(const FetchQuotaList& request) const {
    client.call(api::kListQuotas, {}, then<QuotaList>(request, [](QuotaList list, auto) {
                  return QuotaListLoaded{std::move(list)};
                }));
  }
  void operator()(const SendQuota& request) const {
    client.call(api::kUpdateQuota, request.body,
                then<QuotaView>(request, [](QuotaView quota, auto) { return QuotaSaved{std::move(quota)}; }));
  }
  void operator()(const FetchPrices& request) const {
    client.call(api::kListPrices, {}, then<PriceList>(request, [](PriceList list, auto) {
                  return PricesLoaded{std::move(list), {}, false};
                }));
  }
  void operator()(const SendPrices& request) const {
    client.call(
        api::kSetPrices, request.body,
        then<PriceList>(request, [model = request.model, reset = request.reset](PriceList list, auto) {
          return PricesLoaded{std::move(list), model, reset};
        }));
  }
  void operator()(const FetchAliases& request) const {
    client.call(api::kListAliases, {}, then<AliasList>(request, [](AliasList list, auto) {
                  return AliasesLoaded{std::move(list), {}, false};
                }));
  }
  void operator()(const SendAliases& request) const {
    client.call(
        api::kUpdateAliases, request.body,
        then<AliasList>(request, [alias = request.alias, deleted = request.deleted](AliasList list, auto) {
          return AliasesLoaded{std::move(list), alias, deleted};
        }));
  }
  void operator()(const FetchAbout& request) const {
    client.call(api::kAbout, {}, then<AboutView>(request, [](AboutView about, auto) {
                  return AboutLoaded{std::move(about)};
                }));
  }
  void operator()(const FetchUsage& request) const {
    client.ask(api::kGetUsage, request.query,
               then<UsageReport>(request, [serial = request.serial](UsageReport report, auto) {
                 return UsageLoaded{std::move(report), serial};
               }));
  }
  void operator()(const FetchKeyTimeline& request) const {
    client.call(api::kKeyTimeline, {}, then<KeyTimeline>(request, [](KeyTimeline timeline, auto) {
                  return KeyTimelineLoaded{std::move(timeline)};
                }));
  }
  void operator()(const FetchCapacity& request) const {
    client.call(api::kCapacity, {}, then<CapacityReport>(request, [](CapacityReport report, auto) {
                  return CapacityLoaded{std::move(report)};
                }));
  }
  void operator()(const FetchRecentUse& request) const {
    client.ask(api::kGetUsage, request.query, then<UsageReport>(request, [](UsageReport report, auto) {
                 return RecentUseLoaded{std::move(report)};
               }));
  }
  void operator()(const FetchFailures& request) const {
    const StatusGroup group = request.query.status_class.value_or(StatusGroup::None);
    client.ask(api::kListRequests, request.query,
               then<RequestPage>(request, [group, serial = request.serial](RequestPage page, auto) {
                 return FailuresLoaded{std::move(page), group, serial};
               }));
  }
  void operator()(const FetchModels& request) const {
    client.call(kPlaygroundModels, {}, then<GeminiModelList>(request, [](GeminiModelList list, auto) {
                  return ModelsLoaded{std::move(list)};
                }));
  }
  void operator()(const FetchStory& request) const {
    client.call(
        api::kGetRequest, std::string_view(request.id), {},
        then<RequestStory>(request, [](RequestStory story, auto) { return StoryLoaded{std::move(story)}; }));
  }
};

App::App(Surroundings surroundings)
    : outside_(std::move(surroundings)), client_(std::make_unique<ApiClient>(outside_.transport)) {}
App::~App() = default;

void App::start(const Started& started) { happened(started); }

void App::frame(const std::function<void(const AppState&, Drafts&, const Emit&)>& draw) {
  tell_time();
  draw(state_, drafts_, [this](Action action) { emitted_.push_back(std::move(action)); });
  for (Action& action : std::exchange(emitted_, {})) act(std::move(action));
}

void App::act(Action action) {
  tell_time();
  if (!state_.whole && is_later<FirstLaterAction>(action)) {
    held_actions_.push_back(std::move(action));
    return;
  }
  // Which rows are in sight is for the server to know: they stand there already.
  const bool shows = !std::holds_alternative<SeeKeys>(action);
  run(reduce(state_, drafts_, std::move(action)));
  if (shows) outside_.redraw();
  follow_up();
}

void App::path_changed(std::string_view path) { happened(PathChanged{std::string(path)}); }
void App::visibility_changed(bool visible) { happened(VisibilityChanged{visible}); }

void App::feed_turned(bool up, std::uint16_t status) { happened(FeedTurned{up, status}); }

void App::feed_said(std::string_view frame) {
  if (auto said = parse_feed_frame(frame)) happened(FeedSaid{std::move(said->event)});
}

bool App::offer_text(std::string_view name, std::string_view content) {
  if (!state_.whole) return false;
  const std::uint64_t before = state_.keys.import.serial;
  act(OfferKeyFile{std::string(name), std::string(content)});
  return state_.keys.import.serial != before;
}

void App::file_given(GivenFile file) {
  if (state_.whole) happened(FileGiven{std::move(file)});
}

void App::completed() {
  happened(Completed{});
  for (const ServerRequest& request : std::exchange(held_requests_, {})) send(request);
  for (Action& action : std::exchange(held_actions_, {})) act(std::move(action));
}

void App::wake() {
  tell_time();
  follow_up();
}

void App::happened(const Event& event) {
  tell_time();
  run(reduce(state_, drafts_, event));
  follow_up();
}

void App::failed(ServerRequest request, const Failure& failure) {
  happened(RequestFailed{std::move(request), failure});
}

void App::tell_time() { run(reduce(state_, drafts_, TimePassed{outside_.now(), outside_.wall_now()})); }

void App::run(Effects effects) {
  bool redraw = false;
  for (const Effect& effect : effects) {
    if (const auto* request = std::get_if<ServerRequest>(&effect)) send(*request);
    if (const auto* path = std::get_if<ShowPath>(&effect)) outside_.show_path(path->path, path->replaces);
    if (const auto* choice = std::get_if<RememberChoice>(&effect))
      outside_.remember(choice->name, choice->value);
    if (const auto* clipping = std::get_if<PutIntoClipboard>(&effect)) outside_.copy(clipping->text);
    if (const auto* file = std::get_if<SaveFile>(&effect)) outside_.save_file(file->name, file->content);
    if (const auto* wish = std::get_if<Listen>(&effect)) outside_.listen(wish->wanted);
    if (const auto* prompt = std::get_if<SendPrompt>(&effect)) send(*prompt);
    if (std::holds_alternative<StopPrompt>(effect)) stop_prompt();
    if (const auto* wish = std::get_if<PickFiles>(&effect)) outside_.pick_files(wish->accept);
    redraw = redraw || std::holds_alternative<Redraw>(effect);
  }
  if (redraw) outside_.redraw();
}

GEMINATE_LATER void later_send(const App::Dispatcher& dispatcher, const ServerRequest& request) {
  visit_later<FirstLaterRequest>(dispatcher, request);
}

void App::send(const ServerRequest& request) {
  if (!is_later<FirstLaterRequest>(request)) {
    visit_first<FirstLaterRequest>(Dispatcher{*this}, request);
  } else if (state_.whole) {
    later_send(Dispatcher{*this}, request);
  } else {
    held_requests_.push_back(request);
  }
}

void App::send(const SendPrompt& prompt) {
  stop_prompt();
  prompt_ = outside_.transport.stream({api::Verb::Post, prompt.path, prompt.body},
                                      [this, serial = prompt.serial](StreamStep step) {
                                        if (std::holds_alternative<StreamEnd>(step)) prompt_.reset();
                                        happened(AnswerMoved{serial, std::move(step)});
                                      });
}

void App::stop_prompt() {
  if (prompt_) outside_.transport.abort(*std::exchange(prompt_, std::nullopt));
}

void App::follow_up() {
  const std::string title = state_.phrasebook()(state_.page_title()).str();
  if (title != shown_title_) {
    shown_title_ = title;
    outside_.set_title(title);
  }
  if (const auto moment = next_wake(state_)) outside_.wake_after(std::max(0.0, *moment - outside_.now()));
}

}  // namespace geminate::ui
