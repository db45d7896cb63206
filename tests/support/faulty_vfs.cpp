#include "tests/support/faulty_vfs.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace geminate::test {
namespace {

namespace fs = std::filesystem;
using Fault = FaultyVfs::Fault;

/// What a drive writes as a whole.
constexpr std::size_t kSector = 512;

struct PendingWrite {
  std::size_t offset = 0;
  std::string bytes;
  /// A truncation to `offset` in place of a write.
  bool truncates = false;
};

void carry_out(const PendingWrite& write, std::string& disk) {
  if (write.truncates) {
    disk.resize(std::min(disk.size(), write.offset));
    return;
  }
  if (disk.size() < write.offset + write.bytes.size()) disk.resize(write.offset + write.bytes.size(), '\0');
  disk.replace(write.offset, write.bytes.size(), write.bytes);
}

/// One file on the disk.
struct Disk {
  std::string synced;
  std::vector<PendingWrite> pending;
};

/// Files keep their place when they are renamed.
using Place = std::pair<dev_t, ino_t>;

std::optional<Place> place_of(const char* path) {
  struct stat status {};
  if (path == nullptr || ::stat(path, &status) != 0) return std::nullopt;
  return Place{status.st_dev, status.st_ino};
}

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Each sector of what was not synced arrives or does not, in any order.
void arrive_by_sector(const Disk& disk, std::string& content, std::mt19937& random) {
  for (const PendingWrite& write : disk.pending) {
    if (write.truncates) {
      if (random() % 2 == 0) carry_out(write, content);
      continue;
    }
    for (std::size_t at = 0; at < write.bytes.size(); at += kSector) {
      if (random() % 2 == 0) carry_out({write.offset + at, write.bytes.substr(at, kSector)}, content);
    }
  }
}

/// What was not synced arrives in its order up to some point, in the middle of a write perhaps.
void arrive_in_order(const Disk& disk, std::string& content, std::mt19937& random) {
  const std::size_t whole = random() % (disk.pending.size() + 1);
  for (std::size_t i = 0; i < whole; ++i) carry_out(disk.pending[i], content);
  if (whole == disk.pending.size() || disk.pending[whole].truncates) return;
  PendingWrite torn = disk.pending[whole];
  torn.bytes.resize(random() % (torn.bytes.size() + 1) / kSector * kSector);
  carry_out(torn, content);
}

std::string survivor_of(const Disk& disk, std::mt19937& random) {
  std::string content = disk.synced;
  switch (random() % 3) {
    case 0:
      break;
    case 1:
      arrive_by_sector(disk, content, random);
      break;
    default:
      arrive_in_order(disk, content, random);
  }
  return content;
}

/// What all files share.
struct Drive {
  sqlite3_vfs* usual = nullptr;
  std::mutex mutex;
  Fault fault = Fault::None;
  std::string part;
  std::map<Place, Disk> disks;
  std::optional<std::uint64_t> operations_left;
  bool power_off = false;
  /// Files that were opened before the power came back stay dead.
  std::uint64_t life = 0;

