#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tools/simulator/reply.h"
#include "tools/simulator/request.h"

namespace geminate::simulator {

/// Files, uploaded at once or by the resumable protocol (X-Goog-Upload-*), cached contents, interactions and
/// long-running operations, which are done at once and have made a file: things that belong to the key that
/// made them; for another key they don't exist (403, as Google says it). Kept in memory, by the simulator's
/// one thread.
class Resources {
 public:
  /// Nothing when the path is none of theirs.
  std::optional<Reply> answer(const Request& request, std::string_view key);

  /// The refusal of a prompt that uses a file or cached content which isn't that key's; nothing when all are.
  [[nodiscard]] std::optional<Reply> refuse_prompt(std::string_view body, std::string_view key) const;

 private:
  struct Item {
    std::string owner;
    std::string json;
    /// Of a file.
    std::string type;
    std::string bytes;
  };
  struct Upload {
    std::string owner;
    std::string type;
    std::string display_name;
    std::string bytes;
    /// "active", "final" or "cancelled".
    std::string status = "active";
    /// The answer to its end, which is given again to whoever asks again.
    std::string answer;
  };

  Reply use(const Request& request, std::string_view name, std::string_view method, std::string_view key);
  Reply create(const Request& request, std::string_view kind, std::string_view key);
  Reply create_cache(const Request& request, std::string_view key);
  Reply create_interaction(const Request& request, std::string_view key);
  Reply create_operation(std::string_view model, std::string_view key);
  Reply upload_file(const Request& request, std::string_view key);
  Reply begin_upload(const Request& request, std::string_view key);
  Reply go_on(const Request& request, Upload& upload);
  std::string make_file(std::string_view key, std::string type, std::string_view display_name,
                        std::string bytes);
  Reply list(const std::string& kind, std::string_view key) const;

  std::map<std::string, Item> items_;
  std::map<std::string, Upload> uploads_;
  std::uint64_t made_ = 0;
};

}  // namespace geminate::simulator
