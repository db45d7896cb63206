// What an exchange leaves out of a conversation that is too long for its client token or key.
#include <algorithm>

#include "backend/proxy/exchange.h"

namespace geminate::proxy {

std::string_view Exchange::body_to_send() {
  const std::string_view original =
      plan_.body ? std::string_view(*plan_.body) : std::string_view(request_.body());
  const auto window = context_window_of(pass_.token(), lease_.key());
  if (!window || !is_conversation(plan_.target)) {
    // What an earlier attempt left out with another key's window is of no matter any more.
    if (window_ != nullptr) request_.body_takes(original.size());
    window_.reset();
    return original;
  }
  if (window_ == nullptr) window_ = std::make_unique<ConversationWindow>();
  const std::string_view body =
      window_->body_within(*window, original, context_.calibration.ratios(plan_.model));
  // What was cut is kept beside the whole, which another key may want.
  request_.body_takes(original.size() + (window_->is_exceeded() ? body.size() : 0));
  if (window_->is_exceeded()) {
    const auto& cut = window_->cut();
    context_.log.info("context_window_exceeded", {{"request", request_id_},
                                                  {"key", lease_.key().id()},
                                                  {"dropped", cut.dropped},
                                                  {"before", cut.before},
                                                  {"after", cut.after},
                                                  {"window", window_->window()}});
  }
  return body;
}

std::string Exchange::own_fields() const {
  if (window_ == nullptr || !window_->is_exceeded()) return plan_.further_fields;
  return plan_.further_fields + window_->field();
}

void Exchange::learn_tokens(const upstream::UsageCounts& counts) {
  if (window_ == nullptr) return;
  if (const auto sent = window_->sent()) context_.calibration.learn(plan_.model, *sent, counts.input_tokens);
}

void fit_estimate(ExchangePlan& plan, const auth::ClientToken& token) {
  if (!token.context_window || !token.enable_context_management.value_or(false)) return;
  if (plan.estimated_tokens <= *token.context_window || !is_conversation(plan.target)) return;
  plan.estimated_tokens = *token.context_window;
}

}  // namespace geminate::proxy
