#include "backend/audit/chain.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"
#include "shared/codec/codec.h"

namespace geminate::audit {
namespace {

/// What is hashed, piece by piece: a length of eight bytes (the smallest first), then the bytes.
class Message {
 public:
  explicit Message(std::string_view purpose) { add(purpose); }

  void add(std::string_view piece) {
    add_number(piece.size());
    bytes_.append(piece);
  }
  void add(std::int64_t number) {
    add_number(8);
    add_number(static_cast<std::uint64_t>(number));
  }
  void add(const std::optional<std::int64_t>& number) {
    if (number) return add(*number);
    add(std::string_view());
  }
  [[nodiscard]] std::string hash(const Secret& key) const {
    return crypto::hex_encode(crypto::keyed_hash(key, bytes_));
  }

 private:
  void add_number(std::uint64_t number) {
    for (int i = 0; i < 8; ++i, number >>= 8) bytes_.push_back(static_cast<char>(number & 0xff));
  }

  std::string bytes_;
};

std::string mac_of(const Secret& key, std::string_view anchor) {
  Message message("geminate audit anchor 1");
  message.add(anchor);
  return message.hash(key);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

bool read_number(std::string_view text, std::int64_t& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string hash_of(const Secret& key, const Record& record) {
  Message message("geminate audit row 1");
  message.add(record.id);
  message.add(std::int64_t{record.at.time_since_epoch().count()});
  message.add(record.account_id);
  for (const std::string* text :
       {&record.name, &record.role, &record.entrance, &record.address, &record.request_id, &record.action,
        &record.target_kind, &record.target_id, &record.changes, &record.outcome, &record.previous_hash}) {
    message.add(std::string_view(*text));
  }
  return message.hash(key);
}

Record next_record(const Secret& key, Anchor& anchor, const Change& change, Timestamp at) {
  Record record;
  record.id = anchor.last_id + 1;
  record.at = at;
  record.account_id = change.who.account_id;
  record.name = change.who.name;
  record.role = change.who.account_id || change.who.entrance == Entrance::Server
                    ? std::string(name_of(change.who.role))
                    : std::string();
  record.entrance = name_of(change.who.entrance);
  record.address = change.who.address;
  record.request_id = change.who.request_id;
  record.action = name_of(change.action);
  record.target_kind = change.target_kind;
  record.target_id = change.target_id;
  record.changes = codec::to_json(change.moves);
  record.outcome = name_of(change.outcome);
  record.previous_hash = anchor.head_hash;
  record.hash = hash_of(key, record);
  anchor.last_id = record.id;
  anchor.head_hash = record.hash;
  return record;
}

void drop_first(Anchor& anchor, const Record& first) {
  anchor.first_id = first.id + 1;
  anchor.base_hash = first.hash;
}

std::string seal_anchor(const Secret& key, const Anchor& anchor) {
  const std::string text = std::to_string(anchor.first_id) + ' ' + anchor.base_hash + ' ' +
                           std::to_string(anchor.last_id) + ' ' + anchor.head_hash;
  return text + ' ' + mac_of(key, text);
}

std::optional<Anchor> open_anchor(const Secret& key, std::string_view text) {
  const auto words = words_of(text);
  Anchor anchor;
  if (words.size() != 5 || !read_number(words[0], anchor.first_id) || !read_number(words[2], anchor.last_id))
    return std::nullopt;
  const auto sealed = text.substr(0, text.rfind(' '));
  if (!crypto::constant_time_equal(words[4], mac_of(key, sealed))) return std::nullopt;
  anchor.base_hash = words[1];
  anchor.head_hash = words[3];
  return anchor;
}

AuditRow row_of(const Record& record) {
  AuditRow row;
  row.id = record.id;
  row.at = record.at;
  row.account_id = record.account_id;
  row.name = record.name;
  row.role = record.role;
  row.entrance = record.entrance;
  row.address = record.address;
  row.request_id = record.request_id;
  row.action = record.action;
  row.target_kind = record.target_kind;
  row.target_id = record.target_id;
  // What cannot be read was altered; the check of the chain says so.
  if (auto changes = codec::from_json<std::vector<FieldMove>>(record.changes); changes.ok())
    row.changes = std::move(changes).value();
  row.outcome = record.outcome;
  row.hash = record.hash;
  return row;
}

}  // namespace geminate::audit
