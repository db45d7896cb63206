// geminate-simulation: a day of traffic through Geminate's pool and through peers' ways of choosing keys.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "tools/simulation/capacity.h"
#include "tools/simulation/scenarios.h"
#include "tools/simulation/table.h"

namespace geminate::simulation {
namespace {

struct Options {
  World world = great_pool();
  double hours = 24;
  bool sliding = false;
  bool explains = false;
  bool only_geminate = false;
  std::string markdown;
};

void declare(CLI::App& app, Options& options) {
  World& world = options.world;
  app.add_option("--seed", world.seed, "the same seed gives the same table")->capture_default_str();
  app.add_option("--hours", options.hours, "length of the run")
      ->check(CLI::Range(0.1, 240.0))
      ->capture_default_str();
  app.add_option("--load", world.load, "share of the capacity that is asked for")
      ->check(CLI::Range(0.01, 3.0))
      ->capture_default_str();
  app.add_option("--projects", world.projects, "how many projects")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  app.add_option("--paid", world.paid_projects, "how many of them are paid")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--keys-per-project", world.keys_per_project)
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--short-day-delays", world.short_day_delay_share,
                 "share of a spent day's 429s that name half a minute")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_flag("--sliding", options.sliding, "Google counts any 60 seconds in place of fixed minutes");
  app.add_flag("--answers-count", world.answers_count,
               "answers count in the tokens of a minute, as prompts do");
  app.add_flag("--client-retries", world.client_retries,
               "a refused client comes back once, after Retry-After");
  app.add_flag("--explain", options.explains, "say where requests and quota were lost");
  app.add_flag("--geminate-only", options.only_geminate, "leave the peers out");
  app.add_option("--markdown", options.markdown, "write the tables into this document, between its markers");
}

/// 0 or main's exit code.
int write_document(const std::string& path, const std::vector<std::pair<std::string, std::string>>& parts) {
  std::ifstream input(path);
  std::string document{std::istreambuf_iterator<char>(input), {}};
  for (const auto& [name, part] : parts) {
    auto changed = with_part(std::move(document), name, part);
    if (!changed) {
      std::fprintf(stderr, "%s has no place <!-- %s --> ... <!-- /%s -->\n", path.c_str(), name.c_str(),
                   name.c_str());
      return 1;
    }
    document = std::move(*changed);
  }
  std::ofstream output(path);
  output << document;
  output.close();
  if (output) return 0;
  std::fprintf(stderr, "%s could not be written\n", path.c_str());
  return 1;
}

int run(Options& options) {
  World& world = options.world;
  if (world.paid_projects >= world.projects) {
    std::fprintf(stderr, "--paid must be below --projects: one free project is suspended\n");
    return 1;
  }
  world.length = static_cast<Time>(options.hours * kHour);
  if (options.sliding) world.minutes = Minutes::Sliding;
  const std::vector<Request> requests = requests_of(world);
  const std::vector<Outcome> outcomes =
      options.only_geminate ? std::vector<Outcome>{play_geminate(world, requests)} : compare(world, requests);
  const std::string loads = loads_of(world, requests);
  const std::string quotas = quotas_of(world);
  const std::string table = table_of(outcomes);
  const std::string causes = causes_of(outcomes);
  const std::string scenarios = scenario_table();
  std::printf("%s\n%s\n%s\n%s\n%s", quotas.c_str(), loads.c_str(), table.c_str(), causes.c_str(),
              scenarios.c_str());
  if (options.explains) {
    for (const Outcome& outcome : outcomes) std::printf("\n%s", losses_of(outcome).c_str());
  }
  if (options.markdown.empty()) return 0;
  return write_document(
      options.markdown,
      {{"quotas", quotas}, {"loads", loads}, {"day", table}, {"causes", causes}, {"scenarios", scenarios}});
}

}  // namespace
}  // namespace geminate::simulation

int main(int argc, char** argv) {
  CLI::App app{"Plays a day of traffic through Geminate's pool and through peers' ways of choosing keys."};
  geminate::simulation::Options options;
  geminate::simulation::declare(app, options);
  CLI11_PARSE(app, argc, argv);
  return geminate::simulation::run(options);
}
