#include "backend/auth/token_entry.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "backend/crypto/keyed_hash.h"
#include "backend/keys/pacific_day.h"

namespace geminate::auth {

namespace {

using Window = std::shared_ptr<keys::AmountWindow>;

/// The window of a row with or without that limit, going on from what the former one let in.
Window window_for(bool limited, Window former) {
  if (!limited) return nullptr;
  return former != nullptr ? std::move(former) : std::make_shared<keys::AmountWindow>();
}

std::vector<AddressBlock> blocks_of(const std::vector<std::string>& texts) {
  std::vector<AddressBlock> blocks;
  for (const std::string& text : texts) {
    if (const auto block = AddressBlock::parse(text)) blocks.push_back(*block);
  }
  return blocks;
}

}  // namespace

bool TokenEntry::allows_address(std::string_view address) const {
  // The row's list decides whether there is one: if none of it could be read, nobody is let in.
  if (token.allowed_ips.empty()) return true;
  return std::any_of(allowed.begin(), allowed.end(),
                     [address](const AddressBlock& block) { return block.contains(address); });
}

bool TokenEntry::accepts(std::string_view hash, Timestamp at) const {
  if (hash == token.secret_hash) return true;
  return token.previous_valid_until && at < *token.previous_valid_until;
}

std::size_t HashOfHash::operator()(std::string_view hash) const {
  std::size_t value = 0;
  std::memcpy(&value, hash.data(), std::min(sizeof value, hash.size()));
  return value;
}

std::shared_ptr<const TokenEntry> TokenSnapshot::find(std::string_view hash) const {
  const auto found = by_hash.find(hash);
  if (found == by_hash.end()) return nullptr;
  // The table compared byte by byte; this comparison is the one that counts and takes the same time always.
  if (!crypto::constant_time_equal_hashes(found->first, hash)) return nullptr;
  return found->second;
}

void TokenBook::put(ClientToken row) {
  auto& place = entries_[row.id];
  auto entry = std::make_shared<TokenEntry>();
  entry->runtime = place != nullptr ? place->runtime : std::make_shared<TokenRuntime>(row);
  entry->runtime->cost().begin(row.cost_period);
  entry->minute_requests =
      window_for(row.rate_limit_per_minute.has_value(), place != nullptr ? place->minute_requests : nullptr);
  entry->minute_tokens =
      window_for(row.tokens_per_minute.has_value(), place != nullptr ? place->minute_tokens : nullptr);
  entry->allowed = blocks_of(row.allowed_ips);
  entry->token = std::move(row);
  place = std::move(entry);
}

void TokenBook::replace_stored(std::vector<ClientToken> rows) {
  std::set<std::int64_t> ids;
  for (ClientToken& row : rows) {
    ids.insert(row.id);
    put(std::move(row));
  }
  std::erase_if(entries_, [&](const auto& entry) { return entry.first >= 0 && !ids.contains(entry.first); });
}

std::shared_ptr<const TokenSnapshot> TokenBook::snapshot() const {
  auto snapshot = std::make_shared<TokenSnapshot>();
  snapshot->entries.reserve(entries_.size());
  const auto add = [&](const std::shared_ptr<const TokenEntry>& entry) {
    snapshot->entries.push_back(entry);
    // The environment's come first and win: what the admin of the machine says is not undone in the console.
    snapshot->by_hash.emplace(entry->token.secret_hash, entry);
    if (entry->token.previous_valid_until) snapshot->by_hash.emplace(entry->token.previous_hash, entry);
  };
  const auto stored = entries_.lower_bound(0);
  // Their ids count downwards from -1.
  for (auto entry = stored; entry != entries_.begin();) add((--entry)->second);
  for (auto entry = stored; entry != entries_.end(); ++entry) add(entry->second);
  return snapshot;
}

std::shared_ptr<const TokenEntry> TokenBook::find(std::int64_t id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second;
}

bool TokenBook::has_hash(std::string_view hash) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const auto& entry) { return entry.second->token.secret_hash == hash; });
}

std::vector<TokenFinding> TokenBook::take_findings() {
  std::vector<TokenFinding> findings;
  for (auto entry = entries_.lower_bound(0); entry != entries_.end(); ++entry) {
    if (auto finding = entry->second->runtime->take_finding(entry->first)) findings.push_back(*finding);
  }
  return findings;
}

ClientTokenView view_of(const TokenEntry& entry, const Now& now) {
  const ClientToken& token = entry.token;
  const std::int32_t today = keys::pacific_day(now.wall);
  ClientTokenView view;
  view.id = token.id;
  view.token_preview = token.preview;
  view.description = token.description;
  view.created_at = token.created_at;
  view.last_used_at = entry.runtime->last_used_at();
  view.expires_at = token.expires_at;
  view.is_active = token.is_active;
  view.origin = token.origin;
  view.rate_limit_per_minute = token.rate_limit_per_minute;
  view.max_tokens_per_day = token.max_tokens_per_day;
  view.tokens_per_minute = token.tokens_per_minute;
  view.requests_per_day = token.requests_per_day;
  view.max_tokens_total = token.max_tokens_total;
  constexpr double kMicros = 1e6;
  if (token.max_cost_micros) view.max_cost_usd = static_cast<double>(*token.max_cost_micros) / kMicros;
  view.cost_period = token.cost_period;
  view.cost_used_usd = static_cast<double>(entry.runtime->cost().spent(now.wall)) / kMicros / kMicros;
  view.models = token.models;
  view.allowed_ips = token.allowed_ips;
  view.enable_context_management = token.enable_context_management;
  view.context_window = token.context_window;
  view.requests_today = entry.runtime->requests_on(today);
  view.tokens_used_today = entry.runtime->tokens_on(today);
  view.tokens_used_total = entry.runtime->tokens_total();
  if (token.previous_valid_until && now.wall < *token.previous_valid_until)
    view.previous_valid_until = token.previous_valid_until;
  view.revision = token.revision;
  return view;
}

}  // namespace geminate::auth
