#include "backend/app/application.h"

#include "backend/app/application_parts.h"
#include "backend/app/config_options.h"

namespace geminate::app {
namespace {

using std::chrono::seconds;

/// What a crash may cost of counters; edits are never in it.
constexpr seconds kSaveEvery{5};
/// And of quotas: what the minute has seen.
constexpr seconds kSaveLedgersEvery{1};
constexpr seconds kDrainFor{10};
/// How long a change of a key may take to those who look on.
constexpr seconds kTellKeysEvery{1};
constexpr std::chrono::minutes kPruneAuditEvery{10};

}  // namespace

Result<std::unique_ptr<Application>> Application::create(config::ConfigReport report) {
  config::Config& config = report.config;
  GEMINATE_TRY(auto base, upstream::parse_base_url(config.gemini_base_url));
  std::unique_ptr<upstream::TlsContext> tls;
  if (base.target.tls) {
    GEMINATE_TRY(tls, upstream::TlsContext::create({}));
  }
  GEMINATE_TRY(const auto rules, config::read_proxy_rules(config.upstream_proxy));
  auto routes = std::make_shared<const upstream::EgressRoutes>(base.target, rules);
  GEMINATE_TRY(auto stores, storage::open_stores(config));
  auto settings = std::make_unique<config::RunSettings>(config, std::move(report.sources), *stores.settings);
  GEMINATE_TRY(const auto notes, settings->load());
  stores.notes.insert(stores.notes.end(), notes.begin(), notes.end());
  settings->put_into(config);
  GEMINATE_TRY(auto admin, app::admin_secret(config.admin_api_key, config.data_dir));
  for (const auto& token : config.client_tokens) {
    if (token.reveal() != admin.secret.reveal()) continue;
    return Error{ErrorCode::Conflict, "the admin secret must not be one of the client tokens", {}, {}, {}};
  }
  auto parts = std::make_unique<Parts>(std::move(config), std::move(settings), std::move(stores),
                                       std::move(admin), std::move(base), std::move(routes), std::move(tls));
  GEMINATE_CHECK_OK(parts->pool.load());
  GEMINATE_CHECK_OK(parts->authenticator.load());
  if (parts->authenticator.knows(parts->admin_secret.secret.reveal(), now().wall)) {
    return Error{ErrorCode::Conflict,
                 "the admin secret must not be a client token, as one that the console made is",
                 {},
                 {},
                 {}};
  }
  GEMINATE_CHECK_OK(parts->sign_in.load());
  GEMINATE_CHECK_OK(parts->resource_owners.load(now().wall));
  GEMINATE_CHECK_OK(parts->recorder.start());
  GEMINATE_CHECK_OK(parts->health.load());
  GEMINATE_TRY(const auto prices, parts->stores.usage->prices());
  parts->prices.publish(std::make_shared<const usage::PriceTable>(prices));
  GEMINATE_TRY(const auto alias_notes, parts->alias_book.load());
  parts->stores.notes.insert(parts->stores.notes.end(), alias_notes.begin(), alias_notes.end());
  parts->aliases.publish(parts->alias_book.table());
  parts->log_start(report.warnings);
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Application::~Application() { stop(); }

Status Application::start() {
  parts_->background.every(kSaveEvery, [parts = parts_.get()] { parts->save_findings(); });
  parts_->background.every(kSaveLedgersEvery, [parts = parts_.get()] { parts->save_ledgers(); });
  parts_->background.every(kTellKeysEvery, [parts = parts_.get()] {
    parts->tell_keys();
    parts->tell_tokens();
  });
  parts_->background.every(kPruneAuditEvery, [parts = parts_.get()] { parts->prune_audit(); });
  parts_->background.every(KeyHealth::kTick, [parts = parts_.get()] { parts->health.tick(now()); });
  GEMINATE_CHECK_OK(parts_->client_tls.begin());
  const auto worker_parts = std::make_shared<const WorkerParts>(parts_->worker_parts());
  auto started = parts_->listener.start([this, worker_parts](reactor::EventLoop& loop) {
    auto worker = std::make_unique<Worker>(loop, *worker_parts);
    parts_->workers.push_back(worker.get());
    return worker;
  });
  if (!started.ok()) return std::move(started).error();
  parts_->background.every(ClientTls::kLookEvery, [parts = parts_.get()] { parts->client_tls.look(); });
  parts_->health.begin_rechecks();
  parts_->bind_gauges();
  parts_->log.info("listening", {{"url", url()}, {"version", GEMINATE_VERSION}});
  parts_->log.flush();
  return Status::success();
}

std::string Application::url() const {
  auto host = parts_->config.host;
  // What listens everywhere is reached here.
  if (host == "0.0.0.0" || host == "::" || host == "[::]") host = "127.0.0.1";
  if (host.find(':') != std::string::npos && host.front() != '[') host = "[" + host + "]";
  return (parts_->config.tls_cert_file.empty() ? "http://" : "https://") + host + ":" +
         std::to_string(parts_->listener.port()) + "/";
}

void Application::stop() {
  if (parts_->stopping.exchange(true)) return;
  parts_->log.info("stopping", {});
  // First, so that a page whose feed ends finds no kept connection to ask on: it would be told off there.
  parts_->listener.begin_drain();
  parts_->live.close();
  parts_->health.stop();
  if (!parts_->listener.drain(kDrainFor))
    parts_->log.warning("requests_cut", {{"after_s", kDrainFor.count()}});
  parts_->unbind_gauges();
  parts_->sign_in.stop();
  parts_->background.stop();
  parts_->usage_reader.stop();
  parts_->listener.stop();
  parts_->save_findings();
  parts_->save_ledgers();
  parts_->login_audit.save_due(now(), true);
  parts_->health.save();
  parts_->recorder.stop();
  parts_->log.info("stopped", {});
  parts_->log.flush();
}

}  // namespace geminate::app
