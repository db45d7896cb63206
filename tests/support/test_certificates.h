#pragma once

#include <filesystem>
#include <string>

namespace geminate::test {

/// A certificate authority made on the spot and one server certificate signed by it, as PEM files in a folder
/// of their own that goes with this object.
class TestCertificates {
 public:
  /// `host` is the only name that the server certificate is for; an IP address is one as well.
  explicit TestCertificates(const std::string& host);
  ~TestCertificates();
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  [[nodiscard]] std::string ca_file() const { return folder_ / "ca.pem"; }
  [[nodiscard]] std::string certificate_file() const { return folder_ / "server.pem"; }
  [[nodiscard]] std::string key_file() const { return folder_ / "server.key"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace geminate::test
