#include "backend/admin/key_glance_api.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "backend/admin/query_fields.h"

namespace geminate::admin {
namespace {

constexpr std::size_t kMostIds = 200;

Error refuse(std::string finding) {
  return Error{ErrorCode::BadRequest, "ids " + std::move(finding), {}, "ids", {}};
}

/// By rising id, each once.
Result<std::vector<std::int64_t>> read_ids(std::string_view text) {
  std::vector<std::int64_t> ids;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + end, ids.emplace_back());
    if (problem != std::errc{} || stop != text.data() + end)
      return refuse("must be whole numbers, separated by commas");
    if (ids.size() > kMostIds) return refuse("may name 200 keys at most");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (ids.empty()) return refuse("must name a key");
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

/// With the hours that were found, on the management thread.
KeyGlances complete(const GlanceSources& sources, KeyGlances glances) {
  const Now moment = now();
  std::erase_if(glances.keys, [&](KeyGlance& glance) {
    auto quotas = sources.pool.quotas_of(glance.id, moment);
    if (!quotas) return true;
    glance.quotas = std::move(*quotas);
    glance.last_error = sources.last_fault(glance.id);
    return false;
  });
  return glances;
}

Result<KeyGlances> begin(const GlanceSources& sources, const std::vector<std::int64_t>& ids) {
  sources.recorder.flush();
  GEMINATE_CHECK_OK(sources.hours.look(now().wall));
  KeyGlances glances;
  glances.from = sources.hours.from();
  for (const std::int64_t id : ids) {
    const auto requests = sources.hours.of(id);
    glances.keys.push_back({id, {requests.begin(), requests.end()}, {}, {}});
  }
  return glances;
}

}  // namespace

void register_key_glance_api(const http::AddManagementRoute& add_route, GlanceSources sources,
                             const RunInBackground& read_usage, const RunInBackground& run) {
  const auto shared = std::make_shared<const GlanceSources>(std::move(sources));
  add_route(
      api::kKeyGlance.verb, api::kKeyGlance.path,
      [shared, read_usage, run](const http::ManagementRequest& request, http::ManagementReply reply) {
        const auto query = read_query<KeyGlanceQuery>(request.request.query());
        if (!query.ok()) return reply(error_answer(query.error()));
        auto ids = read_ids(query->ids.value_or(""));
        if (!ids.ok()) return reply(error_answer(ids.error()));
        // std::function wants to be copied, replies do not.
        const auto waiting = std::make_shared<http::ManagementReply>(std::move(reply));
        read_usage([waiting, shared, run, ids = std::move(ids).value()] {
          auto begun = begin(*shared, ids);
          if (!begun.ok()) return (*waiting)(error_answer(begun.error()));
          run([waiting, shared, glances = std::move(begun).value()]() mutable {
            (*waiting)(answer_of<KeyGlances>(api::kKeyGlance.success, complete(*shared, std::move(glances))));
          });
        });
      });
}

}  // namespace geminate::admin
