#pragma once

#include <cstdint>
#include <string>

namespace geminate::ui {

/// A file that a person dropped on the page, pasted or picked. One that is larger than the browser's side
/// reads (web_files.js) comes without bytes.
struct GivenFile {
  std::string name;
  std::string type;  // MIME's; empty when the browser does not know
  std::string bytes;
  std::uint64_t size = 0;

  bool too_large() const { return size > bytes.size(); }
};

}  // namespace geminate::ui
