#include "backend/storage/encryption_key.h"

#include <fstream>
#include <string>
#include <system_error>

#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"
#include "backend/storage/private_file.h"

namespace geminate::storage {
namespace {

namespace fs = std::filesystem;

/// More than any key takes; what is longer is no key, and is not read.
constexpr std::size_t kLongestFile = 256;

Result<Secret> read_key(const fs::path& file) {
  const auto refuse = [&file](std::string_view finding) {
    return Error{ErrorCode::Unavailable,
                 "The encryption key's file " + file.string() + ' ' + std::string(finding) +
                     ". Restore it from its backup, or set KEY_ENCRYPTION_KEY; without the key the "
                     "database's upstream "
                     "keys cannot be read.",
                 {},
                 {},
                 {}};
  };
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return refuse("cannot be read");
  std::string text(kLongestFile, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  auto bytes =
      crypto::base64_decode(std::string_view(text).substr(0, end == std::string::npos ? 0 : end + 1));
  crypto::wipe(text);
  if (!bytes) return refuse("holds no base64 text");
  Secret key(std::move(*bytes));
  if (key.reveal().size() != crypto::kKeyBytes) return refuse("does not hold 32 bytes");
  return key;
}

}  // namespace

fs::path encryption_key_file(const fs::path& data_dir) { return data_dir / "encryption.key"; }

Result<std::optional<EncryptionKey>> find_encryption_key(const Secret& setting, const fs::path& data_dir) {
  if (!setting.empty()) {
    if (setting.reveal().size() == crypto::kKeyBytes) return std::optional(EncryptionKey{setting, {}});
    return Error{ErrorCode::BadRequest,
                 "KEY_ENCRYPTION_KEY has to be base64 of exactly 32 bytes.",
                 {},
                 "KEY_ENCRYPTION_KEY",
                 {}};
  }
  const fs::path file = encryption_key_file(data_dir);
  std::error_code error;
  if (fs::status(file, error).type() == fs::file_type::not_found) return std::optional<EncryptionKey>();
  GEMINATE_TRY(Secret key, read_key(file));
  return std::optional(EncryptionKey{std::move(key), file});
}

Result<EncryptionKey> make_encryption_key(const fs::path& data_dir) {
  EncryptionKey key{crypto::random_key(), encryption_key_file(data_dir)};
  GEMINATE_CHECK_OK(make_private_folder(data_dir));
  std::string text = crypto::base64_encode(key.bytes.reveal()) + '\n';
  const Status written = write_private_file(key.file, text);
  crypto::wipe(text);
  if (!written.ok()) return written.error();
  return key;
}

}  // namespace geminate::storage
