#include "backend/app/audit_command.h"

#include <cstdio>
#include <limits>

#include "backend/audit/audit_log.h"
#include "backend/storage/read_audit_log.h"
#include "shared/codec/codec.h"

namespace geminate::app {
namespace {

int fail(const Error& error) {
  std::fprintf(stderr, "error: %s\n", error.message.c_str());
  return 1;
}

}  // namespace

int verify_audit(const config::Config& config) {
  const auto log = storage::read_audit_log(config);
  if (!log.ok()) return fail(log.error());
  const auto found = (*log)->verify();
  if (!found.ok()) return fail(found.error());
  if (!found->ok) {
    const std::string place =
        found->first_bad_id ? "row " + std::to_string(*found->first_bad_id) + ": " : std::string();
    std::fprintf(stderr, "broken: %s%s (%lld rows before it hold)\n", place.c_str(),
                 found->reason.value_or("").c_str(), static_cast<long long>(found->rows));
    return 1;
  }
  std::printf("whole: %lld rows, %lld to %lld, the last one's hash is %s\n",
              static_cast<long long>(found->rows), static_cast<long long>(found->first_id.value_or(0)),
              static_cast<long long>(found->last_id.value_or(0)), found->head_hash.c_str());
  return 0;
}

int export_audit(const config::Config& config) {
  const auto log = storage::read_audit_log(config);
  if (!log.ok()) return fail(log.error());
  const auto read = (*log)->visit_oldest(
      {}, 0, std::numeric_limits<std::int64_t>::max(), [](const audit::Record& record) -> Status {
        const auto line = codec::to_json(audit::row_of(record)) + '\n';
        if (std::fwrite(line.data(), 1, line.size(), stdout) == line.size()) return Status::success();
        return Error{ErrorCode::Unavailable, "standard output takes no more", {}, {}, {}};
      });
  if (!read.ok()) return fail(read.error());
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace geminate::app
