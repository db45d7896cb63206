#include "backend/app/key_event_hub.h"

#include <utility>

#include "shared/codec/codec.h"

namespace geminate::app {

KeyEventHub::KeyEventHub(keys::KeyHistory& history, observe::LiveFeed& feed, observe::WorkerMetrics& metrics)
    : history_(history), feed_(feed), metrics_(metrics) {}

void KeyEventHub::on_key_event(const keys::KeyEvent& event) { tell(keys::view_of(event)); }

void KeyEventHub::note(KeyEventKind kind, const std::vector<std::int64_t>& key_ids, std::string_view reason,
                       Timestamp at) {
  KeyEventView event;
  event.at = at;
  event.kind = kind;
  event.reason = reason;
  if (key_ids.size() > kMostOneByOne) {
    event.reason.append(", ").append(std::to_string(key_ids.size())).append(" keys at once");
    return tell(std::move(event));
  }
  for (const std::int64_t id : key_ids) {
    event.key_id = id;
    tell(event);
  }
}

void KeyEventHub::tell(KeyEventView event) {
  metrics_.key_events(event.kind);
  if (!feed_.has_listeners()) {
    history_.add(std::move(event));
    return;
  }
  event.id = history_.add(event);
  feed_.publish("key", codec::to_json(event));
}

}  // namespace geminate::app
