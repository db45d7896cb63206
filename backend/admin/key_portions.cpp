#include "backend/admin/key_portions.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "backend/compression/gzip.h"
#include "backend/crypto/encoding.h"
#include "backend/crypto/random.h"
#include "shared/codec/codec.h"
#include "shared/codec/columns.h"

namespace geminate::admin {
namespace {

/// Rows of one line: what a reader holds in memory at once beside the rows.
constexpr std::size_t kRowsOfALine = 4096;
/// A shorter answer is not worth packing.
constexpr std::size_t kWorthPacking = 4096;
/// How old the activity may be that is told.
constexpr std::chrono::milliseconds kLookEvery{500};

std::uint32_t at(KeyPart part, const keys::KeyChanges::Row& row) {
  return part == KeyPart::Facts ? row.facts_at : row.activity_at;
}

}  // namespace

KeyPortions::KeyPortions(const keys::KeyPool& pool)
    : pool_(pool), run_(crypto::hex_encode(crypto::random_bytes(6))) {}

bool KeyPortions::refresh(const Now& now) {
  pool_version_ = pool_.version();
  looked_at_ = now.steady;
  return changes_.refresh(pool_, now);
}

void KeyPortions::refresh_if_due(const Now& now) {
  if (is_due(kLookEvery, now)) refresh(now);
}

std::uint32_t KeyPortions::newest(KeyPart part) const {
  return part == KeyPart::Facts ? changes_.facts_version() : changes_.activity_version();
}

std::string KeyPortions::tag(KeyPart part, std::uint32_t version) const {
  return run_ + (part == KeyPart::Facts ? "-f" : "-a") + std::to_string(version);
}

std::optional<std::uint32_t> KeyPortions::known_version(KeyPart part, std::string_view text) const {
  const std::string begin = run_ + (part == KeyPart::Facts ? "-f" : "-a");
  if (!text.starts_with(begin)) return std::nullopt;
  text.remove_prefix(begin.size());
  std::uint32_t version = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (problem != std::errc{} || end != text.data() + text.size() || version > newest(part))
    return std::nullopt;
  return version;
}

std::size_t KeyPortions::changed_since(KeyPart part, std::uint32_t version) const {
  return static_cast<std::size_t>(
      std::count_if(changes_.rows().begin(), changes_.rows().end(),
                    [&](const keys::KeyChanges::Row& row) { return at(part, row) > version; }));
}

bool KeyPortions::is_fresh(KeyPart part, const Whole& whole) const {
  if (whole.version == 0 || !changes_.gone_since(whole.version)) return false;
  return changed_since(part, whole.version) * 8 <= changes_.rows().size();
}

std::string KeyPortions::text(KeyPart part, std::uint32_t since, std::vector<std::int64_t> gone,
                              const Now& now) const {
  KeyPortionHead head;
  head.version = tag(part, newest(part));
  head.is_whole = since == 0;
  head.total_keys = static_cast<std::int64_t>(changes_.rows().size());
  head.key_storage_mode = pool_.mode();
  head.gone = std::move(gone);
  std::string text = codec::to_json(head) + '\n';
  const auto choice = part == KeyPart::Facts ? travels_as_key_fact : travels_as_key_activity;
  codec::ColumnWriter<UpstreamKeyView> slice(choice);
  const auto end_line = [&] {
    text += slice.text() + '\n';
    slice = codec::ColumnWriter<UpstreamKeyView>(choice);
  };
  // Both go by rising id; a key that came after the last look waits for the next one.
  auto row = changes_.rows().begin();
  pool_.visit_keys([&](const keys::PoolEntry& entry) {
    while (row != changes_.rows().end() && row->id < entry.id()) ++row;
    if (row == changes_.rows().end() || row->id != entry.id() || at(part, *row) <= since) return;
    slice.add(pool_.view(entry, now));
    if (slice.rows() == kRowsOfALine) end_line();
  });
  if (slice.rows() > 0) end_line();
  return text;
}

KeyPortion KeyPortions::whole(KeyPart part, bool takes_gzip, const Now& now) {
  if (!takes_gzip) return {tag(part, newest(part)), text(part, 0, {}, now), false};
  Whole& kept = wholes_[static_cast<std::size_t>(part)];
  if (!is_fresh(part, kept)) kept = {newest(part), compression::gzip(text(part, 0, {}, now))};
  return {tag(part, kept.version), kept.gzip, true};
}

KeyPortion KeyPortions::portion(KeyPart part, const std::optional<std::string>& since, bool takes_gzip,
                                const Now& now) {
  const auto version = since ? known_version(part, *since) : std::nullopt;
  auto gone = version && *version > 0 ? changes_.gone_since(*version) : std::nullopt;
  if (!gone) return whole(part, takes_gzip, now);
  KeyPortion portion{tag(part, newest(part)), text(part, *version, std::move(*gone), now), false};
  if (takes_gzip && portion.body.size() > kWorthPacking)
    portion = {std::move(portion.version), compression::gzip(portion.body), true};
  return portion;
}

}  // namespace geminate::admin
