#include "backend/proxy/response_store.h"

#include <algorithm>
#include <optional>

namespace geminate::proxy {
namespace {

std::size_t size_of(const translate::ResponseRecord& record) {
  // What the containers need beside the texts, roughly.
  constexpr std::size_t kOverhead = 512;
  std::size_t bytes = kOverhead + 3 * record.id.size() + record.answer.size() + record.input.size();
  for (const auto& item : record.output) bytes += sizeof item + item.id.size() + item.json.size();
  return bytes;
}

std::string all_items(const translate::ResponseRecord& record) {
  std::string items = record.input;
  for (const auto& item : record.output) {
    if (!items.empty()) items += ',';
    items += item.json;
  }
  return items;
}

/// "msg_abc_2" is an item of "resp_abc".
std::string response_of(std::string_view item_id) {
  const std::size_t first = item_id.find('_');
  const std::size_t last = item_id.rfind('_');
  if (first == std::string_view::npos || first == last) return {};
  return "resp_" + std::string(item_id.substr(first + 1, last - first - 1));
}

}  // namespace

void ResponseStore::keep(std::int64_t caller, translate::ResponseRecord&& record, const Now& now) {
  const std::size_t bytes = size_of(record);
  if (bytes > most_bytes_of_one_ || bytes > most_bytes_) return;
  Key key{caller, record.id};
  auto shared = std::make_shared<const translate::ResponseRecord>(std::move(record));
  const std::lock_guard lock(mutex_);
  if (const auto same = entries_.find(key); same != entries_.end()) drop(same);
  drop_outdated(now);
  while (bytes_ + bytes > most_bytes_) drop(entries_.find(order_.front()));
  const auto place = order_.insert(order_.end(), key);
  entries_.emplace(std::move(key), Entry{std::move(shared), bytes, now.steady, place});
  bytes_ += bytes;
}

ResponseStore::Record ResponseStore::find(std::int64_t caller, std::string_view id, const Now& now) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(Key{caller, std::string(id)});
  if (found == entries_.end() || now.steady - found->second.kept_at > kKeptFor) return nullptr;
  return found->second.record;
}

bool ResponseStore::forget(std::int64_t caller, std::string_view id, const Now& now) {
  const std::lock_guard lock(mutex_);
  drop_outdated(now);
  const auto found = entries_.find(Key{caller, std::string(id)});
  if (found == entries_.end()) return false;
  drop(found);
  return true;
}

translate::ResponseLookup ResponseStore::lookup(std::int64_t caller, const Now& now) const {
  translate::ResponseLookup lookup;
  lookup.items_of = [this, caller, now](std::string_view id) -> std::optional<std::string> {
    const Record record = find(caller, id, now);
    if (!record) return std::nullopt;
    return all_items(*record);
  };
  lookup.item = [this, caller, now](std::string_view id) -> std::optional<std::string> {
    const Record record = find(caller, response_of(id), now);
    if (!record) return std::nullopt;
    const auto item = std::find_if(record->output.begin(), record->output.end(),
                                   [id](const translate::ResponseItem& one) { return one.id == id; });
    if (item == record->output.end()) return std::nullopt;
    return item->json;
  };
  return lookup;
}

void ResponseStore::drop(Entries::iterator entry) {
  bytes_ -= entry->second.bytes;
  order_.erase(entry->second.place);
  entries_.erase(entry);
}

void ResponseStore::drop_outdated(const Now& now) {
  while (!order_.empty()) {
    const auto oldest = entries_.find(order_.front());
    if (now.steady - oldest->second.kept_at <= kKeptFor) return;
    drop(oldest);
  }
}

}  // namespace geminate::proxy
