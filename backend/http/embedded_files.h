#pragma once

#include <span>
#include <string_view>

namespace geminate::http {

/// One file of the console as it was built: it lives in the binary's read-only data for the process's life.
struct EmbeddedFile {
  std::string_view path;          ///< as in the URL: "/index.html", "/assets/index.0f3c….wasm"
  std::string_view content_type;  ///< whole value of the header
  std::string_view raw;
  std::string_view br;    ///< empty: no smaller than raw
  std::string_view gz;    ///< empty: no smaller than raw
  std::string_view etag;  ///< whole value of the header; weak, as the codings of one file share it
  bool immutable;         ///< the name carries a hash of the content: cache for good
};

/// All files, sorted by path. Empty in a server that was built without the console (GEMINATE_CONSOLE=OFF).
std::span<const EmbeddedFile> embedded_files();

}  // namespace geminate::http
