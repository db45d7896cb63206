#include "frontend-wasm/app/top_errors.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace geminate::ui {

std::vector<TopError> top_errors(const std::vector<RequestView>& failed) {
  std::map<std::tuple<std::int32_t, RequestOutcome, std::string>, TopError> ways;
  for (const RequestView& request : failed) {
    TopError& way = ways[{request.status, request.outcome, request.model}];
    way.status = request.status;
    way.outcome = request.outcome;
    way.model = request.model;
    ++way.count;
    way.last_at = std::max(way.last_at, request.ended_at);
  }
  std::vector<TopError> errors;
  for (auto& [way, error] : ways) errors.push_back(std::move(error));
  std::sort(errors.begin(), errors.end(), [](const TopError& left, const TopError& right) {
    return left.count != right.count ? left.count > right.count : left.last_at > right.last_at;
  });
  return errors;
}

}  // namespace geminate::ui
