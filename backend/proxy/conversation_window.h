#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/auth/client_token.h"
#include "backend/keys/pool_entry.h"
#include "backend/translate/context_window.h"

namespace geminate::proxy {

/// The head field of an answer whose request was cut to a context window, or would have to be; what is in it
/// is in README.
inline constexpr std::string_view kContextField = "x-geminate-context";

/// To how many tokens a conversation is cut; nothing: it goes on as it is. The client token decides, where it
/// says nothing the key.
std::optional<std::int64_t> context_window_of(const auth::ClientToken& token, const keys::PoolEntry& key);

/// Whether a request to that upstream target is a conversation which a model answers.
bool is_conversation(std::string_view target);

/// What of one request's conversation is sent. Read once, cut anew for each attempt.
class ConversationWindow {
 public:
  /// The body to send: `original`, or, in this object's own memory, what is left of it in `window` tokens.
  /// Every call has the same original.
  std::string_view body_within(std::int64_t window, std::string_view original,
                               const translate::TokenRatios& ratios);

  /// Whether the last body was cut, or would have to be.
  [[nodiscard]] bool is_exceeded() const { return cut_ && cut_->before > window_; }
  [[nodiscard]] const translate::WindowCut& cut() const { return *cut_; }
  [[nodiscard]] std::int64_t window() const { return window_; }
  /// The head field as a line, for a window that was exceeded.
  [[nodiscard]] std::string field() const;
  /// Our estimate of the last body as it was sent; nothing when it was not read, or refers to more than is in
  /// it.
  [[nodiscard]] std::optional<translate::TokenCost> sent() const;

 private:
  /// Nothing for a body that is no conversation.
  std::optional<translate::PromptOutline> conversation_;
  bool was_read_ = false;
  std::int64_t window_ = 0;
  std::optional<translate::WindowCut> cut_;
  std::string left_;
};

}  // namespace geminate::proxy
