#include "tests/support/test_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cctype>
#include <cstdio>
#include <memory>
#include <stdexcept>

namespace geminate::test {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(std::FILE* file) const { std::fclose(file); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

void check(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(std::string("test certificates: ") + what);
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

Certificate make_certificate(const std::string& name, EVP_PKEY* key, int serial) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  check(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "signature");
}

std::unique_ptr<std::FILE, Free> open_for_writing(const std::string& path) {
  std::unique_ptr<std::FILE, Free> file(std::fopen(path.c_str(), "w"));
  check(file != nullptr, "file");
  return file;
}

bool is_ip_address(const std::string& host) {
  return host.find(':') != std::string::npos || std::isdigit(static_cast<unsigned char>(host.back())) != 0;
}

}  // namespace

TestCertificates::TestCertificates(const std::string& host) {
  std::string pattern = (std::filesystem::temp_directory_path() / "geminate-certificates-XXXXXX").string();
  check(::mkdtemp(pattern.data()) != nullptr, "folder");
  folder_ = pattern;

  const Key ca_key(EVP_EC_gen("P-256"));
  const Certificate ca = make_certificate("Geminate test authority", ca_key.get(), 1);
  add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign");
  sign(ca.get(), ca.get(), ca_key.get());

  const Key server_key(EVP_EC_gen("P-256"));
  const Certificate server = make_certificate("Geminate test server", server_key.get(), 2);
  add_extension(server.get(), ca.get(), NID_subject_alt_name, (is_ip_address(host) ? "IP:" : "DNS:") + host);
  sign(server.get(), ca.get(), ca_key.get());

  check(PEM_write_X509(open_for_writing(ca_file()).get(), ca.get()) == 1, "ca file");
  check(PEM_write_X509(open_for_writing(certificate_file()).get(), server.get()) == 1, "server file");
  check(PEM_write_PrivateKey(open_for_writing(key_file()).get(), server_key.get(), nullptr, nullptr, 0,
                             nullptr, nullptr) == 1,
        "key file");
}

TestCertificates::~TestCertificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace geminate::test
