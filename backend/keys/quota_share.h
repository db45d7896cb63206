#pragma once

#include <cstdint>

#include "backend/keys/model_ledger.h"
#include "backend/keys/model_table.h"

namespace geminate::keys {

class Project;

/// How much of a project's tightest quota is spent, whichever of its models' and kinds that is.
struct QuotaShare {
  /// In percent, at most 100; below zero: no limit is known.
  std::int32_t percent = -1;
  ModelId model = 0;
};

/// By its own limits, or else by what is believed of the models. Any thread; takes no lock.
QuotaShare tightest_quota(const Project& project, const ModelTable& models, const LedgerTime& time);

}  // namespace geminate::keys
