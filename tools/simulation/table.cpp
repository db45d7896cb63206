#include "tools/simulation/table.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "tools/simulation/capacity.h"

namespace geminate::simulation {
namespace {

std::string percent(double share, int digits) { return decimal(100 * share, digits) + " %"; }

std::string shown(const std::optional<std::int64_t>& limit) {
  return limit ? std::to_string(*limit) : "no limit";
}

}  // namespace

std::string decimal(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

/// The first column to the left, all others to the right.
std::string markdown(const std::vector<Cells>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 3);
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (std::size_t line = 0; line < rows.size(); ++line) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string padding(widths[i] - rows[line][i].size(), ' ');
      text += "| " + (i == 0 ? rows[line][i] + padding : padding + rows[line][i]) + " ";
    }
    text += "|\n";
    if (line > 0) continue;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      text += i == 0 ? "|" + std::string(widths[i] + 2, '-') : "|" + std::string(widths[i] + 1, '-') + ":";
    }
    text += "|\n";
  }
  return text;
}

std::string table_of(const std::vector<Outcome>& outcomes) {
  std::vector<Cells> rows{{"policy", "served", "429s per 1,000", "calls per request", "wasted calls",
                           "p99 attempts", "fairness", "turns at same project", "prefixes at same project"}};
  for (const Outcome& outcome : outcomes) {
    const Row& row = outcome.row;
    rows.push_back({row.policy, percent(row.served_share(), 3), decimal(row.limited_per_thousand(), 2),
                    decimal(row.calls_per_request(), 3), percent(row.wasted_share(), 2),
                    std::to_string(row.p99_attempts), decimal(row.fairness, 3), percent(row.sticky_turns, 1),
                    percent(row.sticky_prefixes, 1)});
  }
  return markdown(rows);
}

std::string causes_of(const std::vector<Outcome>& outcomes) {
  constexpr Cause kShown[] = {Cause::DayRequests, Cause::MinuteRequests, Cause::MinuteTokens,
                              Cause::NotInTier};
  std::vector<Cells> rows{{"429s per 1,000"}};
  for (const Cause cause : kShown) rows.front().push_back(std::string(name_of(cause)));
  rows.front().push_back("the first of its kind");
  rows.front().push_back("too early");
  for (const Outcome& outcome : outcomes) {
    const Losses& losses = outcome.losses;
    const auto rate = [&](std::int64_t count) {
      return decimal(1000.0 * static_cast<double>(count) / static_cast<double>(outcome.row.requests), 2);
    };
    Cells row{outcome.row.policy};
    for (const Cause cause : kShown) {
      const auto i = static_cast<std::size_t>(cause);
      row.push_back(rate(losses.first_limits[i] + losses.repeated_limits[i]));
    }
    row.push_back(
        rate(std::accumulate(losses.first_limits.begin(), losses.first_limits.end(), std::int64_t{0})));
    row.push_back(
        rate(std::accumulate(losses.early_limits.begin(), losses.early_limits.end(), std::int64_t{0})));
    rows.push_back(std::move(row));
  }
  return markdown(rows);
}

std::string quotas_of(const World& world) {
  std::vector<Cells> rows{{"model", "tier", "projects", "requests/min", "tokens/min", "requests/day"}};
  for (const Model& model : world.models) {
    for (const Tier tier : {Tier::Free, Tier::Paid}) {
      const std::size_t paid = world.paid_projects;
      const std::string projects = std::to_string(tier == Tier::Paid ? paid : world.projects - paid);
      const std::string name = tier == Tier::Paid ? "paid" : "free";
      const Limits& limits = model.limits_of(tier);
      if (!limits.is_offered()) {
        rows.push_back({model.name, name, projects, "not offered", "not offered", "not offered"});
        continue;
      }
      rows.push_back({model.name, name, projects, shown(limits.requests_per_minute),
                      shown(limits.tokens_per_minute), shown(limits.requests_per_day)});
    }
  }
  return markdown(rows);
}

std::string loads_of(const World& world, const std::vector<Request>& requests) {
  std::vector<Cells> rows{
      {"model", "requests", "mean prompt", "of the day", "of minutes, requests", "of minutes, tokens"}};
  for (std::uint32_t model = 0; model < world.models.size(); ++model) {
    std::vector<Request> asked = requests;
    std::erase_if(asked, [model](const Request& request) { return request.model != model; });
    std::int64_t tokens = 0;
    for (const Request& request : asked) tokens += request.prompt_tokens;
    const Capacity all = capacity_of(world, world.models[model]);
    const auto share = [&](const Capacity& capacity) {
      return percent(share_needed(capacity, asked, 1, world.answers_count), 1);
    };
    const auto count = std::max<std::int64_t>(1, static_cast<std::int64_t>(asked.size()));
    rows.push_back({world.models[model].name, std::to_string(asked.size()), std::to_string(tokens / count),
                    share({std::nullopt, std::nullopt, all.requests_per_day}),
                    share({all.requests_per_minute, std::nullopt, std::nullopt}),
                    share({std::nullopt, all.tokens_per_minute, std::nullopt})});
  }
  return markdown(rows);
}

std::string losses_of(const Outcome& outcome) {
  std::string text = outcome.row.policy + ": " + std::to_string(outcome.row.served) + " of " +
                     std::to_string(outcome.row.requests) + " requests served with " +
                     std::to_string(outcome.row.calls) + " calls\n";
  for (std::size_t i = 0; i < kCauses; ++i) {
    const Losses& losses = outcome.losses;
    if (losses.first_limits[i] + losses.repeated_limits[i] == 0) continue;
    text += "  429, " + std::string(name_of(static_cast<Cause>(i))) + ": " +
            std::to_string(losses.first_limits[i]) + " that nobody could know of, " +
            std::to_string(losses.repeated_limits[i]) + " later ones, of these " +
            std::to_string(losses.early_limits[i]) + " before the time that Google had named\n";
  }
  for (const auto& [reason, count] : outcome.losses.unserved) {
    text += "  unserved: " + reason + ": " + std::to_string(count) + "\n";
  }
  return text;
}

std::optional<std::string> with_part(std::string document, std::string_view name, const std::string& part) {
  const std::string opening = "<!-- " + std::string(name) + " -->\n";
  const std::string closing = "<!-- /" + std::string(name) + " -->";
  const std::size_t begin = document.find(opening);
  if (begin == std::string::npos) return std::nullopt;
  const std::size_t end = document.find(closing, begin);
  if (end == std::string::npos) return std::nullopt;
  document.replace(begin + opening.size(), end - begin - opening.size(), part);
  return document;
}

}  // namespace geminate::simulation
