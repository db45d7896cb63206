#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend-wasm/app/import_text.h"
#include "shared/dto/keys.h"

namespace geminate::ui {

/// Write: the text is typed. Check: the server is asked what would become of it. Preview: it said so. Send:
/// the new ones are added. Report: that is over.
enum class ImportStage : std::uint8_t { Write, Check, Preview, Send, Report };

/// What would become of a key, or did.
enum class ImportFate : std::uint8_t { Unknown, New, InPool, Twice, Rejected, Added, Unsent };

struct ImportRow {
  ImportEntry entry;
  ImportFate fate = ImportFate::Unknown;
  KeyRejection fault{};
  std::string reason;      // the server's words about a setting
  std::uint32_t twin = 0;  // Twice: where the first one stands
};

enum class ImportFilter : std::uint8_t { All, New, Duplicate, Rejected };

struct ImportCounts {
  std::size_t fresh = 0, duplicate = 0, rejected = 0, added = 0, unsent = 0;
};

/// Many keys on their way into the pool, in the dialog of adding. Holds whole keys until it is closed.
struct KeyImportState {
  ImportStage stage = ImportStage::Write;
  /// A file's name, empty for a long text that was pasted; none: the text in the dialog's field.
  std::optional<std::string> source;
  bool by_line = true;
  std::vector<ImportRow> rows;
  ImportCounts counts;
  ImportFilter filter = ImportFilter::All;
  std::vector<std::uint32_t> shown;  // positions in rows

  /// The rows that the server is asked about in this stage, how many of them have been answered and how many
  /// are being asked about.
  std::vector<std::uint32_t> queue;
  std::size_t answered = 0;
  std::size_t asked = 0;
  bool stopping = false;           // after the slice that is on its way
  std::optional<Message> problem;  // why it stands still
  /// Counts imports: an answer to one that was closed is dropped.
  std::uint64_t serial = 0;

  bool running() const { return (stage == ImportStage::Check || stage == ImportStage::Send) && !problem; }
};

/// So many keys a request: short enough for progress to be seen.
inline constexpr std::size_t kKeysASlice = 2000;

/// The rows of a reading, those that stand there twice marked.
std::vector<ImportRow> import_rows(ImportReading reading);
/// The next request of the queue. Pure.
KeyImport import_slice(const KeyImportState& import);
/// Takes the answer to that slice.
void take_slice(KeyImportState& import, const KeyImportResult& result);
/// After fates or the filter changed.
void count_import(KeyImportState& import);

}  // namespace geminate::ui
