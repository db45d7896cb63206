#include "backend/http/server_tls.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/server_process.h"
#include "tests/support/test_certificates.h"

namespace geminate::http {
namespace {

namespace fs = std::filesystem;

class ServerTlsFiles : public ::testing::Test {
 protected:
  void take(const test::TestCertificates& certificates) {
    fs::copy_file(certificates.certificate_file(), files_.certificate, fs::copy_options::overwrite_existing);
    fs::copy_file(certificates.key_file(), files_.key, fs::copy_options::overwrite_existing);
  }
  /// What is said when the files will not do.
  std::string fault() {
    const auto loaded = ServerTls::load(files_);
    EXPECT_FALSE(loaded.ok());
    return loaded.ok() ? "" : loaded.error().message;
  }

  test::ScratchFolder folder_;
  test::TestCertificates first_{"127.0.0.1"};
  test::TestCertificates second_{"127.0.0.1"};
  TlsFiles files_{folder_.path() / "a.pem", folder_.path() / "a.key"};
};

TEST_F(ServerTlsFiles, AreReadWhereTheyBelongTogether) {
  take(first_);
  EXPECT_TRUE(ServerTls::load(files_).ok());
}

TEST_F(ServerTlsFiles, AreRefusedByNameWhereOneWillNotDo) {
  EXPECT_NE(fault().find("a.pem"), std::string::npos) << "missing";
  take(first_);
  fs::remove(files_.key);
  EXPECT_NE(fault().find("a.key"), std::string::npos) << "missing";
  fs::copy_file(second_.key_file(), files_.key);
  EXPECT_NE(fault().find("a.key"), std::string::npos) << "another certificate's";
  std::ofstream(files_.key) << "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n";
  EXPECT_NE(fault().find("a.key"), std::string::npos) << "nonsense";
  // Encrypted: nobody may be asked for a passphrase.
  std::ofstream(files_.key)
      << "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
         "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAAAAAAAAAAAAAAAAAAAA==\n"
         "-----END EC PRIVATE KEY-----\n";
  EXPECT_NE(fault().find("a.key"), std::string::npos) << "encrypted";
  take(first_);
  std::ofstream(files_.certificate) << "";
  EXPECT_NE(fault().find("a.pem"), std::string::npos) << "empty";
}

TEST_F(ServerTlsFiles, AreSeenToChangeOnceWhenTheyHaveComeToRest) {
  take(first_);
  TlsFileWatch watch(files_);
  EXPECT_FALSE(watch.has_changed());
  fs::remove(files_.certificate);
  fs::copy_file(second_.certificate_file(), files_.certificate);
  EXPECT_FALSE(watch.has_changed()) << "the key may follow";
  fs::remove(files_.key);
  fs::copy_file(second_.key_file(), files_.key);
  EXPECT_FALSE(watch.has_changed());
  EXPECT_TRUE(watch.has_changed());
  EXPECT_FALSE(watch.has_changed());
  fs::remove(files_.key);
  EXPECT_FALSE(watch.has_changed());
  EXPECT_TRUE(watch.has_changed()) << "a file that went is a change as well";
}

TEST_F(ServerTlsFiles, OpenToOthersIsWhatEverybodyMayRead) {
  take(first_);
  fs::permissions(files_.key, fs::perms::owner_read | fs::perms::group_read);
  EXPECT_FALSE(is_open_to_others(files_.key)) << "groups such as ssl-cert are made for that";
  fs::permissions(files_.key, fs::perms::owner_read | fs::perms::others_read);
  EXPECT_TRUE(is_open_to_others(files_.key));
  EXPECT_FALSE(is_open_to_others(folder_.path() / "none"));
}

}  // namespace
}  // namespace geminate::http
