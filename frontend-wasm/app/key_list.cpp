#include "frontend-wasm/app/key_list.h"

#include <algorithm>
#include <array>
#include <optional>

namespace geminate::ui {
namespace {

/// What needs a person's eye comes first.
int rank(KeyState state) {
  switch (state) {
    case KeyState::Dead:
      return 0;
    case KeyState::Suspect:
      return 1;
    case KeyState::Cooling:
      return 2;
    case KeyState::Spent:
      return 3;
    case KeyState::Ready:
      return 4;
    case KeyState::Expired:
      return 5;
    case KeyState::Disabled:
      break;
  }
  return 6;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Case counts for ASCII only; `word` is in lower case already.
bool contains(std::string_view text, std::string_view word) {
  const auto equal = [](char a, char b) { return lower(a) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), equal) != text.end();
}
bool contains(const std::optional<std::string>& text, std::string_view word) {
  return text.has_value() && contains(std::string_view(*text), word);
}

bool mentions(const UpstreamKeyView& key, std::string_view word) {
  // "state:cooling" and "project:alpha" ask one field; other words ask all.
  if (word.starts_with("state:")) return name_of(key.state).starts_with(word.substr(6));
  if (word.starts_with("project:")) return contains(key.project, word.substr(8));
  const auto tagged = [word](const std::string& tag) { return contains(std::string_view(tag), word); };
  return contains(key.description, word) || contains(std::string_view(key.key_preview), word) ||
         contains(key.project, word) || contains(key.user_id, word) ||
         contains(std::string_view(key.fingerprint), word) ||
         std::any_of(key.tags.begin(), key.tags.end(), tagged);
}

std::vector<std::string> words_of(std::string_view search) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : search) {
    if (c != ' ' && c != '\t') {
      word += lower(c);
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

template <class T>
int compare(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_by(KeyColumn column, const UpstreamKeyView& a, const UpstreamKeyView& b) {
  switch (column) {
    case KeyColumn::State:
      return compare(rank(a.state), rank(b.state));
    case KeyColumn::Description:
      return compare(a.description.value_or(""), b.description.value_or(""));
    case KeyColumn::Project:
      return compare(a.project.value_or(""), b.project.value_or(""));
    case KeyColumn::Origin:
      return compare(a.origin, b.origin);
    case KeyColumn::TokensToday:
      return compare(a.current_tokens_used_today, b.current_tokens_used_today);
    case KeyColumn::PerMinute:
      return compare(a.rate_limit_per_minute.value_or(INT64_MAX),
                     b.rate_limit_per_minute.value_or(INT64_MAX));
    case KeyColumn::LastUsed:
      break;
  }
  return compare(a.last_used_at.value_or(Timestamp{}), b.last_used_at.value_or(Timestamp{}));
}

}  // namespace

bool matches(KeyFilter filter, const UpstreamKeyView& key) {
  switch (filter) {
    case KeyFilter::Ready:
      return key.state == KeyState::Ready;
    case KeyFilter::Resting:
      return key.state == KeyState::Cooling || key.state == KeyState::Spent;
    case KeyFilter::Failing:
      return key.state == KeyState::Dead || key.state == KeyState::Suspect;
    case KeyFilter::Disabled:
      return key.state == KeyState::Disabled || key.state == KeyState::Expired;
    case KeyFilter::All:
      break;
  }
  return true;
}

KeyCounts count_keys(const std::vector<UpstreamKeyView>& keys) {
  KeyCounts counts;
  for (const UpstreamKeyView& key : keys) {
    ++counts.all;
    counts.ready += matches(KeyFilter::Ready, key) ? 1 : 0;
    counts.resting += matches(KeyFilter::Resting, key) ? 1 : 0;
    counts.failing += matches(KeyFilter::Failing, key) ? 1 : 0;
    counts.disabled += matches(KeyFilter::Disabled, key) ? 1 : 0;
    counts.tokens_today += key.current_tokens_used_today;
    const bool returns = matches(KeyFilter::Resting, key) && key.state_until.has_value();
    if (returns && (!counts.next_return || *key.state_until < *counts.next_return))
      counts.next_return = key.state_until;
  }
  return counts;
}

std::vector<std::uint32_t> arrange_keys(const std::vector<UpstreamKeyView>& keys, const KeyQuery& query) {
  const std::vector<std::string> words = words_of(query.search);
  std::vector<std::uint32_t> shown;
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    const auto mentioned = [&key = keys[i]](const std::string& word) { return mentions(key, word); };
    if (matches(query.filter, keys[i]) && std::all_of(words.begin(), words.end(), mentioned))
      shown.push_back(i);
  }
  std::sort(shown.begin(), shown.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = compare_by(query.sort_by, keys[a], keys[b]);
    if (order != 0) return query.descending ? order > 0 : order < 0;
    return keys[a].id > keys[b].id;  // the newest first among equals
  });
  return shown;
}

}  // namespace geminate::ui
