#include "backend/observe/line_writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

namespace geminate::observe {
namespace {

using std::chrono::milliseconds;

/// Long enough for no batch to end by itself within a test.
constexpr milliseconds kNever{3'600'000};

TEST(LineWriter, HandsManyLinesOnAtOnce) {
  std::vector<std::string> batches;
  LineWriter writer([&](std::string_view lines) { batches.emplace_back(lines); }, kNever, 1 << 20);
  for (int i = 0; i < 100; ++i) writer.add("line\n", false);
  writer.flush();
  std::string all;
  for (const auto& batch : batches) all += batch;
  EXPECT_EQ(all.size(), 500u);
  EXPECT_LE(batches.size(), 2u);
}

TEST(LineWriter, DoesNotLetAnUrgentLineWait) {
  std::atomic<bool> written{false};
  LineWriter writer([&](std::string_view) { written = true; }, kNever, 1 << 20);
  writer.add("error\n", true);
  const auto end = std::chrono::steady_clock::now() + milliseconds{10'000};
  while (!written && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_TRUE(written);
}

TEST(LineWriter, WritesWhatWaitsWhenItEnds) {
  std::string all;
  {
    LineWriter writer([&](std::string_view lines) { all += lines; }, kNever, 1 << 20);
    writer.add("a\n", false);
    writer.add("b\n", false);
  }
  EXPECT_EQ(all, "a\nb\n");
}

TEST(LineWriter, DropsLinesWhenNobodyTakesThemAndNeverBlocks) {
  std::atomic<bool> go{false};
  LineWriter writer(
      [&](std::string_view) {
        while (!go) std::this_thread::yield();
      },
      milliseconds{0}, 1000);
  for (int i = 0; i < 1000; ++i) writer.add("0123456789\n", false);
  EXPECT_GT(writer.dropped(), 700u);
  EXPECT_LT(writer.dropped(), 1000u);
  go = true;
  writer.flush();
}

TEST(LineWriter, KeepsEachThreadsLinesInOrder) {
  std::string all;
  {
    LineWriter writer([&](std::string_view lines) { all += lines; }, milliseconds{1}, 1 << 20);
    std::vector<std::thread> threads;
    for (char name = 'a'; name < 'e'; ++name) {
      threads.emplace_back([&writer, name] {
        for (int i = 1000; i < 1500; ++i) writer.add(name + std::to_string(i) + '\n', i % 50 == 0);
      });
    }
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(all.size(), 4u * 500 * 6);
  int last[4] = {0, 0, 0, 0};
  for (std::size_t at = 0; at + 6 <= all.size(); at += 6) {
    int& before = last[all[at] - 'a'];
    const int number = std::stoi(all.substr(at + 1, 4));
    EXPECT_GT(number, before);
    before = number;
  }
}

}  // namespace
}  // namespace geminate::observe
