#include "backend/app/storage_watch.h"

#include <utility>

namespace geminate::app {

void StorageWatch::tick() {
  if (health_ == nullptr || (health_->is_well() && told_.empty())) return;
  health_->probe();
  std::map<std::filesystem::path, std::string> now;
  for (const auto& problem : health_->problems()) {
    const auto before = told_.find(problem.file);
    if (before == told_.end() || before->second != problem.error.message) {
      log_.error("storage_failing", {{"file", problem.file.string()},
                                     {"problem", problem.error.message},
                                     {"detail", problem.error.detail}});
    }
    now.emplace(problem.file, problem.error.message);
  }
  for (const auto& [file, message] : told_) {
    if (!now.contains(file)) log_.info("storage_works_again", {{"file", file.string()}});
  }
  told_ = std::move(now);
}

}  // namespace geminate::app
