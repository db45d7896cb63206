#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "backend/keys/key_runtime.h"
#include "backend/keys/packed_row.h"
#include "backend/keys/project.h"
#include "backend/keys/ref.h"

namespace geminate::keys {

/// One key as requests see it: the row, frozen, and the way to what changes about it. Any thread. One block
/// of memory, which goes when the last who holds it lets go.
class PoolEntry {
 public:
  /// `row` without its project, which `project` stands for, and without fingerprint; `slot`: its place in the
  /// pool for as long as the key is in it, used again after that. `minute` may be null.
  static Ref<const PoolEntry> make(const UpstreamKey& row, std::uint32_t slot, KeyRuntime& runtime,
                                   Project& project, std::shared_ptr<RateWindow> minute);
  PoolEntry(const PoolEntry&) = delete;
  PoolEntry& operator=(const PoolEntry&) = delete;

  void hold() const { holders_.fetch_add(1, std::memory_order_relaxed); }
  void let_go() const;

  [[nodiscard]] std::int64_t id() const { return runtime_->id(); }
  [[nodiscard]] std::uint32_t slot() const { return slot_; }
  [[nodiscard]] KeyRuntime& runtime() const { return *runtime_; }
  /// Whose quota it spends: one of its own, when it names none.
  [[nodiscard]] Project& project() const { return *project_; }

  [[nodiscard]] SecretView text() const { return row_.text(); }
  [[nodiscard]] bool is_active() const { return row_.is_active(); }
  [[nodiscard]] std::int32_t weight() const { return row_.weight(); }
  [[nodiscard]] std::int32_t priority() const { return row_.priority(); }
  /// Grows with every edit of the row.
  [[nodiscard]] std::int64_t revision() const { return row_.revision(); }

  /// Whether it expires or has a limit of its own: those without need not be asked for them.
  [[nodiscard]] bool has_bounds() const { return row_.has_bounds(); }
  [[nodiscard]] bool has_expired(Timestamp now) const { return has_bounds() && expires_at() <= now; }
  /// The end of time when it does not expire.
  [[nodiscard]] Timestamp expires_at() const {
    return row_.rare() == nullptr ? Timestamp::max() : row_.rare()->expires_at.value_or(Timestamp::max());
  }
  /// Tokens of a day.
  [[nodiscard]] std::optional<std::int64_t> day_limit() const {
    return has_bounds() ? row_.rare()->max_tokens_per_day : std::nullopt;
  }
  /// Whether too long conversations are cut to its context window, if it has one.
  [[nodiscard]] bool cuts_conversations() const {
    return row_.rare() != nullptr && row_.rare()->enable_context_management;
  }
  /// In tokens.
  [[nodiscard]] std::optional<std::int64_t> context_window() const {
    return row_.rare() == nullptr ? std::nullopt : row_.rare()->context_window;
  }
  /// Null when it sets no limit.
  [[nodiscard]] const std::shared_ptr<RateWindow>& minute() const {
    static const std::shared_ptr<RateWindow> kNone;
    return has_bounds() ? row_.rare()->minute : kNone;
  }

  /// The whole row, without fingerprint.
  [[nodiscard]] UpstreamKey row() const;

  /// Has the row's memory on its way.
  void fetch() const { __builtin_prefetch(this); }

 private:
  PoolEntry(const UpstreamKey& row, std::uint32_t slot, KeyRuntime& runtime, Project& project,
            std::shared_ptr<RateWindow> minute);
  ~PoolEntry() = default;

  mutable std::atomic<std::uint32_t> holders_{0};
  std::uint32_t slot_;
  Ref<KeyRuntime> runtime_;
  Ref<Project> project_;
  /// The last one, as it goes on behind its end.
  PackedRow row_;
};

}  // namespace geminate::keys
