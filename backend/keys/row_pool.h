#pragma once

#include <vector>

#include "shared/core/result.h"
#include "shared/core/time.h"

// What the pool of keys and the pool of tokens do alike with their book and its snapshots.
namespace geminate::keys {

/// Saves what the book's rows found out since the last time; what the store does not take is tried again the
/// next time. With the lock held that guards book and store.
template <class Book, class Store>
Status save_findings(Book& book, Store& store) {
  const auto findings = book.take_findings();
  if (findings.empty()) return Status::success();
  Status saved = store.save_findings(findings);
  if (saved.ok()) return saved;
  for (const auto& finding : findings) {
    book.keep_finding(finding.id);
  }
  return saved;
}

/// Every row of the snapshot as the API shows it.
template <class View, class Snapshot, class ViewOf>
std::vector<View> views_of(const Snapshot& snapshot, ViewOf&& view_of) {
  std::vector<View> views;
  snapshot.for_each([&](const auto& entry) { views.push_back(view_of(*entry)); });
  return views;
}

}  // namespace geminate::keys
