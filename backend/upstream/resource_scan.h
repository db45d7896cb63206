#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/time.h"

namespace geminate::upstream {

/// Finds the names of resources in a body as its bytes come by, JSON or the events of a stream, cut anywhere:
/// walks over it without making anything of it; what is long (a picture in base64) is passed at the speed of
/// a search for its closing quotation mark. Never fails; what is no JSON has no names.
class ResourceScan {
 public:
  /// Where the body stands, which decides what names are taken from: a request uses them ("fileUri",
  /// "cachedContent", …), an answer tells them ("name", "uri", …; an interaction's its "id").
  enum class Of : std::uint8_t { Request, Answer, Interaction };

  explicit ResourceScan(Of of) : of_(of) {}

  void feed(std::string_view bytes);

  /// Each once, in the order in which they came; no more than a page of a list has.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// The "expireTime" of an answer that is one thing.
  [[nodiscard]] std::optional<Timestamp> expires_at() const { return expires_at_; }

 private:
  void between(char byte);
  /// The rest of a string, up to the end of `bytes` at most; how much of it that was.
  std::size_t pass_string(std::string_view bytes);
  void take_value();
  void take_interaction();
  void add(std::string name);

  const Of of_;
  int depth_ = 0;
  bool in_string_ = false;
  /// The last piece ended inside a string with a backslash that escapes what comes next.
  bool is_escaped_ = false;
  /// A string that has ended, of which it isn't known yet whether it is a member's name.
  bool is_pending_ = false;
  /// As it is written, as far as it can matter.
  std::string text_;
  std::string key_;
  /// The member that the object at depth 2 belongs to.
  std::string parent_;
  std::vector<std::string> names_;
  std::optional<Timestamp> expires_at_;
};

/// What a request's body names; empty when it is no JSON object.
std::vector<std::string> resources_of_body(std::string_view body);

}  // namespace geminate::upstream
