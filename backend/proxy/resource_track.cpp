#include "backend/proxy/resource_track.h"

#include <algorithm>
#include <array>
#include <functional>

#include "backend/proxy/exchange.h"
#include "backend/upstream/resource_names.h"

namespace geminate::proxy {
namespace {

using Of = upstream::ResourceScan::Of;

/// Their answers are many and long, and make nothing. Methods that don't exist yet may.
constexpr std::array<std::string_view, 8> kMakeNothing{
    "generateContent",    "streamGenerateContent", "countTokens", "embedContent",
    "batchEmbedContents", "computeTokens",         "predict",     "download"};

std::string_view below_version(std::string_view path) {
  if (path.starts_with("/upload/")) path.remove_prefix(7);
  const std::size_t version_end = path.find('/', 1);
  return version_end == std::string_view::npos ? std::string_view() : path.substr(version_end + 1);
}

std::optional<Of> told_in_answer(std::string_view target, bool names_resource) {
  const std::string_view path = target.substr(0, target.find('?'));
  // The content of a file is not about files.
  if (target.substr(path.size()).find("alt=media") != std::string_view::npos) return std::nullopt;
  const std::string_view last = path.substr(path.rfind('/') + 1);
  const std::size_t colon = last.find(':');
  const std::string_view method =
      colon == std::string_view::npos ? std::string_view() : last.substr(colon + 1);
  if (std::find(kMakeNothing.begin(), kMakeNothing.end(), method) != kMakeNothing.end()) return std::nullopt;
  const std::string_view rest = below_version(path);
  if (rest.starts_with("interactions")) return Of::Interaction;
  if (rest.starts_with("models") && method.empty() && !names_resource) return std::nullopt;
  if (rest.starts_with("openai/") && !rest.starts_with("openai/batches") && !rest.starts_with("openai/files"))
    return std::nullopt;
  return Of::Answer;
}

/// Every name has a slash in it but an interaction's, which only requests about interactions hold. Most
/// prompts have none, and looking for one costs a twentieth of reading them.
bool may_name_resources(std::string_view target, std::string_view body) {
  if (target.starts_with("/upload/")) return false;
  return body.find('/') != std::string_view::npos || below_version(target).starts_with("interactions");
}

}  // namespace

void track_resources(ExchangePlan& plan, std::string_view body) {
  auto resource = upstream::resource_of_path(plan.target);
  const auto told_as = told_in_answer(plan.target, !resource.name.empty());
  auto named =
      may_name_resources(plan.target, body) ? upstream::resources_of_body(body) : std::vector<std::string>();
  if (!resource.name.empty() && std::find(named.begin(), named.end(), resource.name) == named.end())
    named.push_back(resource.name);
  plan.names_resource = !named.empty();
  if (named.empty() && !told_as) return;
  // The pages of a list, whose tokens are the project's, follow each other where the first one came from.
  if (named.empty() && plan.method == "GET") {
    plan.affinity = std::hash<std::string>{}(plan.target.substr(0, plan.target.find('?')));
  }
  plan.resources = std::make_unique<ResourceTrack>();
  plan.resources->named = std::move(named);
  plan.resources->of_path = std::move(resource.name);
  plan.resources->path_is_whole = resource.is_whole;
  plan.resources->told_as = told_as;
}

void bind_upload(ExchangePlan& plan, const UploadTicket& ticket) {
  if (plan.resources == nullptr) plan.resources = std::make_unique<ResourceTrack>();
  plan.resources->upload = ticket;
}

}  // namespace geminate::proxy
