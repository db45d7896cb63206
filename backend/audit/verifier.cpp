#include "backend/audit/verifier.h"

#include "backend/crypto/keyed_hash.h"

namespace geminate::audit {

Verifier::Verifier(const Secret& key, const std::optional<Anchor>& anchor)
    : key_(key), anchor_(anchor), previous_hash_(anchor ? anchor->base_hash : std::string()) {
  if (anchor_) {
    next_id_ = anchor_->first_id;
  } else {
    found_.reason = "The log's anchor is missing or altered: what is there cannot be trusted.";
  }
}

void Verifier::fail(std::int64_t id, std::string_view reason) {
  if (found_.reason) return;
  found_.first_bad_id = id;
  found_.reason = reason;
}

void Verifier::take(const Record& record) {
  if (found_.reason) return;
  if (record.id != next_id_) {
    return record.id < next_id_
               ? fail(record.id, "There is a row that should have been dropped, or is extra.")
               : fail(next_id_, "A row is missing.");
  }
  if (record.id > anchor_->last_id) return fail(record.id, "There is a row that this log never wrote.");
  if (!crypto::constant_time_equal_hashes(record.hash, hash_of(key_, record)))
    return fail(record.id, "The row is not as it was written.");
  if (record.previous_hash != previous_hash_)
    return fail(record.id, "The row does not follow the one before it.");
  previous_hash_ = record.hash;
  if (!found_.first_id) found_.first_id = record.id;
  found_.last_id = record.id;
  found_.head_hash = record.hash;
  ++found_.rows;
  ++next_id_;
}

void Verifier::take_unreadable(std::int64_t id) { fail(id, "The row cannot be read."); }

AuditVerification Verifier::finish() const {
  AuditVerification result = found_;
  if (!result.reason && next_id_ != anchor_->last_id + 1) {
    result.first_bad_id = next_id_;
    result.reason = "Rows are missing at the end.";
  }
  if (!result.reason && previous_hash_ != anchor_->head_hash) {
    result.first_bad_id = anchor_->last_id;
    result.reason = "The last row is not the one that was written last.";
  }
  result.ok = !result.reason;
  return result;
}

}  // namespace geminate::audit
