#include "backend/upstream/resource_scan.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "backend/upstream/resource_names.h"

namespace geminate::upstream {
namespace {

/// Longer strings are neither names nor addresses of anything.
constexpr std::size_t kLongestText = 512;
constexpr std::size_t kMostNames = 200;
/// As deep as an operation's answer names the films it has made. What a model has said (in a batch's answer)
/// lies deeper, and may name anything.
constexpr int kDeepestTold = 6;

constexpr std::array<std::string_view, 12> kUsedIn{"fileUri",
                                                   "file_uri",
                                                   "uri",
                                                   "fileName",
                                                   "file_name",
                                                   "cachedContent",
                                                   "cached_content",
                                                   "model",
                                                   "input_file_id",
                                                   "fileSearchStoreNames",
                                                   "file_search_store_names",
                                                   "file_id"};
constexpr std::array<std::string_view, 9> kToldIn{
    "name",           "uri",          "id", "fileName", "file_name", "responsesFile", "responses_file",
    "output_file_id", "error_file_id"};

bool is_among(std::string_view key, const auto& keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

void ResourceScan::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (in_string_) {
      bytes.remove_prefix(pass_string(bytes));
      continue;
    }
    between(bytes.front());
    bytes.remove_prefix(1);
  }
}

std::size_t ResourceScan::pass_string(std::string_view bytes) {
  std::size_t end = 0;
  for (;;) {
    // What the last piece's end escaped stands for itself.
    const std::size_t begin = end + (is_escaped_ ? 1 : 0);
    is_escaped_ = false;
    const std::size_t quote = begin < bytes.size() ? bytes.find('"', begin) : std::string_view::npos;
    end = std::min(quote, bytes.size());
    std::size_t run = end;
    while (run > begin && bytes[run - 1] == '\\') --run;
    is_escaped_ = (end - run) % 2 == 1;
    if (quote == std::string_view::npos || !is_escaped_) break;
  }
  if (text_.size() < kLongestText) text_.append(bytes.substr(0, std::min(end, kLongestText)));
  if (end == bytes.size()) return end;
  in_string_ = false;
  is_pending_ = true;
  return end + 1;
}

void ResourceScan::between(char byte) {
  if (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t') return;
  if (is_pending_) {
    is_pending_ = false;
    if (byte == ':') {
      key_.assign(text_);
    } else {
      take_value();
    }
  }
  switch (byte) {
    case '"':
      in_string_ = true;
      text_.clear();
      break;
    case '{':
      if (++depth_ == 2) parent_.assign(key_);
      break;
    case '[':
      ++depth_;
      break;
    case '}':
    case ']':
      depth_ = std::max(0, depth_ - 1);
      break;
    default:
      break;
  }
}

void ResourceScan::take_value() {
  if (text_.size() >= kLongestText) return;
  // Some write "files\/abc".
  for (std::size_t at = text_.find("\\/"); at != std::string::npos; at = text_.find("\\/", at))
    text_.erase(at, 1);
  if (of_ == Of::Request) {
    if (key_ == "previous_interaction_id" || key_ == "previousInteractionId")
      return add(interaction_of_id(text_));
    if (is_among(key_, kUsedIn)) add(resource_of_text(text_));
    return;
  }
  if (of_ == Of::Interaction) return take_interaction();
  if (depth_ <= kDeepestTold && is_among(key_, kToldIn)) return add(resource_of_text(text_));
  if (key_ == "expireTime" && depth_ == 1) expires_at_ = parse_rfc3339(text_);
}

void ResourceScan::take_interaction() {
  // The answer itself, or a stream's event that holds it; elsewhere other things have ids.
  const bool is_own = key_ == "id" && (depth_ == 1 || (depth_ == 2 && parent_ == "interaction"));
  if (is_own || (key_ == "interaction_id" && depth_ == 1)) add(interaction_of_id(text_));
}

void ResourceScan::add(std::string name) {
  if (name.empty() || names_.size() >= kMostNames) return;
  if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(std::move(name));
}

std::vector<std::string> resources_of_body(std::string_view body) {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || body[begin] != '{') return {};
  ResourceScan scan(ResourceScan::Of::Request);
  scan.feed(body);
  return scan.names();
}

}  // namespace geminate::upstream
