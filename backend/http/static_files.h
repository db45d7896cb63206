#pragma once

#include <span>
#include <string_view>

#include "backend/http/embedded_files.h"
#include "backend/http/management_types.h"

namespace geminate::http {

/// Serves the console out of the binary: the best coding that the browser takes, revalidation, and the
/// headers that keep other pages and injected scripts out. Immutable once made; any thread.
class StaticFiles final : public ConsoleFiles {
 public:
  /// The files of this binary.
  StaticFiles() : StaticFiles(embedded_files()) {}
  /// Sorted by path; must outlive it.
  explicit StaticFiles(std::span<const EmbeddedFile> files) : files_(files) {}

  bool serve(const HttpRequest& request, ResponseSink& sink, std::string_view request_id) override;

 private:
  [[nodiscard]] const EmbeddedFile* find(std::string_view path) const;

  std::span<const EmbeddedFile> files_;
};

/// How much the client wants a coding, by its Accept-Encoding: 0 (not at all) to 1000. Absent means identity
/// only.
int coding_preference(std::string_view accept_encoding, std::string_view coding);

/// Whether If-None-Match names this entity (weak comparison).
bool names_entity(std::string_view if_none_match, std::string_view etag);

}  // namespace geminate::http
