#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "backend/keys/key_pool.h"
#include "backend/keys/memory_key_store.h"

namespace geminate::keys {

using namespace std::chrono_literals;

inline Timestamp at(const char* rfc3339) { return parse_rfc3339(rfc3339).value(); }

/// A pool over a memory store, and a clock that the test moves.
class PoolTest : public testing::Test {
 protected:
  static constexpr std::string_view kModel = "gemini-2.5-flash";
  inline static const Change kChange{Caller::server(), AuditAction::KeyUpdate};

  /// Moves both clocks on.
  void pass(std::chrono::milliseconds time) {
    now_.wall += time;
    now_.steady += time;
  }

  UpstreamKeyView add(const std::string& text) {
    KeyDraft draft;
    draft.key_string = text;
    return add(draft);
  }
  UpstreamKeyView add(const KeyDraft& draft) {
    auto view = pool_.add(draft, kChange, now_);
    if (!view.ok()) {
      ADD_FAILURE() << view.error().message;
      return {};
    }
    return std::move(view).value();
  }
  std::vector<std::int64_t> add_many(int count) {
    std::vector<std::int64_t> ids;
    for (int i = 0; i < count; ++i) ids.push_back(add("AIzaSyNumber" + std::to_string(i)).id);
    return ids;
  }

  void edit(std::int64_t id, const KeyPatch& patch) {
    const auto edited = pool_.update(id, patch, kChange, now_);
    EXPECT_TRUE(edited.ok()) << edited.error().message;
  }

  Result<KeyLease> acquire(std::string_view model = kModel, std::int64_t estimate = 0,
                           std::vector<std::int64_t> tried = {}) {
    return pool_.acquire({model, estimate, tried, 0, {}}, now_);
  }
  /// The key that a request would get, 0 for none; the request ends at once and costs nothing.
  std::int64_t served_by(std::string_view model = kModel) {
    auto lease = acquire(model);
    if (!lease.ok()) return 0;
    lease->settle(0, now_);
    return lease->key().id();
  }
  /// Who serves so many requests, and how often.
  std::map<std::int64_t, int> tally(int requests) {
    std::map<std::int64_t, int> counts;
    for (int i = 0; i < requests; ++i) ++counts[served_by()];
    return counts;
  }
  ErrorCode refusal_code() {
    auto lease = acquire();
    EXPECT_FALSE(lease.ok()) << "served by " << lease->key().id();
    return lease.ok() ? ErrorCode::Internal : lease.error().code;
  }

  /// Leases a key, which must be `id`, and reports this verdict about it.
  void report(std::int64_t id, const Verdict& verdict, std::string_view model = kModel) {
    auto lease = acquire(model);
    ASSERT_TRUE(lease.ok()) << lease.error().message;
    ASSERT_EQ(lease->key().id(), id);
    pool_.report(*lease, verdict, {}, now_);
    lease->settle(0, now_);
  }
  static Verdict limited(std::chrono::milliseconds wait, std::string quota = "PerMinute") {
    return {VerdictKind::Limited, wait, std::move(quota), "quota is spent"};
  }

  UpstreamKeyView view(std::int64_t id) {
    for (UpstreamKeyView& each : pool_.list(now_)) {
      if (each.id == id) return each;
    }
    ADD_FAILURE() << "no key " << id;
    return {};
  }

  Now now_{at("2026-06-15T12:00:00Z"), MonotonicTime{} + 1000h};
  MemoryKeyStore store_;
  KeyPool pool_{store_};
};

template <class T>
KeyPatch patch_with(Patch<T> KeyPatch::*field, T value) {
  KeyPatch patch;
  patch.*field = Patch<T>::to(std::move(value));
  return patch;
}

}  // namespace geminate::keys
