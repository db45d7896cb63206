#include "backend/app/application_parts.h"

#include <random>

#include "backend/app/config_options.h"
#include "backend/app/credentials.h"
#include "shared/codec/openapi.h"

namespace geminate::app {
namespace {

/// How old the count of keys by state may be while nothing but time changes them and nobody looks.
constexpr std::chrono::seconds kCountKeysEvery{10};
/// So many rows of the audit log go at once when they are too old: edits wait for it.
constexpr std::int64_t kPrunedAtOnce = 5'000;

}  // namespace

Application::Parts::Parts(config::Config the_config, std::unique_ptr<config::RunSettings> run_settings,
                          storage::Stores opened, AdminSecret admin, upstream::BaseUrl base,
                          std::shared_ptr<const upstream::EgressRoutes> routes,
                          std::unique_ptr<upstream::TlsContext> tls_context)
    : config(std::move(the_config)),
      admin_secret(std::move(admin)),
      stores(std::move(opened)),
      settings(std::move(run_settings)),
      alias_book(*stores.settings),
      log(log_options(config)),
      login_audit(*stores.audit, log,
                  [this](std::function<void()> task) { background.post(std::move(task)); }),
      audit_retention(config.audit_retention_days),
      metrics(worker_count(config)),
      recorder(*stores.usage, recorder_options(config), [this](const Error* error) { note_usage(error); }),
      pool(*stores.keys, stores.ledgers.get(), stores.audit.get()),
      authenticator(*stores.tokens, config.client_tokens, stores.token_hash_key, stores.audit.get()),
      sign_in(stores, admin_secret.secret, authenticator,
              [this](std::function<void()> task) { background.post(std::move(task)); }),
      tls(std::move(tls_context)),
      gate(
          allowed_addresses(config),
          [this](std::string_view host, std::string_view address, std::string_view reason) {
            log.error("upstream_address_refused", {{"host", host}, {"address", address}, {"reason", reason}});
          }),
      upstream_settings{upstream::GeminiProtocol(std::move(base)), {}, {}, {}},
      breakers(routes->size(), std::random_device{}()),
      key_portions(pool),
      token_list(authenticator, pool.mode()),
      key_hours(*stores.usage, recorder.writer()),
      health(
          pool, live, metrics, log, health_options(config), stores.key_events.get(),
          [this](std::int64_t key_id, std::string request_id, proxy::KeyChecks::Done done) {
            send_check(key_id, std::move(request_id), std::move(done));
          },
          [this](std::function<void()> task) { background.post(std::move(task)); }),
      services{authenticator,
               {sign_in.door, sign_in.sessions, sign_in.accounts},
               config.cors_origins,
               [this] { return metrics.render(); },
               codec::openapi_json(GEMINATE_VERSION, kSessionCookie),
               live,
               signatures,
               aliases},
      listener(listener_options(config)),
      client_tls(config, log, listener) {
  upstream_settings.routes = std::move(routes);
  put_into(upstream_settings, config);
  health.set_audit(stores.audit.get());
  services.access.login_failed = [this](const Caller& who) { login_audit.note_failure(who, now()); };
  alias_book.on_change([this](auto table) { aliases.publish(std::move(table)); });
  settings->on_change([this](const auto& changed, const auto& moves) { take_over(changed, moves); });
}

void Application::Parts::log_start(const std::vector<std::string>& warnings) {
  for (const auto& key : config.gemini_api_keys) log.register_secret(key);
  for (const auto& token : config.client_tokens) log.register_secret(token);
  log.register_secret(admin_secret.secret);
  for (const auto& secret : proxy_secrets(config)) log.register_secret(secret);
  for (const auto& warning : warnings) log.error("configuration", {{"problem", warning}});
  for (const auto& note : stores.notes) log.warning("storage", {{"note", note}});
  if (admin_secret.file) {
    log.info("admin_secret", {{"note", "ADMIN_API_KEY is not set; the admin's secret is in this file"},
                              {"file", admin_secret.file->string()}});
  }
  if (is_plain_on_network(config)) {
    log.warning(
        "plain_on_network",
        {{"note",
          "clients' tokens and the admin's secret cross the network unencrypted: set TLS_CERT_FILE and "
          "TLS_KEY_FILE, or name the TLS proxy in front in TRUSTED_PROXIES, or listen on loopback"},
         {"host", config.host}});
  }
  key_portions.refresh(now());
  key_counts.take(key_portions.changes());
  log.info("keys_loaded", {{"mode", name_of(pool.mode())}, {"keys", key_portions.changes().rows().size()}});
}

void Application::Parts::bind_gauges() {
  const auto bind = [this](observe::Gauge gauge, auto value) {
    metrics.bind(gauge, [value = std::move(value)] {
      return std::vector<observe::GaugeSample>{{"", static_cast<double>(value())}};
    });
  };
  metrics.bind(observe::Gauge::keys, [this] { return key_counts.samples(); });
  metrics.bind(observe::Gauge::upstream_connections, [this] {
    observe::GaugeSample idle{"idle", 0};
    observe::GaugeSample busy{"busy", 0};
    for (const Worker* worker : workers) {
      idle.value += static_cast<double>(worker->connections().idle_connections());
      busy.value += static_cast<double>(worker->connections().busy_connections());
    }
    return std::vector<observe::GaugeSample>{idle, busy};
  });
  bind(observe::Gauge::requests_in_flight, [this] {
    std::size_t sum = 0;
    for (const Worker* worker : workers) sum += worker->requests_in_flight();
    return sum;
  });
  bind(observe::Gauge::requests_waiting, [this] {
    std::size_t sum = 0;
    for (const Worker* worker : workers) sum += worker->requests_waiting();
    return sum;
  });
  bind(observe::Gauge::egress_open, [this] { return breakers.is_any_open() ? 1 : 0; });
  bind(observe::Gauge::client_connections, [this] { return listener.stats().connections; });
  bind(observe::Gauge::body_budget_used, [this] { return listener.stats().body_bytes; });
  bind(observe::Gauge::usage_records_dropped, [this] { return recorder.dropped(); });
  bind(observe::Gauge::log_lines_dropped, [this] { return log.dropped_lines(); });
  bind(observe::Gauge::live_listeners, [this] { return live.listeners(); });
  bind(observe::Gauge::key_events_dropped, [this] { return health.dropped_events(); });
}

void Application::Parts::unbind_gauges() {
  for (int gauge = 0; gauge < static_cast<int>(observe::Gauge::Count); ++gauge) {
    metrics.bind(static_cast<observe::Gauge>(gauge), {});
  }
}

void Application::Parts::save_ledgers() {
  const auto saved = pool.flush_ledgers(now());
  storage_state.note("quotas", saved);
  if (!saved.ok()) log.error("quotas_not_saved", {{"problem", saved.error().message}});
  const auto owners_saved = resource_owners.save(now().wall);
  storage_state.note("resource_owners", owners_saved);
  if (!owners_saved.ok()) log.error("resource_owners_not_saved", {{"problem", owners_saved.error().message}});
}

void Application::Parts::prune_audit() {
  const Now moment = now();
  login_audit.save_due(moment);
  const auto dropped = stores.audit->drop_before(moment.wall - audit_retention, kPrunedAtOnce);
  if (!dropped.ok()) log.error("audit_not_pruned", {{"problem", dropped.error().message}});
}

void Application::Parts::tell_keys() {
  const Now moment = now();
  const bool has_listeners = live.has_listeners();
  if (!has_listeners && !key_portions.is_due(kCountKeysEvery, moment)) return;
  key_portions.refresh(moment);
  key_counts.take(key_portions.changes());
  if (!has_listeners) return;
  KeysMoved moved{key_portions.version(admin::KeyPart::Facts),
                  key_portions.version(admin::KeyPart::Activity)};
  if (moved.facts == told_keys.facts && moved.activity == told_keys.activity) return;
  live.publish("keys", codec::to_json(moved));
  told_keys = std::move(moved);
}

void Application::Parts::tell_tokens() {
  if (!live.has_listeners()) return;
  TokensMoved moved{token_list.list(now()).version};
  if (moved.version == told_tokens) return;
  live.publish("tokens", codec::to_json(moved));
  told_tokens = std::move(moved.version);
}

void Application::Parts::save_findings() {
  // In memory mode the pool itself lives as long as its store would keep them.
  const bool has_store = pool.mode() == KeyStorageMode::Database;
  const auto keys_saved = has_store ? pool.flush_findings() : Status::success();
  const auto tokens_saved = authenticator.flush_findings();
  storage_state.note("keys", keys_saved);
  storage_state.note("tokens", tokens_saved);
  for (const auto& saved : {keys_saved, tokens_saved}) {
    if (!saved.ok()) log.error("counters_not_saved", {{"problem", saved.error().message}});
  }
}

void Application::Parts::send_check(std::int64_t key_id, std::string request_id,
                                    proxy::KeyChecks::Done done) {
  const auto turn = next_check.fetch_add(1, std::memory_order_relaxed);
  workers[turn % workers.size()]->check_key(key_id, std::move(request_id), std::move(done));
}

void Application::Parts::note_usage(const Error* error) {
  storage_state.note("usage", error == nullptr ? Status::success() : Status(*error));
  if (error == nullptr) return log.info("usage_saved_again", {});
  log.error("usage_not_saved", {{"problem", error->message}, {"detail", error->detail}});
}

void Application::Parts::take_over(const config::Config& changed,
                                   const std::vector<config::SettingMove>& moves) {
  log.set_level(log_options(changed).level);
  const http::ListenerOptions limits = listener_options(changed);
  listener.set_limits(limits.framing, limits.body_budget_bytes);
  listener.on_every_loop([&](unsigned worker) { workers[worker]->take_over(changed); });
  health.set_options(health_options(changed));
  recorder.set_retention(recorder_options(changed).retention);
  audit_retention = std::chrono::days{changed.audit_retention_days};
  for (const auto& move : moves)
    log.info("setting_changed", {{"setting", move.name}, {"from", move.from}, {"to", move.to}});
}

ServerParts Application::Parts::server_parts() {
  return {config, stores, storage_state, pool,   key_portions.changes(), authenticator, recorder, breakers,
          live,   log,    listener,      workers};
}

WorkerParts Application::Parts::worker_parts() {
  return {services, upstream_settings,
          resolver, tls.get(),
          pool,     breakers,
          gate,     metrics,
          log,      recorder,
          prices,   resource_owners,
          uploads,  [this](const http::AddManagementRoute& add_route) { register_management(add_route); }};
}

}  // namespace geminate::app
