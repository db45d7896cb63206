#include "backend/upstream/resource_names.h"

#include <algorithm>
#include <array>

#include "backend/upstream/request_target.h"

namespace geminate::upstream {
namespace {

using std::chrono::hours;

constexpr hours kDay{24};
constexpr std::size_t kLongestId = 256;

struct Collection {
  std::string_view name;
  hours lifetime;
  bool may_be_shared = false;
};

constexpr std::array kCollections{
    Collection{"files", 2 * kDay},
    Collection{"generatedFiles", 2 * kDay},
    // Beyond the time that its answers name.
    Collection{"cachedContents", 2 * kDay},
    Collection{"batches", 30 * kDay},
    Collection{"operations", 30 * kDay},
    Collection{"models", 30 * kDay},
    // Kept 55 days at most.
    Collection{"interactions", 60 * kDay},
    Collection{"tunedModels", 365 * kDay, true},
    Collection{"corpora", 365 * kDay, true},
    Collection{"fileSearchStores", 365 * kDay},
    Collection{"agents", 365 * kDay, true},
    Collection{"credentials", 365 * kDay},
    Collection{"environments", 365 * kDay},
    Collection{"triggers", 365 * kDay},
    Collection{"voices", 365 * kDay, true},
    Collection{"webhooks", 365 * kDay},
};

const Collection* find_collection(std::string_view name) {
  const auto* found = std::find_if(kCollections.begin(), kCollections.end(),
                                   [name](const Collection& each) { return each.name == name; });
  return found == kCollections.end() ? nullptr : found;
}

const Collection* collection_of(std::string_view resource) {
  return find_collection(resource.substr(0, resource.find('/')));
}

/// Takes "a" off "a/b"; "b" stays.
std::string_view take_segment(std::string_view& rest) {
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
  return segment;
}

/// "abc" of "abc:download"; empty for what can be no id.
std::string id_of(std::string_view segment) {
  std::string id = percent_decode(segment);
  id.resize(std::min(id.find(':'), id.size()));
  const bool is_plain = id.size() <= kLongestId && std::all_of(id.begin(), id.end(), [](unsigned char byte) {
                          return byte > ' ' && byte < 0x7f && byte != '/' && byte != '"' && byte != '\\';
                        });
  return is_plain ? id : std::string();
}

/// Of "files/abc", what stands below an API's version.
PathResource resource_below_version(std::string_view rest) {
  const std::string_view name = take_segment(rest);
  const Collection* collection = find_collection(name);
  if (collection == nullptr) return {};
  const std::string_view id_segment = take_segment(rest);
  const bool is_model = name == "models";
  if (is_model && take_segment(rest) != "operations") return {};
  const std::string id = id_of(id_segment);
  if (id.empty()) return {};
  if (!is_model) return {std::string(name) + '/' + id, rest.empty()};
  const std::string operation = id_of(take_segment(rest));
  if (operation.empty()) return {};
  return {"models/" + id + "/operations/" + operation, rest.empty()};
}

}  // namespace

PathResource resource_of_path(std::string_view path) {
  path = path.substr(0, path.find('?'));
  if (path.starts_with('/')) path.remove_prefix(1);
  if (const auto first = take_segment(path); first == "upload" || first == "download") take_segment(path);
  if (!path.starts_with("openai/")) return resource_below_version(path);
  take_segment(path);
  // There an id is the whole name: "/batches/batches%2Fb".
  const std::string decoded = percent_decode(path);
  std::string_view rest = decoded;
  const std::string_view collection = take_segment(rest);
  const bool is_doubled = rest.starts_with(collection) && rest.substr(collection.size()).starts_with('/');
  return resource_below_version(is_doubled ? rest : std::string_view(decoded));
}

std::string resource_of_text(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return resource_below_version(text).name;
  text.remove_prefix(scheme + 3);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  text.remove_prefix(slash);
  const bool is_api = text.starts_with("/v1") || text.starts_with("/download/v1");
  return is_api ? resource_of_path(text).name : std::string();
}

std::string interaction_of_id(std::string_view id) {
  return resource_below_version("interactions/" + std::string(id)).name;
}

bool may_be_shared(std::string_view resource) {
  const Collection* collection = collection_of(resource);
  return collection != nullptr && collection->may_be_shared;
}

hours lifetime_of(std::string_view resource) {
  const Collection* collection = collection_of(resource);
  return collection == nullptr ? hours{0} : collection->lifetime;
}

}  // namespace geminate::upstream