  [[nodiscard]] Fault fault_of(const std::string& path) const {
    return path.find(part) == std::string::npos ? Fault::None : fault;
  }
  /// Counts an operation; false when there is no power for it.
  bool spend(std::uint64_t file_life) {
    if (file_life != life) return false;
    if (!power_off && operations_left && (*operations_left)-- == 0) {
      power_off = true;
      operations_left.reset();
    }
    return !power_off;
  }
};

Drive& drive_of(sqlite3_vfs* vfs) { return *static_cast<Drive*>(vfs->pAppData); }

/// Behind it in the same memory stands the usual file.
struct File {
  sqlite3_file base;
  Drive* drive;
  std::string* path;
  Disk* disk;
  std::uint64_t life;
};

File& self_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* usual_of(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}
const sqlite3_io_methods& usual_methods(sqlite3_file* file) { return *usual_of(file)->pMethods; }

int close_file(sqlite3_file* file) {
  delete self_of(file).path;
  return usual_methods(file).xClose(usual_of(file));
}

int read_file(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
  File& self = self_of(file);
  {
    const std::lock_guard lock(self.drive->mutex);
    if (self.drive->fault_of(*self.path) == Fault::ReadError) return SQLITE_IOERR_READ;
  }
  return usual_methods(file).xRead(usual_of(file), bytes, count, offset);
}

/// What stands in the way of a change; SQLITE_OK when nothing does. With the lock held.
int obstacle(const File& self, int io_error) {
  if (!self.drive->spend(self.life)) return io_error;
  switch (self.drive->fault_of(*self.path)) {
    case Fault::DiskFull:
      return SQLITE_FULL;
    case Fault::ReadOnly:
      return SQLITE_READONLY;
    case Fault::WriteError:
    case Fault::ReadError:
      return io_error;
    case Fault::None:
    case Fault::SyncError:
      break;
  }
  return SQLITE_OK;
}

int write_file(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  File& self = self_of(file);
  const std::lock_guard lock(self.drive->mutex);
  if (const int code = obstacle(self, SQLITE_IOERR_WRITE); code != SQLITE_OK) return code;
  if (self.disk != nullptr) {
    self.disk->pending.push_back(
        {static_cast<std::size_t>(offset),
         std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count))});
  }
  return usual_methods(file).xWrite(usual_of(file), bytes, count, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  File& self = self_of(file);
  const std::lock_guard lock(self.drive->mutex);
  const int code = obstacle(self, SQLITE_IOERR_TRUNCATE);
  // A full disk takes that.
  if (code != SQLITE_OK && code != SQLITE_FULL) return code;
  if (self.disk != nullptr) self.disk->pending.push_back({static_cast<std::size_t>(size), {}, true});
  return usual_methods(file).xTruncate(usual_of(file), size);
}

int sync_file(sqlite3_file* file, int /*flags*/) {
  File& self = self_of(file);
  const std::lock_guard lock(self.drive->mutex);
  const int code = obstacle(self, SQLITE_IOERR_FSYNC);
  if (code == SQLITE_IOERR_FSYNC || self.drive->fault_of(*self.path) == Fault::SyncError)
    return SQLITE_IOERR_FSYNC;
  if (self.disk != nullptr) {
    for (const PendingWrite& write : self.disk->pending) carry_out(write, self.disk->synced);
    self.disk->pending.clear();
  }
  // What counts as synced is in our own books; the real disk need not be waited for.
  return SQLITE_OK;
}

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods all{};
    all.iVersion = 2;
    all.xClose = close_file;
    all.xRead = read_file;
    all.xWrite = write_file;
    all.xTruncate = truncate_file;
    all.xSync = sync_file;
    all.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
      return usual_methods(f).xFileSize(usual_of(f), size);
    };
    all.xLock = [](sqlite3_file* f, int level) { return usual_methods(f).xLock(usual_of(f), level); };
    all.xUnlock = [](sqlite3_file* f, int level) { return usual_methods(f).xUnlock(usual_of(f), level); };
    all.xCheckReservedLock = [](sqlite3_file* f, int* held) {
      return usual_methods(f).xCheckReservedLock(usual_of(f), held);
    };
    all.xFileControl = [](sqlite3_file* f, int operation, void* argument) {
      return usual_methods(f).xFileControl(usual_of(f), operation, argument);
    };
    all.xSectorSize = [](sqlite3_file* f) { return usual_methods(f).xSectorSize(usual_of(f)); };
    all.xDeviceCharacteristics = [](sqlite3_file* f) {
      return usual_methods(f).xDeviceCharacteristics(usual_of(f));
    };
    all.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** memory) {
      return usual_methods(f).xShmMap(usual_of(f), page, size, extend, memory);
    };
    all.xShmLock = [](sqlite3_file* f, int offset, int count, int flags) {
      return usual_methods(f).xShmLock(usual_of(f), offset, count, flags);
    };
    all.xShmBarrier = [](sqlite3_file* f) { usual_methods(f).xShmBarrier(usual_of(f)); };
    all.xShmUnmap = [](sqlite3_file* f, int remove) {
      return usual_methods(f).xShmUnmap(usual_of(f), remove);
    };
    return all;
  }();
  return kMethods;
}

