#include "backend/upstream/resolver.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include "tests/support/epoll_loop.h"

namespace geminate::upstream {
namespace {

using std::chrono::milliseconds;

Result<Addresses> failed_lookup() { return Error{ErrorCode::UpstreamFailed, "no", "no such name", {}, {}}; }

std::optional<Result<Addresses>> ask(Resolver& resolver, test::EpollLoop& loop, const std::string& host) {
  std::optional<Result<Addresses>> answer;
  resolver.request(host, &loop, loop, [&](const Result<Addresses>& outcome) { answer = outcome; });
  loop.run_until([&] { return answer.has_value(); });
  return answer;
}

TEST(Resolver, TakesAddressesAtTheirWord) {
  EXPECT_EQ(literal_address("127.0.0.1").at(0).text(), "127.0.0.1:0");
  EXPECT_EQ(literal_address("[2001:db8::1]").at(0).text(), "[2001:db8::1]:0");
  EXPECT_TRUE(literal_address("upstream.example").empty());
  auto address = literal_address("::1").at(0);
  address.set_port(443);
  EXPECT_EQ(address.text(), "[::1]:443");
  Resolver resolver([](const std::string&) -> Result<Addresses> { return failed_lookup(); });
  EXPECT_EQ(resolver.find("10.1.2.3").size(), 1u);
}

TEST(Resolver, LooksANameUpOnceAndKeepsIt) {
  std::atomic<int> lookups{0};
  test::EpollLoop loop;
  Resolver resolver([&](const std::string&) -> Result<Addresses> {
    ++lookups;
    return literal_address("10.0.0.1");
  });
  EXPECT_TRUE(resolver.find("upstream.example").empty());
  const auto answer = ask(resolver, loop, "upstream.example");
  ASSERT_TRUE(answer && answer->ok());
  EXPECT_EQ(resolver.find("upstream.example").at(0).text(), "10.0.0.1:0");
  EXPECT_EQ(lookups, 1);
}

TEST(Resolver, SharesOneLookupAmongAllWhoWait) {
  std::atomic<int> lookups{0};
  std::atomic<bool> go{false};
  test::EpollLoop loop;
  Resolver resolver([&](const std::string&) -> Result<Addresses> {
    ++lookups;
    while (!go) std::this_thread::yield();
    return literal_address("10.0.0.1");
  });
  int answers = 0;
  for (int i = 0; i < 5; ++i) resolver.request("a.example", &loop, loop, [&](const auto&) { ++answers; });
  go = true;
  EXPECT_TRUE(loop.run_until([&] { return answers == 5; }));
  EXPECT_EQ(lookups, 1);
}

TEST(Resolver, TellsWhoWaitsThatANameIsUnknown) {
  test::EpollLoop loop;
  Resolver resolver([](const std::string&) -> Result<Addresses> { return failed_lookup(); });
  const auto answer = ask(resolver, loop, "nowhere.example");
  ASSERT_TRUE(answer.has_value());
  EXPECT_FALSE(answer->ok());
  EXPECT_TRUE(resolver.find("nowhere.example").empty());
}

TEST(Resolver, KeepsOldAddressesWhenARefreshFails) {
  // Shared: a look-up may still run when the test is over.
  const auto lookups = std::make_shared<std::atomic<int>>(0);
  test::EpollLoop loop;
  Resolver resolver(
      [lookups](const std::string&) -> Result<Addresses> {
        if (++*lookups > 1) return failed_lookup();
        return literal_address("10.0.0.1");
      },
      milliseconds{0});
  ASSERT_TRUE(ask(resolver, loop, "a.example").has_value());
  EXPECT_EQ(resolver.find("a.example").size(), 1u);
  EXPECT_TRUE(loop.run_until([&] {
    // Each look at an aged name asks for a refresh.
    EXPECT_EQ(resolver.find("a.example").size(), 1u);
    loop.post([] {});
    return *lookups >= 3;
  }));
  EXPECT_EQ(resolver.find("a.example").size(), 1u);
}

TEST(Resolver, TakesUpNewAddresses) {
  // Shared: a look-up may still run when the test is over.
  const auto lookups = std::make_shared<std::atomic<int>>(0);
  test::EpollLoop loop;
  Resolver resolver(
      [lookups](const std::string&) -> Result<Addresses> {
        return literal_address(++*lookups > 1 ? "10.0.0.2" : "10.0.0.1");
      },
      milliseconds{0});
  ASSERT_TRUE(ask(resolver, loop, "a.example").has_value());
  EXPECT_TRUE(loop.run_until([&] {
    loop.post([] {});
    return resolver.find("a.example").at(0).text() == "10.0.0.2:0";
  }));
}

TEST(Resolver, PostsNothingToWhoeverAskedToBeForgotten) {
  std::atomic<bool> go{false};
  test::EpollLoop loop;
  Resolver resolver([&](const std::string&) -> Result<Addresses> {
    while (!go) std::this_thread::yield();
    return literal_address("10.0.0.1");
  });
  bool told = false;
  bool other_told = false;
  resolver.request("a.example", &told, loop, [&](const auto&) { told = true; });
  resolver.request("a.example", &loop, loop, [&](const auto&) { other_told = true; });
  resolver.forget(&told);
  go = true;
  EXPECT_TRUE(loop.run_until([&] { return other_told; }));
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace geminate::upstream
