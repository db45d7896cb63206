#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>

namespace geminate::test {

/// SQLite's way to files, with faults on demand: whatever this process opens through SQLite while it exists
/// goes through it. One at a time; what was opened has to be closed before it ends. Any thread.
///
/// It knows of each file what the disk holds for sure (as of its last sync) and what was written since, so
/// that power can be cut at any write.
class FaultyVfs {
 public:
  enum class Fault {
    None,
    /// Writes find no space.
    DiskFull,
    /// Writes are refused, and files open for reading alone.
    ReadOnly,
    WriteError,
    /// Writes are taken, but cannot be brought to the disk.
    SyncError,
    /// Nothing can be read either.
    ReadError,
  };

  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  /// From now on, on files whose path holds `part` (every file, while it is empty).
  void fail(Fault fault, const std::string& part = {});
  void heal() { fail(Fault::None); }

  /// Cuts the power at one of the next writes, truncations and syncs: the one after so many more is not done,
  /// and nothing afterwards.
  void cut_power_after(std::uint64_t operations);
  [[nodiscard]] bool power_is_off() const;
  /// Brings the power back, for files that are opened from now on; those of before stay as they were.
  void power_on();
  /// Copies the files of `folder` as a disk may show them after the cut: what was synced, and of what was
  /// written since nothing, some sectors, or all up to some point. Files that SQLite did not write are copied
  /// as they are.
  void copy_survivors(const std::filesystem::path& folder, const std::filesystem::path& into,
                      std::mt19937& random) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace geminate::test
