// Every route of the server's table, asked by everybody in every way: whoever has no right to it is refused,
// however the path is spelled, and what is no route is nobody's.

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backend/app/routes.h"
#include "tests/support/plain_client.h"
#include "tests/support/promise.h"
#include "tests/support/server_process.h"

namespace geminate {
namespace {

using test::PlainAnswer;
using test::PlainClient;
using test::ServerProcess;

enum class Who { Open, Client, View, Admin };
struct Row {
  std::string method;
  std::string pattern;
  Who who;
};

std::vector<Row> expected_rows() {
  return {
#define X(method, pattern, who) {method, pattern, Who::who},
#include "tests/integration/promises/access_rows.def"
#undef X
  };
}

enum class Caller { Nobody, Wrong, ClientToken, EndedSession, ViewerSession, AdminSession };
constexpr std::array kCallers{Caller::Nobody,       Caller::Wrong,         Caller::ClientToken,
                              Caller::EndedSession, Caller::ViewerSession, Caller::AdminSession};

bool may_use(Caller caller, Who who) {
  if (who == Who::Open) return true;
  if (who == Who::Client) return caller == Caller::ClientToken;
  return caller == Caller::AdminSession || (caller == Caller::ViewerSession && who == Who::View);
}

/// As the rows call it.
std::string_view name_of(app::RouteAccess access) {
  switch (access) {
    case app::RouteAccess::Public:
      return "open";
    case app::RouteAccess::Client:
      return "client";
    case app::RouteAccess::Viewer:
      return "view";
    case app::RouteAccess::Admin:
      break;
  }
  return "admin";
}

std::string_view name_of(Who who) {
  constexpr std::array<std::string_view, 4> kNames{"open", "client", "view", "admin"};
  return kNames[static_cast<std::size_t>(who)];
}

constexpr std::array kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"};

/// Whether the row is asked by that method; a GET is as well by HEAD.
bool takes(const Row& row, std::string_view method) {
  return row.method == "*" || row.method == method || (method == "HEAD" && row.method == "GET");
}

/// Of a row that is not there: who may do so deletes nothing.
std::string plain_path(const std::string& pattern) {
  std::string path = pattern;
  for (std::size_t open = 0; (open = path.find('{')) != std::string::npos;)
    path.replace(open, path.find('}') - open + 1, "77");
  if (path.back() == '*') path.replace(path.size() - 1, 1, "models");
  return path;
}

std::string percent(char c) {
  constexpr const char* kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

/// Other spellings that some server or proxy somewhere takes for the same path.
std::vector<std::string> spellings(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = path.substr(0, slash);
  const std::string name = path.substr(slash + 1);
  std::string upper = path;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return {"/" + path,
          folder + "//" + name,
          path + "/",
          path + ".",
          path + "/.",
          path + ";a=b",
          path + "%00",
          path + "%20",
          folder + "/./" + name,
          folder + "/x/../" + name,
          folder + "/%2e/" + name,
          folder + "/x/%2e%2e/" + name,
          folder + "%2f" + name,
          folder + "/" + (name.empty() ? "%2e" : percent(name.front()) + name.substr(1)),
          folder + "\\" + name,
          upper,
          "/assets/.." + path,
          "/v1beta/.." + path,
          "/manage/..%2f.." + path,
          "http://127.0.0.1" + path};
}

/// What some servers take for another path, method or caller.
constexpr std::array kFields{"Host: 127.0.0.1:1\r\nX-Original-URL: /health/live\r\n",
                             "Host: 127.0.0.1\r\nX-Rewrite-URL: /health/live\r\n",
                             "Host: 127.0.0.1\r\nX-HTTP-Method-Override: GET\r\n",
                             "Host: 127.0.0.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n",
                             "Host: admin\r\n",
                             "Host: 127.0.0.1.\r\n"};

class AccessMatrix : public ::testing::Test {
 protected:
  // Before anybody was wrong: afterwards this address would have to wait for its next log-in.
  void SetUp() override {
    ASSERT_TRUE(server_.running()) << server_.log();
    for (int i = 0; i < 8; ++i) sessions_.push_back(log_in());
    ended_ = log_in();
    ask("POST", "/api/logout", kHost, "Cookie: " + ended_ + "\r\n");
    constexpr const char* kViewer = R"("name":"viewer","password":"viewers-password-7391")";
    const auto made = test::ask(server_.port(), "POST", "/api/manage/accounts/add",
                                "Content-Type: application/json\r\nCookie: " + sessions_.back() + "\r\n",
                                std::string("{\"role\":\"viewer\",") + kViewer + "}");
    ASSERT_TRUE(made);
    if (made->status == 404) return;
    ASSERT_EQ(made->status, 201) << made->body;
    for (int i = 0; i < 8; ++i) viewers_.push_back(log_in(std::string("{") + kViewer + "}"));
  }

  std::string log_in(const std::string& body = std::string(R"({"password":")") + ServerProcess::kAdmin +
                                               "\"}") {
    const auto answer =
        test::ask(server_.port(), "POST", "/api/login", "Content-Type: application/json\r\n", body);
    EXPECT_TRUE(answer && answer->status == 200);
    if (!answer || answer->status != 200) return {};
    const auto& cookie = answer->fields.at("set-cookie");
    return cookie.substr(0, cookie.find(';'));
  }

  /// A server without accounts has no viewers.
  [[nodiscard]] bool is_there(Caller caller) const {
    return caller != Caller::ViewerSession || !viewers_.empty();
  }

  std::string credential(Caller caller) {
    switch (caller) {
      case Caller::Nobody:
        return {};
      case Caller::Wrong:
        return "Authorization: Bearer wrong-secret-0123456789\r\nx-goog-api-key: wrong-secret-0123456789\r\n";
      case Caller::ClientToken:
        return "Authorization: Bearer " + std::string(ServerProcess::kToken) + "\r\n";
      case Caller::EndedSession:
        return "Cookie: " + ended_ + "\r\n";
      case Caller::ViewerSession:
        return "Cookie: " + viewers_.back() + "\r\n";
      case Caller::AdminSession:
        return "Cookie: " + sessions_.back() + "\r\n";
    }
    return {};
  }

  /// The status; 0 when there was none.
  int ask(const std::string& method, const std::string& target, const std::string& host,
          const std::string& credential) {
    const std::string body = method == "GET" || method == "HEAD" ? "" : "{}";
    const std::string request =
        method + " " + target + " HTTP/1.1\r\n" + host + credential +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        body;
    ++asked_;
    if (!client_) client_.emplace(server_.port());
    if (!client_->send(request)) {
      client_.emplace(server_.port());
      client_->send(request);
    }
    // The feed goes on for as long as its listener stays.
    if (method == "GET" && target == "/api/manage/live") {
      const auto head = client_->read_until("\r\n\r\n");
      client_.reset();
      return head.size() > 12 ? std::stoi(head.substr(9, 3)) : 0;
    }
    auto answer = client_->read_answer(std::chrono::seconds{20}, method == "HEAD");
    const bool closes = !answer || (answer->fields.contains("connection") &&
                                    answer->fields.at("connection").find("close") != std::string::npos);
    if (closes) client_.reset();
    last_ = answer.value_or(PlainAnswer{});
    return last_.status;
  }

  void check_plain(const Row& row, Caller caller, const std::string& method, const std::string& host) {
    const std::string path = plain_path(row.pattern);
    const int status = ask(method, path, host, credential(caller));
    const auto where = method + ' ' + path + " by caller " + std::to_string(static_cast<int>(caller)) + ": " +
                       std::to_string(status) + ' ' + last_.body.substr(0, 200);
    // A log-out, or a change of the own password, has ended it.
    if (path == "/api/logout" && caller == Caller::AdminSession && status < 400) sessions_.pop_back();
    if (path == "/api/logout" && caller == Caller::ViewerSession && status < 400) viewers_.pop_back();
    ASSERT_NE(status, 0) << where;
    if (!taken_by_somebody(method, path)) {
      EXPECT_TRUE(status == 404 || status == 405 || status == 400) << where;
    } else if (takes(row, method) && !may_use(caller, row.who)) {
      // Who was wrong too often is told to wait.
      EXPECT_TRUE(status == 401 || status == 403 || status == 429) << where;
    } else if (takes(row, method)) {
      EXPECT_TRUE(status != 401 && status != 403 && status != 405 && status != 500) << where;
    }
  }

  /// A path and method may belong to another row than the one that the path was made for.
  static bool taken_by_somebody(const std::string& method, const std::string& path) {
    return app::match_route(method, path).route != nullptr;
  }

  void check_spelling(const Row& row, const std::string& target, Caller caller) {
    const std::string method = row.method == "*" ? "POST" : row.method;
    const int status = ask(method, target, kHost, credential(caller));
    const auto where = method + ' ' + target + " by caller " + std::to_string(static_cast<int>(caller)) +
                       ": " + std::to_string(status) + ' ' + last_.body.substr(0, 200);
    EXPECT_NE(status, 0) << where;
    EXPECT_NE(status, 500) << where;
    if (row.who != Who::Open && !may_use(caller, row.who) && !opens_a_page(target)) {
      EXPECT_GE(status, 400) << where;
    }
  }

  /// The console's pages are one empty file, whatever stands where the page's name does.
  static bool opens_a_page(const std::string& target) {
    const auto match = app::match_route("GET", target.substr(0, target.find('?')));
    return match.route != nullptr && match.route->action == app::RouteAction::ConsolePage;
  }

  inline static const std::string kHost = "Host: 127.0.0.1\r\n";
  test::ScratchFolder folder_;
  ServerProcess server_{folder_.path(),
                        {{"KEY_STORAGE_MODE", "database"},
                         {"CHECK_ON_ADD", "off"},
                         {"KEY_REVEAL", "on"},
                         {"GEMINI_BASE_URL", "http://127.0.0.1:1"}}};
  std::vector<std::string> sessions_;
  std::vector<std::string> viewers_;
  std::string ended_;
  std::optional<PlainClient> client_;
  PlainAnswer last_;
  std::size_t asked_ = 0;
};

TEST(AccessRows, AreThoseOfTheServersTable) {
  std::set<std::string> expected;
  for (const auto& row : expected_rows()) {
    expected.insert(row.method + ' ' + row.pattern + ' ' + std::string(name_of(row.who)));
    // Closed to viewers as well is stricter than the row: the other test, which is one, would find that.
    if (row.who == Who::View) expected.insert(row.method + ' ' + row.pattern + " admin");
  }
  for (const auto& route : app::routes()) {
    const auto name = std::string(route.method) + ' ' + std::string(route.pattern) + ' ' +
                      std::string(name_of(route.access));
    EXPECT_TRUE(expected.contains(name)) << name << " has no row in access_rows.def";
  }
}

TEST_F(AccessMatrix, LetsNobodyInButThoseItNames) {
  for (const auto& row : expected_rows()) {
    for (const Caller caller : kCallers) {
      if (!is_there(caller)) continue;
      for (const char* method : kMethods) check_plain(row, caller, method, kHost);
    }
  }
  for (const auto& row : expected_rows()) {
    const std::string method = row.method == "*" ? "POST" : row.method;
    for (const char* fields : kFields) {
      check_plain(row, Caller::Nobody, method, fields);
      if (test::is_long_run()) check_plain(row, Caller::ClientToken, method, fields);
    }
    for (const auto& target : spellings(plain_path(row.pattern))) {
      check_spelling(row, target, Caller::Nobody);
      if (!test::is_long_run()) continue;
      for (const Caller caller :
           {Caller::Wrong, Caller::ClientToken, Caller::EndedSession, Caller::ViewerSession}) {
        if (is_there(caller)) check_spelling(row, target, caller);
      }
    }
  }
  test::note_promise("access-matrix", std::to_string(expected_rows().size()) + " routes, " +
                                          std::to_string(kCallers.size()) + " callers, " +
                                          std::to_string(kMethods.size()) + " methods, other spellings: " +
                                          std::to_string(asked_) + " requests, nobody let in who may not");
}

}  // namespace
}  // namespace geminate
