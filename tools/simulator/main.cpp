#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "tools/simulator/simulator.h"

namespace {

struct Flags {
  geminate::simulator::Options options;
  std::string behaviour;
  std::string port_file;
  unsigned latency_ms = 0;
};

void declare(CLI::App& app, Flags& flags) {
  app.add_option("--host", flags.options.host, "Address to listen on")->capture_default_str();
  app.add_option("--port", flags.options.port, "Port to listen on; 0 takes a free one")
      ->capture_default_str();
  app.add_option("--port-file", flags.port_file, "Write the port's number here once it listens");
  app.add_option("--latency-ms", flags.latency_ms, "Pause before each answer");
  app.add_option(
      "--behaviour", flags.behaviour,
      "How requests are answered unless something else says so, e.g. \"chunks=20,interval_ms=50\"");
  app.add_option("--valid-keys", flags.options.valid_keys,
                 "Keys that do not begin with this text are invalid");
  app.add_option("--allow-header", flags.options.allowed_headers, "A request header that is no violation");
  app.add_option("--replay", flags.options.replay_file, "Recordings (JSON Lines) to answer from")
      ->check(CLI::ExistingFile);
  auto* certificate =
      app.add_option("--tls-cert", flags.options.tls_certificate_file, "PEM certificate chain");
  auto* key = app.add_option("--tls-key", flags.options.tls_key_file, "PEM private key");
  certificate->needs(key);
  key->needs(certificate);
}

// A thousand streams need as many descriptors; a shell's usual limit is 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int fail(const std::string& message) {
  std::cerr << "geminate-simulator: " << message << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  namespace simulator = geminate::simulator;
  CLI::App app("A stand-in for Google's Gemini API: deterministic answers, and errors on request.",
               "geminate-simulator");
  app.set_version_flag("--version", GEMINATE_VERSION);
  Flags flags;
  declare(app, flags);
  CLI11_PARSE(app, argc, argv);

  // Before the simulator's thread starts, so that it inherits the mask and the signals arrive here.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();

  simulator::Behaviour usual;
  usual.latency = std::chrono::milliseconds(flags.latency_ms);
  auto behaviour = simulator::parse_behaviour(flags.behaviour, usual);
  if (!behaviour.ok()) return fail(behaviour.error().message);
  flags.options.usual = std::move(behaviour).value();
  auto running = simulator::Simulator::start(flags.options);
  if (!running.ok()) return fail(running.error().message);
  const std::uint16_t port = (*running)->port();
  std::cout << "listening on " << flags.options.host << ':' << port << std::endl;
  if (!flags.port_file.empty() && !(std::ofstream(flags.port_file) << port << '\n')) {
    return fail("cannot write " + flags.port_file);
  }
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