/// The books of the file that has just been opened; what it holds when it is first seen counts as synced.
Disk* disk_of(Drive& drive, const char* path) {
  const auto place = place_of(path);
  if (!place) return nullptr;
  const auto [found, is_new] = drive.disks.try_emplace(*place);
  std::error_code error;
  // Its place was another file's, which SQLite did not delete.
  const bool is_stale = !is_new && fs::file_size(path, error) == 0;
  if (is_stale) found->second = Disk{};
  if (is_new) found->second.synced = content_of(path);
  return &found->second;
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  Drive& drive = drive_of(vfs);
  const std::lock_guard lock(drive.mutex);
  const std::string name = path == nullptr ? "" : path;
  file->pMethods = nullptr;
  if (drive.power_off) return SQLITE_CANTOPEN;
  if (drive.fault_of(name) == Fault::ReadOnly && (flags & SQLITE_OPEN_READWRITE) != 0) {
    const bool makes_one = !place_of(path);
    if (makes_one) return SQLITE_CANTOPEN;
    flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  }
  int opened_flags = 0;
  usual_of(file)->pMethods = nullptr;
  const int code = drive.usual->xOpen(drive.usual, path, usual_of(file), flags, &opened_flags);
  if (out_flags != nullptr) *out_flags = opened_flags;
  if (code != SQLITE_OK) return code;
  File& self = self_of(file);
  self.base.pMethods = &methods();
  self.drive = &drive;
  self.path = new std::string(name);
  self.disk = disk_of(drive, path);
  self.life = drive.life;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  Drive& drive = drive_of(vfs);
  const std::lock_guard lock(drive.mutex);
  if (!drive.spend(drive.life)) return SQLITE_IOERR_DELETE;
  if (drive.fault_of(path) == Fault::ReadOnly) return SQLITE_IOERR_DELETE;
  if (const auto place = place_of(path)) drive.disks.erase(*place);
  return drive.usual->xDelete(drive.usual, path, sync_folder);
}

}  // namespace

struct FaultyVfs::Impl {
  sqlite3_vfs vfs{};
  Drive drive;
};

FaultyVfs::FaultyVfs() : impl_(std::make_unique<Impl>()) {
  impl_->drive.usual = sqlite3_vfs_find(nullptr);
  // Whatever stands in no line below is asked of the usual one's functions, which take any vfs.
  impl_->vfs = *impl_->drive.usual;
  impl_->vfs.zName = "faulty";
  impl_->vfs.pNext = nullptr;
  impl_->vfs.szOsFile = static_cast<int>(sizeof(File)) + impl_->drive.usual->szOsFile;
  impl_->vfs.pAppData = &impl_->drive;
  impl_->vfs.xOpen = open_file;
  impl_->vfs.xDelete = delete_file;
  sqlite3_vfs_register(&impl_->vfs, 1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&impl_->vfs);
  sqlite3_vfs_register(impl_->drive.usual, 1);
}

void FaultyVfs::fail(Fault fault, const std::string& part) {
  const std::lock_guard lock(impl_->drive.mutex);
  impl_->drive.fault = fault;
  impl_->drive.part = part;
}

void FaultyVfs::cut_power_after(std::uint64_t operations) {
  const std::lock_guard lock(impl_->drive.mutex);
  impl_->drive.operations_left = operations;
}

bool FaultyVfs::power_is_off() const {
  const std::lock_guard lock(impl_->drive.mutex);
  return impl_->drive.power_off;
}

void FaultyVfs::power_on() {
  const std::lock_guard lock(impl_->drive.mutex);
  ++impl_->drive.life;
  // Places are given to other files in time.
  impl_->drive.disks.clear();
  impl_->drive.power_off = false;
  impl_->drive.operations_left.reset();
}

void FaultyVfs::copy_survivors(const fs::path& folder, const fs::path& into, std::mt19937& random) const {
  const std::lock_guard lock(impl_->drive.mutex);
  fs::create_directories(into);
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path target = into / entry.path().filename();
    // The log's index lies in memory alone.
    if (!entry.is_regular_file() || target.string().ends_with("-shm")) continue;
    const auto place = place_of(entry.path().c_str());
    const auto known = place ? impl_->drive.disks.find(*place) : impl_->drive.disks.end();
    const std::string content =
        known == impl_->drive.disks.end() ? content_of(entry.path()) : survivor_of(known->second, random);
    std::ofstream(target, std::ios::binary) << content;
    fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
  }
}

}  // namespace geminate::test
