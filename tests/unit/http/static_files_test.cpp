#include "backend/http/static_files.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/epoll_loop.h"
#include "tests/unit/http/recording_sink.h"

namespace geminate::test {
namespace {

constexpr std::array kFiles = {
    http::EmbeddedFile{"/assets/app.1234.wasm", "application/wasm", "raw wasm bytes", "br", "gzip", "W/\"1\"",
                       true},
    http::EmbeddedFile{"/assets/tiny.css", "text/css", "a{}", "", "", "W/\"2\"", true},
    http::EmbeddedFile{"/index.html", "text/html; charset=utf-8", "<html>", "", "gz", "W/\"3\"", false},
};

class Files : public ::testing::Test {
 protected:
  RecordingSink get(std::string_view target, std::string_view fields = {}) {
    RecordingSink sink(loop_);
    served_ = files_.serve(make_request("GET " + std::string(target), fields), sink, "id-1");
    return sink;
  }

  EpollLoop loop_;
  http::StaticFiles files_{kFiles};
  bool served_ = false;
};

TEST_F(Files, ServesEveryDeepLinkWithThePage) {
  for (const auto* path : {"/manage/keys", "/manage", "/manage/tokens?x=y", "/index.html"}) {
    const auto sink = get(path);
    EXPECT_EQ(sink.body, "<html>") << path;
    EXPECT_EQ(sink.content_type, "text/html; charset=utf-8");
    EXPECT_TRUE(sink.has_line("cache-control: no-cache"));
  }
}

TEST_F(Files, LeavesWhatIsNotThere) {
  for (const auto* path : {"/assets/other.js", "/", "/managed", "/assets/", "/assets/../index.html"}) {
    EXPECT_EQ(get(path).answers, 0) << path;
    EXPECT_FALSE(served_) << path;
  }
}

TEST_F(Files, SendsTheCodingThatTheBrowserLikesBest) {
  const auto body_for = [this](std::string_view accepted) {
    return get("/assets/app.1234.wasm", "Accept-Encoding: " + std::string(accepted) + "\r\n").body;
  };
  EXPECT_EQ(body_for("gzip, deflate, br, zstd"), "br");
  EXPECT_EQ(body_for("gzip, deflate"), "gzip");
  EXPECT_EQ(body_for("br;q=0.5, gzip;q=0.8"), "gzip");
  EXPECT_EQ(body_for("br;q=0, *"), "gzip");
  EXPECT_EQ(body_for("*;q=0"), "raw wasm bytes");
  EXPECT_EQ(body_for("br;q=nonsense"), "raw wasm bytes");
  EXPECT_EQ(body_for(""), "raw wasm bytes");
  EXPECT_EQ(get("/assets/app.1234.wasm").body, "raw wasm bytes");
}

TEST_F(Files, NamesCodingAndRawLength) {
  const auto coded = get("/assets/app.1234.wasm", "Accept-Encoding: br\r\n");
  EXPECT_TRUE(coded.has_line("content-encoding: br"));
  EXPECT_TRUE(coded.has_line("x-raw-length: 14"));
  EXPECT_TRUE(coded.has_line("vary: accept-encoding"));
  EXPECT_TRUE(coded.has_line("cache-control: public, max-age=31536000, immutable"));
  EXPECT_EQ(coded.content_type, "application/wasm");
  const auto raw = get("/assets/tiny.css", "Accept-Encoding: br\r\n");
  EXPECT_EQ(raw.body, "a{}");
  EXPECT_EQ(raw.extra.find("content-encoding"), std::string::npos);
}

TEST_F(Files, SaysNotModifiedToWhoHasIt) {
  for (const auto* tags : {"W/\"3\"", "\"3\"", "\"1\", W/\"3\"", "*"}) {
    const auto sink = get("/manage/keys", "If-None-Match: " + std::string(tags) + "\r\n");
    EXPECT_EQ(sink.status, 304) << tags;
    EXPECT_TRUE(sink.has_line("etag: W/\"3\""));
  }
  EXPECT_EQ(get("/manage/keys", "If-None-Match: \"4\"\r\n").status, 200);
}

TEST_F(Files, AreTheConsoleToBrowsers) {
  for (const char* path : {"/manage/keys", "/assets/tiny.css"})
    EXPECT_EQ(get(path).kind, http::AnswerKind::Console) << path;
}

}  // namespace
}  // namespace geminate::test
