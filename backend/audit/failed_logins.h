#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "shared/core/change.h"
#include "shared/core/time.h"

namespace geminate::audit {

/// Makes few rows of many log-ins that failed, so that whoever tries passwords cannot fill the disk: an
/// address's first one is told at once, those that follow within the span as one row with their number. A
/// span tells of kMostAddresses addresses one by one and of the rest together. One thread.
class FailedLogins {
 public:
  static constexpr std::size_t kMostAddresses = 16;
  static constexpr std::chrono::minutes kSpan{10};

  /// The row to write for it now, if any.
  [[nodiscard]] std::vector<Change> note(const Caller& caller, const Now& now);
  /// What has been counted when its span is over; all of it with `all`, at the end.
  [[nodiscard]] std::vector<Change> take_due(const Now& now, bool all = false);

 private:
  struct Count {
    std::string first_request_id;
    std::string name;
    std::int64_t more = 0;
  };

  bool is_running_ = false;
  MonotonicTime begun_{};
  std::map<std::string, Count> counts_;
};

}  // namespace geminate::audit
