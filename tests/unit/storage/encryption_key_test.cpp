#include "backend/storage/encryption_key.h"

#include <gtest/gtest.h>

#include <string>

#include "backend/crypto/encoding.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

TEST(EncryptionKey, IsMadePrivateAndFoundAgain) {
  const ScratchFolder folder;
  const auto data = folder / "data";
  const EncryptionKey made = need(make_encryption_key(data));
  EXPECT_EQ(made.bytes.reveal().size(), 32U);
  EXPECT_EQ(permissions_of(made.file), 0600U);
  EXPECT_EQ(permissions_of(data), 0700U);
  EXPECT_EQ(bytes_of(made.file), crypto::base64_encode(made.bytes.reveal()) + '\n');
  EXPECT_EQ(need(find_encryption_key({}, data))->bytes.reveal(), made.bytes.reveal());
}

TEST(EncryptionKey, IsNotTheSameTwice) {
  const ScratchFolder folder;
  EXPECT_NE(need(make_encryption_key(folder / "a")).bytes.reveal(),
            need(make_encryption_key(folder / "b")).bytes.reveal());
}

TEST(EncryptionKey, IsNeverWrittenOver) {
  const ScratchFolder folder;
  const EncryptionKey first = need(make_encryption_key(folder.path()));
  EXPECT_FALSE(make_encryption_key(folder.path()).ok());
  EXPECT_EQ(need(find_encryption_key({}, folder.path()))->bytes.reveal(), first.bytes.reveal());
}

TEST(EncryptionKey, ComesFromTheSettingFirst) {
  const ScratchFolder folder;
  need(make_encryption_key(folder.path()));
  const auto found = need(find_encryption_key(encryption_key('s'), folder.path()));
  EXPECT_EQ(found->bytes.reveal(), std::string(32, 's'));
  EXPECT_TRUE(found->file.empty());
}

TEST(EncryptionKey, IsNoneWhereNobodySetOne) {
  const ScratchFolder folder;
  EXPECT_FALSE(need(find_encryption_key({}, folder.path())));
}

TEST(EncryptionKey, IsRefusedWhenItsFileHoldsNone) {
  const ScratchFolder folder;
  const std::string short_key = crypto::base64_encode(std::string(31, 'x'));
  const std::string long_key = crypto::base64_encode(std::string(33, 'x'));
  for (const std::string& text : {std::string(), std::string("\n"), std::string("not base64 !!"), short_key,
                                  long_key, std::string(100'000, 'A')}) {
    write_bytes(encryption_key_file(folder.path()), text);
    const auto found = find_encryption_key({}, folder.path());
    ASSERT_FALSE(found.ok()) << text.substr(0, 50);
    EXPECT_NE(found.error().message.find("backup"), std::string::npos);
    const bool has_text = text.size() > 1;
    EXPECT_FALSE(has_text && found.error().message.find(text) != std::string::npos)
        << "the key's text is no news";
  }
}

TEST(EncryptionKey, MayHaveBlanksAroundItInItsFile) {
  const ScratchFolder folder;
  write_bytes(encryption_key_file(folder.path()), crypto::base64_encode(std::string(32, 'x')) + " \r\n\n");
  EXPECT_EQ(need(find_encryption_key({}, folder.path()))->bytes.reveal(), std::string(32, 'x'));
}

}  // namespace
}  // namespace geminate::storage
