#include "backend/app/admin_secret.h"

#include <fstream>
#include <string>

#include "backend/crypto/encoding.h"
#include "backend/crypto/random.h"
#include "backend/storage/private_file.h"

namespace geminate::app {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kShortestSecret = 16;

Result<AdminSecret> read_secret(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string text;
  std::getline(stream, text);
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.pop_back();
  if (text.size() < kShortestSecret) {
    return Error{ErrorCode::Unavailable,
                 file.string() +
                     " holds no admin secret of 16 characters or more: set ADMIN_API_KEY, or delete the "
                     "file and a new one is made",
                 {},
                 {},
                 {}};
  }
  return AdminSecret{Secret(std::move(text)), file};
}

}  // namespace

Result<AdminSecret> admin_secret(const Secret& setting, const std::filesystem::path& data_dir) {
  if (!setting.empty()) return AdminSecret{setting, std::nullopt};
  const auto file = data_dir / "admin.key";
  std::error_code unreadable;
  if (std::filesystem::exists(file, unreadable)) return read_secret(file);
  GEMINATE_CHECK_OK(storage::make_private_folder(data_dir));
  auto text = crypto::hex_encode(crypto::random_bytes(kSecretBytes));
  GEMINATE_CHECK_OK(storage::write_private_file(file, text + "\n"));
  return AdminSecret{Secret(std::move(text)), file};
}

}  // namespace geminate::app
