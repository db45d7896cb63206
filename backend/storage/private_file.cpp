#include "backend/storage/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>

namespace geminate::storage {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Error cannot(const char* verb, const fs::path& path, int code) {
  return Error{code == EEXIST ? ErrorCode::Conflict : ErrorCode::Unavailable,
               std::string("Cannot ") + verb + ' ' + path.string() + ": " +
                   std::generic_category().message(code) +
                   ". Check the folder's owner, its permissions and the free space.",
               {},
               {},
               {}};
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

Status sync_folder(const fs::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.number() < 0 || ::fsync(descriptor.number()) != 0) return cannot("sync", folder, errno);
  return Status::success();
}

}  // namespace

Status make_private_folder(const fs::path& folder) {
  std::error_code error;
  if (folder.empty() || fs::is_directory(folder, error)) return Status::success();
  GEMINATE_CHECK_OK(make_private_folder(folder.parent_path()));
  // Two servers may start at once: the other's folder is as good.
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return cannot("make the folder", folder, errno);
  if (!fs::is_directory(folder, error)) return cannot("make the folder", folder, ENOTDIR);
  return Status::success();
}

Status publish_file(const fs::path& draft, const fs::path& path) {
  if (::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno != EINVAL && errno != ENOSYS) return cannot("write", path, errno);
    // Some file systems don't know the flag: there a look beforehand has to do.
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error))) return cannot("write", path, EEXIST);
    if (::rename(draft.c_str(), path.c_str()) != 0) return cannot("write", path, errno);
  }
  return sync_folder(folder_of(path));
}

Status write_private_file(const fs::path& path, std::string_view content) {
  const fs::path draft = path.string() + ".new";
  ::unlink(draft.c_str());
  {
    const Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.number() < 0) return cannot("write", draft, errno);
    if (!write_all(file.number(), content) || ::fsync(file.number()) != 0) {
      const int code = errno;
      ::unlink(draft.c_str());
      return cannot("write", draft, code);
    }
  }
  Status published = publish_file(draft, path);
  if (!published.ok()) ::unlink(draft.c_str());
  return published;
}

bool open_to_others(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

}  // namespace geminate::storage
