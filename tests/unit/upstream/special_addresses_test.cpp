#include "backend/upstream/special_addresses.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "backend/upstream/address_gate.h"

namespace geminate::upstream {
namespace {

SocketAddress address(const std::string& text) { return literal_address(text).at(0); }

std::string_view name_of(const std::string& text) {
  const SpecialRange* range = special_range_of(address(text));
  return range == nullptr ? "public" : range->name;
}

TEST(SpecialAddresses, HoldBothEndsOfEachRangeAndNothingBesides) {
  struct Ends {
    const char* before;
    const char* first;
    const char* last;
    const char* behind;
  };
  const std::vector<Ends> all = {
      {nullptr, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
      {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
      {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
      {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
      {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
      {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
      {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
      {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
      {"192.31.195.255", "192.31.196.0", "192.31.196.255", "192.31.197.0"},
      {"192.52.192.255", "192.52.193.0", "192.52.193.255", "192.52.194.0"},
      {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
      {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
      {"192.175.47.255", "192.175.48.0", "192.175.48.255", "192.175.49.0"},
      {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
      {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
      {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
      {"223.255.255.255", "224.0.0.0", "255.255.255.255", nullptr},
      {"2000:ffff::", "2001::", "2001:1ff:ffff::", "2001:200::"},
      {"2001:db7:ffff::", "2001:db8::", "2001:db8:ffff::", "2001:db9::"},
      {"2620:4f:7fff::", "2620:4f:8000::", "2620:4f:8000:ffff::", "2620:4f:8001::"},
      {"3ffe:ffff::", "3fff::", "3fff:fff:ffff::", "3fff:1000::"},
      {"3fff:ffff::", "4000::", "ffff:ffff::", nullptr},
      {nullptr, "::", "1fff:ffff::", "2000::"},
  };
  for (const Ends& ends : all) {
    if (ends.before != nullptr) {
      EXPECT_FALSE(is_special_purpose(address(ends.before))) << ends.before;
    }
    EXPECT_TRUE(is_special_purpose(address(ends.first))) << ends.first;
    EXPECT_TRUE(is_special_purpose(address(ends.last))) << ends.last;
    if (ends.behind != nullptr) {
      EXPECT_FALSE(is_special_purpose(address(ends.behind))) << ends.behind;
    }
  }
}

TEST(SpecialAddresses, AreNamedByTheNarrowestRange) {
  EXPECT_EQ(name_of("169.254.169.254"), "link-local, also of cloud metadata");
  EXPECT_EQ(name_of("255.255.255.255"), "limited broadcast");
  EXPECT_EQ(name_of("240.0.0.1"), "reserved");
  EXPECT_EQ(name_of("::"), "unspecified");
  EXPECT_EQ(name_of("::1"), "loopback");
  EXPECT_EQ(name_of("fd00:ec2::254"), "unique local");
  EXPECT_EQ(name_of("fe80::1"), "link-local");
  EXPECT_EQ(name_of("100::1"), "discard-only");
  EXPECT_EQ(name_of("2001:0:4136:e378:8000:63bf:3fff:fdd2"), "Teredo");
  EXPECT_EQ(name_of("142.250.185.170"), "public");
  EXPECT_EQ(name_of("2a00:1450:4001:82f::200a"), "public");
}

TEST(SpecialAddresses, SeeThroughWhatStandsForAnIpv4Address) {
  EXPECT_EQ(name_of("::ffff:127.0.0.1"), "loopback");
  EXPECT_EQ(name_of("::ffff:169.254.169.254"), "link-local, also of cloud metadata");
  EXPECT_EQ(name_of("::ffff:142.250.185.170"), "public");
  EXPECT_EQ(name_of("64:ff9b::10.0.0.1"), "private use");
  EXPECT_EQ(name_of("64:ff9b::142.250.185.170"), "public");
  EXPECT_EQ(name_of("64:ff9b:1::142.250.185.170"), "local NAT64");
  EXPECT_EQ(name_of("2002:7f00:1::"), "loopback");
  EXPECT_EQ(name_of("2002:8efa:b9aa::"), "public");
  EXPECT_EQ(name_of("::127.0.0.1"), "compatible with IPv4");
  EXPECT_EQ(name_of("::142.250.185.170"), "compatible with IPv4");
  EXPECT_EQ(name_of("::ffff:0:142.250.185.170"), "translated IPv4");
}

TEST(SpecialAddresses, NameTheirDocument) {
  for (const SpecialRange& range : special_ranges()) {
    EXPECT_FALSE(range.name.empty());
    EXPECT_TRUE(range.rfc.starts_with("RFC ")) << range.name;
  }
}

struct Told {
  AddressGate::Tell tell() {
    return [this](std::string_view host, std::string_view from, std::string_view why) {
      lines.push_back(std::string(host) + " " + std::string(from) + " " + std::string(why));
    };
  }
  std::vector<std::string> lines;
};

TEST(AddressGate, RefusesWhatANameMustNotLeadTo) {
  Told told;
  AddressGate gate({}, told.tell());
  EXPECT_EQ(gate.refusal("api.example", address("142.250.185.170")), "");
  EXPECT_EQ(gate.refusal("api.example", address("10.0.0.1")),
            "no address of the public Internet (private use, RFC 1918)");
  EXPECT_NE(gate.refusal("api.example", address("127.0.0.1")), "");
  EXPECT_NE(gate.refusal("other.example", address("::ffff:10.0.0.1")), "");
  // Once for each host, however many requests there are.
  EXPECT_EQ(told.lines, (std::vector<std::string>{
                            "api.example 10.0.0.1 no address of the public Internet (private use, RFC 1918)",
                            "other.example ::ffff:10.0.0.1 no address of the public Internet (private use, "
                            "RFC 1918)"}));
}

TEST(AddressGate, TakesAnAddressInTheConfigurationAtItsWord) {
  AddressGate gate;
  EXPECT_EQ(gate.refusal("127.0.0.1", address("127.0.0.1")), "");
  EXPECT_NE(gate.refusal("127.0.0.1", address("127.0.0.2")), "");
  EXPECT_EQ(gate.refusal("[::1]", address("::1")), "");
  EXPECT_EQ(gate.refusal("10.1.2.3", address("10.1.2.3")), "");
  EXPECT_EQ(gate.refusal("LocalHost", address("127.0.0.1")), "");
  EXPECT_EQ(gate.refusal("localhost", address("::1")), "");
  EXPECT_NE(gate.refusal("localhost", address("169.254.169.254")), "");
  EXPECT_NE(gate.refusal("localhost.example", address("127.0.0.1")), "");
}

TEST(AddressGate, LetsThroughWhatIsListed) {
  AddressGate gate({*auth::AddressBlock::parse("10.1.0.0/16"), *auth::AddressBlock::parse("fd00::/8")});
  EXPECT_EQ(gate.refusal("gateway.example", address("10.1.255.255")), "");
  EXPECT_EQ(gate.refusal("gateway.example", address("::ffff:10.1.0.1")), "");
  EXPECT_EQ(gate.refusal("gateway.example", address("fd00::1")), "");
  EXPECT_NE(gate.refusal("gateway.example", address("10.2.0.0")), "");
}

}  // namespace
}  // namespace geminate::upstream
