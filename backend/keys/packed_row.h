#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "backend/keys/rate_window.h"
#include "backend/keys/upstream_key.h"

namespace geminate::keys {

/// The settings that few keys have.
struct RareSettings {
  std::optional<std::string> description;
  std::optional<Timestamp> expires_at;
  std::optional<std::int64_t> context_window;
  std::optional<std::int64_t> max_tokens_per_day;
  std::optional<std::int64_t> rate_limit_per_minute;
  std::optional<std::string> user_id;
  std::vector<std::string> tags;
  bool enable_context_management = false;
  /// What counts for rate_limit_per_minute, in a pool; a store's rows have none.
  std::shared_ptr<RateWindow> minute;
};

/// An UpstreamKey in as few bytes as it takes: what every key has stands in fields, its texts right behind
/// them, the rest apart and only where there is any. Without the id, which whoever keeps the row knows, and
/// without findings. Immutable; any thread. Made in place, as it is as long as its texts: in memory of
/// `size_of` bytes. Wiped when it is destroyed.
class PackedRow {
 public:
  [[nodiscard]] static std::size_t size_of(const UpstreamKey& row);
  explicit PackedRow(const UpstreamKey& row, std::shared_ptr<RateWindow> minute = nullptr);
  ~PackedRow();
  PackedRow(const PackedRow&) = delete;
  PackedRow& operator=(const PackedRow&) = delete;

  [[nodiscard]] UpstreamKey unpacked(std::int64_t id) const;

  [[nodiscard]] SecretView text() const { return SecretView(tail().substr(0, text_size_)); }
  /// The fingerprint's digits as bytes, two in one, or as they are where it has none.
  [[nodiscard]] std::string_view fingerprint_bytes() const {
    return tail().substr(text_size_, fingerprint_size_);
  }
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] std::int32_t weight() const { return weight_; }
  [[nodiscard]] std::int32_t priority() const { return priority_; }
  [[nodiscard]] std::int64_t revision() const { return revision_; }
  [[nodiscard]] bool is_active() const { return (flags_ & kActive) != 0; }
  /// Whether it ever expires or has limits of its own.
  [[nodiscard]] bool has_bounds() const { return (flags_ & kBounds) != 0; }
  /// Null where it has none of them.
  [[nodiscard]] const RareSettings* rare() const { return rare_.get(); }

 private:
  static constexpr std::uint8_t kActive = 1;
  static constexpr std::uint8_t kBounds = 2;
  static constexpr std::uint8_t kIsHex = 4;
  static constexpr std::uint8_t kHasProject = 8;

  [[nodiscard]] std::size_t tail_size() const {
    return std::size_t{text_size_} + fingerprint_size_ + project_size_;
  }
  /// Text, fingerprint and project, one after the other.
  [[nodiscard]] std::string_view tail() const {
    return {reinterpret_cast<const char*>(this + 1), tail_size()};
  }

  std::unique_ptr<const RareSettings> rare_;
  Timestamp created_at_{};
  std::int64_t revision_ = 1;
  std::int16_t weight_ = 1;
  std::int16_t priority_ = 0;
  std::uint16_t text_size_ = 0;
  std::uint16_t project_size_ = 0;
  std::uint8_t fingerprint_size_ = 0;
  std::uint8_t flags_ = 0;
  Origin origin_ = Origin::Console;
};

/// One on its own.
struct PackedRowEnd {
  void operator()(PackedRow* row) const;
};
using PackedRowPtr = std::unique_ptr<PackedRow, PackedRowEnd>;
PackedRowPtr pack(const UpstreamKey& row);

}  // namespace geminate::keys
