#include "backend/proxy/conversation_window.h"

#include "backend/proxy/token_calibration.h"
#include "backend/upstream/request_target.h"

namespace geminate::proxy {

std::optional<std::int64_t> context_window_of(const auth::ClientToken& token, const keys::PoolEntry& key) {
  if (!token.enable_context_management.value_or(key.cuts_conversations())) return std::nullopt;
  return token.context_window ? token.context_window : key.context_window();
}

bool is_conversation(std::string_view target) {
  const auto call = upstream::model_of_path(target);
  return call.method == "generateContent" || call.method == "streamGenerateContent";
}

std::string_view ConversationWindow::body_within(std::int64_t window, std::string_view original,
                                                 const translate::TokenRatios& ratios) {
  window_ = window;
  cut_.reset();
  if (!was_read_) {
    if (!translate::may_exceed(original, window, static_cast<std::int64_t>(LearntRatios::kMostText)))
      return original;
    conversation_ = translate::read_outline(original);
    was_read_ = true;
  }
  if (!conversation_) return original;
  cut_ = translate::cut_to_window(*conversation_, window, ratios);
  if (cut_->dropped == 0) return original;
  left_ = translate::without_oldest(original, *conversation_, cut_->dropped);
  return left_;
}

std::string ConversationWindow::field() const {
  std::string line(kContextField);
  line.append(": dropped=").append(std::to_string(cut_->dropped));
  line.append(", before=").append(std::to_string(cut_->before));
  line.append(", after=").append(std::to_string(cut_->after));
  line.append(", window=").append(std::to_string(window_));
  return line.append(cut_->fits ? "\r\n" : ", exceeds\r\n");
}

std::optional<translate::TokenCost> ConversationWindow::sent() const {
  if (!cut_ || conversation_->names_cached_content) return std::nullopt;
  translate::TokenCost cost = conversation_->rest;
  for (std::size_t turn = cut_->dropped; turn < conversation_->turns.size(); ++turn)
    cost += conversation_->turns[turn].cost;
  return cost;
}

}  // namespace geminate::proxy
