#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "backend/app/application.h"
#include "backend/app/audit_command.h"
#include "backend/app/large_blocks.h"
#include "backend/app/process_shield.h"
#include "backend/app/rotate_data_key.h"
#include "backend/config/config.h"
#include "backend/crypto/keyed_hash.h"

namespace {

using geminate::config::ConfigReport;

/// Blocked before any thread exists, so that only main ever sees them.
sigset_t block_end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// What was read stays in the configuration alone.
void wipe_values(geminate::config::Environment& environment) {
  for (auto& [name, value] : environment) geminate::crypto::wipe(value);
}

ConfigReport read_configuration() {
  std::vector<std::string> faults;
  auto dot_env = geminate::config::read_dot_env(".env", faults);
  auto environment = geminate::config::take_process_environment(environ);
  auto report = geminate::config::load_config(environment, dot_env);
  wipe_values(environment);
  wipe_values(dot_env);
  report.faults.insert(report.faults.begin(), faults.begin(), faults.end());
  return report;
}

int print_faults(const ConfigReport& report) {
  for (const auto& warning : report.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
  for (const auto& fault : report.faults) std::fprintf(stderr, "error: %s\n", fault.c_str());
  return report.faults.empty() ? 0 : 1;
}

int serve(ConfigReport report) {
  const auto signals = block_end_signals();
  auto application = geminate::app::Application::create(std::move(report));
  if (!application.ok()) {
    std::fprintf(stderr, "error: %s\n", application.error().message.c_str());
    return 1;
  }
  if (const auto started = (*application)->start(); !started.ok()) {
    std::fprintf(stderr, "error: %s\n", started.error().message.c_str());
    return 1;
  }
  int received = 0;
  sigwait(&signals, &received);
  (*application)->stop();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  geminate::app::shield_process();
  geminate::app::return_large_blocks();
  CLI::App flags{
      "Geminate: a proxy before Google's Gemini API that owns the keys. Its settings are environment "
      "variables; see CONFIGURATION.md."};
  bool check_only = false;
  flags.set_version_flag("--version", std::string("geminate ") + GEMINATE_VERSION);
  flags.add_flag("--check-config", check_only,
                 "Print every fault of the configuration; exit 1 if there is one");
  const CLI::App* rotate = flags.add_subcommand(
      "rotate-data-key",
      "Seal the database's upstream keys by a new data key; a server may be running, and a run that was cut "
      "short is taken up again by the next");
  auto* const audit = flags.add_subcommand("audit", "Looks at the audit log in the database");
  const auto* const verify = audit->add_subcommand("verify", "Say whether it is whole; exit 1 if not");
  const auto* const list = audit->add_subcommand("export", "Print it as lines of JSON");
  audit->require_subcommand(1);
  CLI11_PARSE(flags, count, arguments);
  auto report = read_configuration();
  if (check_only) {
    const int status = print_faults(report);
    if (status == 0) std::puts("the configuration is good");
    return status;
  }
  if (!report.faults.empty()) return print_faults(report);
  if (rotate->parsed()) return geminate::app::rotate_data_key(report.config);
  if (verify->parsed()) return geminate::app::verify_audit(report.config);
  if (list->parsed()) return geminate::app::export_audit(report.config);
  return serve(std::move(report));
}
