#include "backend/keys/packed_row.h"

#include <algorithm>
#include <new>
#include <utility>

#include "backend/crypto/encoding.h"
#include "backend/keys/setting_rules.h"

namespace geminate::keys {
namespace {

static_assert(kMaxWeight <= 0x7FFF && kMaxPriority <= 0x7FFF, "weight and priority have 16 bits");
static_assert(kMaxKeyText <= 0xFFFF && kMaxName * 4 <= 0xFFFF, "the texts' lengths have 16 bits");

bool has_bounds_of_its_own(const UpstreamKey& row) {
  return row.expires_at || row.max_tokens_per_day || row.rate_limit_per_minute;
}

std::unique_ptr<const RareSettings> rare_of(const UpstreamKey& row, std::shared_ptr<RateWindow> minute) {
  if (!row.description && !has_bounds_of_its_own(row) && !row.context_window && !row.user_id &&
      row.tags.empty() && !row.enable_context_management)
    return nullptr;
  auto rare = std::make_unique<RareSettings>();
  rare->description = row.description;
  rare->expires_at = row.expires_at;
  rare->context_window = row.context_window;
  rare->max_tokens_per_day = row.max_tokens_per_day;
  rare->rate_limit_per_minute = row.rate_limit_per_minute;
  rare->user_id = row.user_id;
  rare->tags = row.tags;
  rare->enable_context_management = row.enable_context_management;
  rare->minute = std::move(minute);
  return rare;
}

/// The bytes that these digits spell; nothing when spelling them again would give other digits.
std::optional<std::string> bytes_of_digits(const std::string& digits) {
  auto bytes = crypto::hex_decode(digits);
  if (!bytes || crypto::hex_encode(*bytes) != digits) return std::nullopt;
  return bytes;
}

}  // namespace

std::size_t PackedRow::size_of(const UpstreamKey& row) {
  const std::size_t fingerprint =
      bytes_of_digits(row.fingerprint) ? row.fingerprint.size() / 2 : row.fingerprint.size();
  return sizeof(PackedRow) + row.text.reveal().size() + fingerprint + row.project.value_or("").size();
}

PackedRow::PackedRow(const UpstreamKey& row, std::shared_ptr<RateWindow> minute)
    : rare_(rare_of(row, std::move(minute))),
      created_at_(row.created_at),
      revision_(row.revision),
      weight_(static_cast<std::int16_t>(row.weight)),
      priority_(static_cast<std::int16_t>(row.priority)),
      origin_(row.origin) {
  const auto bytes = bytes_of_digits(row.fingerprint);
  const std::string& fingerprint = bytes ? *bytes : row.fingerprint;
  const std::string& text = row.text.reveal();
  const std::string_view project = row.project ? std::string_view(*row.project) : std::string_view();
  text_size_ = static_cast<std::uint16_t>(text.size());
  fingerprint_size_ = static_cast<std::uint8_t>(fingerprint.size());
  project_size_ = static_cast<std::uint16_t>(project.size());
  flags_ =
      static_cast<std::uint8_t>((row.is_active ? kActive : 0) | (has_bounds_of_its_own(row) ? kBounds : 0) |
                                (bytes ? kIsHex : 0) | (row.project ? kHasProject : 0));
  char* end = reinterpret_cast<char*>(this + 1);
  for (const std::string_view part : {std::string_view(text), std::string_view(fingerprint), project}) {
    end = std::copy(part.begin(), part.end(), end);
  }
}

PackedRow::~PackedRow() {
  // Through a volatile pointer, or the compiler drops stores to memory that is about to be freed.
  volatile char* text = reinterpret_cast<char*>(this + 1);
  for (std::size_t i = 0; i < text_size_; ++i) text[i] = 0;
}

std::string PackedRow::fingerprint() const {
  return (flags_ & kIsHex) != 0 ? crypto::hex_encode(fingerprint_bytes()) : std::string(fingerprint_bytes());
}

UpstreamKey PackedRow::unpacked(std::int64_t id) const {
  UpstreamKey row;
  row.id = id;
  row.text = Secret(std::string(text().reveal()));
  row.fingerprint = fingerprint();
  if ((flags_ & kHasProject) != 0) row.project = tail().substr(tail_size() - project_size_);
  row.created_at = created_at_;
  row.revision = revision_;
  row.weight = weight_;
  row.priority = priority_;
  row.is_active = is_active();
  row.origin = origin_;
  if (rare_ == nullptr) return row;
  row.description = rare_->description;
  row.expires_at = rare_->expires_at;
  row.context_window = rare_->context_window;
  row.max_tokens_per_day = rare_->max_tokens_per_day;
  row.rate_limit_per_minute = rare_->rate_limit_per_minute;
  row.user_id = rare_->user_id;
  row.tags = rare_->tags;
  row.enable_context_management = rare_->enable_context_management;
  return row;
}

void PackedRowEnd::operator()(PackedRow* row) const {
  row->~PackedRow();
  ::operator delete(row);
}

PackedRowPtr pack(const UpstreamKey& row) {
  return PackedRowPtr(new (::operator new(PackedRow::size_of(row))) PackedRow(row));
}

}  // namespace geminate::keys
