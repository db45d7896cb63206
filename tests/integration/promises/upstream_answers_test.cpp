// Answers of upstream's that are none: garbage, a line without an end, lengths that lie.
#include <fstream>
#include <sstream>

#include "backend/compression/gzip.h"
#include "tests/integration/promises/worst_upstream.h"

namespace geminate {
namespace {

using namespace test;
using namespace std::string_literals;

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead < 0x80   ? 0
                             : lead < 0xC2 ? 9
                             : lead < 0xE0 ? 1
                             : lead < 0xF0 ? 2
                             : lead < 0xF5 ? 3
                                           : 9;
    if (more == 9 || i + more >= text.size() + (more == 0 ? 1 : 0)) return false;
    for (std::size_t k = 1; k <= more; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) return false;
    }
    i += more + 1;
  }
  return true;
}

/// 64 MB of spaces, packed.
std::string gzip_bomb() { return compression::gzip(std::string(64U << 20U, ' ')); }

class UpstreamAnswers : public BeforeTheWorst {
 protected:
  /// The most memory that the server has had at once, in KiB.
  long peak_kib() {
    std::ifstream status("/proc/" + std::to_string(server_->pid()) + "/status");
    std::string line;
    while (std::getline(status, line)) {
      if (line.starts_with("VmHWM:")) return std::strtol(line.c_str() + 6, nullptr, 10);
    }
    return -1;
  }
};

