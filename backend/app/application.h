#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backend/config/config.h"
#include "shared/core/result.h"

namespace geminate::app {

/// The whole server. Its parts, in the order of their members, are the dependency order; they end in reverse.
class Application {
 public:
  /// Opens everything that can fail: stores, secrets, TLS. Nothing listens yet. The error's message says what
  /// to do.
  static Result<std::unique_ptr<Application>> create(config::ConfigReport report);
  ~Application();

  /// Begins to serve; returns when it does.
  Status start();
  /// "http://127.0.0.1:7860/"
  [[nodiscard]] std::string url() const;
  /// Stops accepting, lets requests in flight finish for a while, saves what was counted, ends.
  void stop();

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace geminate::app
