#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace geminate::upstream {

// Things at Google that belong to the project that made them (https://ai.google.dev/api: files,
// cachedContents, batches, …). One name stands for such a thing and all below it: "files/abc",
// "fileSearchStores/s" for its documents and operations too, "models/m/operations/o" for an operation on a
// model, which itself is everybody's. All pure.

/// What the path is about.
struct PathResource {
  /// Empty: nothing that belongs to anybody.
  std::string name;
  /// The path ends with it: DELETE there ends the thing, not a part of it.
  bool is_whole = false;
};

/// Of "/v1beta/files/abc:download", "/upload/v1beta/fileSearchStores/s:uploadToFileSearchStore",
/// "/v1beta/openai/batches/batches%2Fb": a request's path or target, percent-encoding undone.
PathResource resource_of_path(std::string_view path);

/// Of a text that stands for a resource: its name, or its address
/// ("https://generativelanguage.googleapis.com/v1beta/files/abc"), whatever the host. Empty for any other.
std::string resource_of_text(std::string_view text);

/// "interactions/v1_abc" of the id that requests and answers call it by; empty where it cannot be one.
std::string interaction_of_id(std::string_view id);

/// Whether there may be such a thing that everybody can use, such as an agent or a voice of Google's: that a
/// key was served it does not make it that key's.
bool may_be_shared(std::string_view resource);

/// How long an owner is worth remembering without being used: what Google keeps for so long
/// (https://ai.google.dev/gemini-api/docs/files: two days), and where it sets no end, a year.
std::chrono::hours lifetime_of(std::string_view resource);

}  // namespace geminate::upstream