TEST_F(UpstreamAnswers, OfGarbageAreErrorsOfTheDialectAndNeverOfTheProtocol) {
  const std::string deep(200'000, '[');
  const std::vector<std::pair<const char*, std::string>> all = {
      {"no JSON", json_answer("this is no JSON {")},
      {"cut JSON", json_answer(good_body().substr(0, 60))},
      {"nothing", json_answer("")},
      {"another type", json_answer("[1,2,{\"candidates\":7}]")},
      {"wrong members", json_answer(R"({"candidates":{"content":[[]]},"usageMetadata":"x"})")},
      {"NUL", json_answer(good_body("a\0b"s))},
      {"bad UTF-8", json_answer(good_body("a\xff\xfe\xc0\x80z"))},
      {"half a character", json_answer(good_body("a\xe2\x82"))},
      {"deeply nested", json_answer(deep)},
      {"a page", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"},
      {"gzip", json_answer(gzip_bomb(), "Content-Encoding: gzip\r\n")},
      {"events of garbage",
       std::string(kStreamHead) + chunk("data: {{{{\r\n\r\ndata: \0\xff\r\n\r\n"s) + kLastChunk},
      {"an event of bad UTF-8", kStreamHead + chunk(gemini_event("a\xff\xfez")) + kLastChunk},
      {"an event with NUL", kStreamHead + chunk(gemini_event("a\0z"s, true)) + kLastChunk},
      {"deeply nested events", kStreamHead + chunk("data: " + deep + "\r\n\r\n") + kLastChunk},
      {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n"},
      {"a status that is none", "HTTP/1.1 999999 What\r\n\r\n"},
  };
  std::atomic<std::size_t> which{0};
  WorstUpstream upstream([&](FakeConnection& connection, const std::string&) {
    if (connection.write(which < all.size() ? all[which].second : json_answer(good_body())))
      connection.close();
  });
  start(upstream.url());
  int asked = 0;
  for (const Surface& surface : kSurfaces) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const bool streamed : {true, false}) {
        which = i;
        const Got got = streamed ? ask_stream(surface) : ask_whole(surface);
        ++asked;
        const std::string where =
            std::string(surface.name) + ", " + all[i].first + "\n" + got.bytes.substr(0, 2000);
        EXPECT_TRUE(got.status == 200 || got.status >= 500) << where;
        // What Google's own dialect says passes as it came; the others' answers are ours.
        if (surface.name != "gemini"s) {
          EXPECT_TRUE(is_utf8(got.body)) << where;
        }
        if (got.status != 200) {
          EXPECT_TRUE(got.is_whole && got.has_error()) << where;
        }
        EXPECT_LT(got.took.count(), 10) << where;
      }
    }
    which = all.size();
    EXPECT_TRUE(ask_whole(surface).has("all is well")) << surface.name;
  }
  EXPECT_TRUE(quiet_within(milliseconds{5'000}));
  note_promise("upstream-garbage", std::to_string(all.size()) + " kinds of garbage, " +
                                       std::to_string(asked) +
                                       " requests in four dialects: each a clear error or what was "
                                       "readable, all valid UTF-8, and the server served on");
}

TEST_F(UpstreamAnswers, OfOneEndlessLineAreCutAndNotKept) {
  constexpr std::size_t kLine = 100U * 1024 * 1024;
  std::atomic<std::size_t> taken{0};
  WorstUpstream upstream([&](FakeConnection& connection, const std::string&) {
    if (!connection.write(kStreamHead)) return;
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", kLine);
    if (!connection.write(size + std::string("data: "))) return;
    const std::string piece(1024 * 1024, 'x');
    taken = 0;
    while (taken < kLine - 6) {
      const std::size_t sent = connection.write_until_stuck(
          std::string_view(piece).substr(0, std::min(piece.size(), kLine - 6 - taken)), milliseconds{5'000});
      if (sent == 0) return;
      taken += sent;
    }
    if (connection.write("\r\n0\r\n\r\n")) connection.close();
  });
  start(upstream.url());
  std::size_t most = 0;
  const long before = peak_kib();
  for (const Surface& surface : kSurfaces) {
    if (surface.name == "gemini"s) continue;
    const Got got = ask_stream(surface);
    EXPECT_TRUE(got.has_error()) << surface.name << "\n" << got.bytes.substr(0, 2000);
    EXPECT_LT(got.body.size(), 100'000U);
    most = std::max(most, taken.load());
  }
  // What is read before the cut: 16 MiB of an event, and what sockets hold.
  EXPECT_LT(most, 40U * 1024 * 1024);
  // Google's own dialect passes it on as it comes, and keeps nothing of it.
  const long translated = peak_kib();
  PlainClient client(server_->port());
  ASSERT_TRUE(client.send(request_text(kSurfaces[0].stream_target, kSurfaces[0].stream_body)));
  EXPECT_TRUE(client.closed_within(std::chrono::seconds{60}));
  EXPECT_EQ(taken, kLine - 6);
  const long passed = peak_kib();
  EXPECT_LT(passed - translated, 40 * 1024) << before << " " << translated << " " << passed;
  EXPECT_TRUE(quiet_within(milliseconds{5'000}));
  note_promise("upstream-huge-line", "a line of 100 MiB: translated, it is an error after " +
                                         std::to_string(most / 1024 / 1024) +
                                         " MiB were read; passed on, the server's peak grew by " +
                                         std::to_string((passed - translated) / 1024) + " MiB");
}

TEST_F(UpstreamAnswers, ThatLieAboutThemselvesEndInAnErrorAndNeverInTheNextAnswer) {
  std::string many = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
  for (int i = 0; i < 10'000; ++i) many += "x-" + std::to_string(i) + ": y\r\n";
  const std::string good = good_body();
  const std::string two = good_body("first of two") + json_answer(good_body("smuggled"));
  const std::vector<std::pair<const char*, std::string>> all = {
      {"too long a length", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                                std::to_string(good.size() + 100) + "\r\n\r\n" + good},
      {"two lengths", json_answer(good, "Content-Length: 5\r\n")},
      {"length and chunks", json_answer(good, "Transfer-Encoding: chunked\r\n")},
      {"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + good},
      {"a chunk that is shorter", std::string(kStreamHead) + "fff\r\n" + gemini_event("short")},
      {"a chunk size that is none", std::string(kStreamHead) + "zz\r\n" + gemini_event("none")},
      {"10,000 headers", many + "Content-Length: " + std::to_string(good.size()) + "\r\n\r\n" + good},
      {"a header of 1 MB", json_answer(good, "x: " + std::string(1'000'000, 'y') + "\r\n")},
  };
  // What stands behind an answer that is shorter than it is belongs to nobody.
  const std::string short_length = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                                   std::to_string(good_body("first of two").size()) + "\r\n\r\n" + two;
  std::atomic<std::size_t> which{0};
  WorstUpstream upstream([&](FakeConnection& connection, const std::string&) {
    if (which < all.size()) {
      if (connection.write(all[which].second)) connection.close();
    } else if (which == all.size()) {
      // The connection stays open: the server may use it again only if nothing is left on it.
      if (connection.write(short_length)) connection.wait_for_end();
    } else if (connection.write(json_answer(good))) {
      connection.close();
    }
  });
  start(upstream.url(), {{"WORKERS", "1"}});
  for (const Surface& surface : kSurfaces) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      which = i;
      const Got got = ask_whole(surface);
      EXPECT_FALSE(got.status == 200 && got.is_whole && !got.has_error())
          << surface.name << ", " << all[i].first << "\n"
          << got.bytes.substr(0, 2000);
    }
    which = all.size();
    EXPECT_TRUE(ask_whole(surface).has("first of two")) << surface.name;
    for (int i = 0; i < 3; ++i) {
      which = all.size() + 1;
      const Got next = ask_whole(surface);
      EXPECT_TRUE(next.has("all is well")) << surface.name << "\n" << next.bytes;
      EXPECT_FALSE(next.has("smuggled"));
    }
  }
  EXPECT_TRUE(quiet_within(milliseconds{5'000}));
  note_promise("upstream-lies", std::to_string(all.size() + 1) +
                                    " lies about lengths, chunks and headers (10,000 of them) in four "
                                    "dialects: an error each, and none in the next answer");
}

}  // namespace
}  // namespace geminate
