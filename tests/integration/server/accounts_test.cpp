// Who manages the built server: accounts, roles, sessions, second factors and whole keys.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "backend/auth/totp.h"
#include "shared/codec/codec.h"
#include "shared/dto/accounts.h"
#include "shared/dto/system.h"
#include "shared/dto/tokens.h"
#include "tests/support/plain_client.h"
#include "tests/support/server_process.h"

namespace geminate {
namespace {

using test::ask;
using test::PlainAnswer;
using test::ServerProcess;

const std::string kPassword = "correct horse battery";
const std::string kKey = "AIzaSyWholeWholeWholeWholeWholeWhole1";

Secret secret_of(const std::string& base32) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string bytes;
  unsigned kept = 0;
  int bits = 0;
  for (const char c : base32) {
    kept = kept << 5 | static_cast<unsigned>(kDigits.find(c));
    if ((bits += 5) >= 8) bytes.push_back(static_cast<char>(kept >> (bits -= 8)));
  }
  return Secret(bytes);
}

class AccountsOfAServer : public ::testing::Test {
 protected:
  void start(const std::string& mode, ServerProcess::Environment environment = {}) {
    server_.reset();
    environment.emplace("KEY_STORAGE_MODE", mode);
    environment.emplace("GEMINI_BASE_URL", "http://127.0.0.1:1");
    environment.emplace("CHECK_ON_ADD", "off");
    server_ = std::make_unique<ServerProcess>(folder_.path(), environment);
    ASSERT_TRUE(server_->running()) << server_->log();
  }
  PlainAnswer send(const std::string& fields, const std::string& method, const std::string& path,
                   const std::string& body = {}) {
    const auto answer =
        ask(server_->port(), method, path, "Content-Type: application/json\r\n" + fields, body);
    EXPECT_TRUE(answer) << "no answer\n" << server_->log();
    return answer.value_or(PlainAnswer{});
  }
  PlainAnswer as_admin(const std::string& method, const std::string& path, const std::string& body = {}) {
    return send("Authorization: Bearer " + std::string(ServerProcess::kAdmin) + "\r\n", method, path, body);
  }
  PlainAnswer login(const std::string& name, const std::string& password, const std::string& more = {},
                    const std::string& fields = {}) {
    return send(fields, "POST", "/api/login",
                R"({"name":")" + name + R"(","password":")" + password + '"' + more + "}");
  }
  /// The cookie as a header line.
  static std::string cookie_of(const PlainAnswer& answer) {
    const auto cookie = answer.fields.find("set-cookie");
    if (cookie == answer.fields.end()) return {};
    return "Cookie: " + cookie->second.substr(0, cookie->second.find(';')) + "\r\n";
  }
  std::string session(const std::string& name, const std::string& password = kPassword) {
    const auto answer = login(name, password);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return cookie_of(answer);
  }
  AccountView make(const std::string& name, const std::string& role) {
    const auto answer =
        as_admin("POST", "/api/manage/accounts/add",
                 R"({"name":")" + name + R"(","role":")" + role + R"(","password":")" + kPassword + "\"}");
    EXPECT_EQ(answer.status, 201) << answer.body;
    return codec::from_json<AccountView>(answer.body).value();
  }
  SessionView who(const std::string& fields) {
    return codec::from_json<SessionView>(send(fields, "GET", "/api/session").body).value();
  }
  SessionList sessions(const std::string& fields) {
    return codec::from_json<SessionList>(send(fields, "GET", "/api/manage/sessions/data").body).value();
  }
  std::string now_code(const Secret& secret, int steps_ahead = 0) {
    return auth::code_of(secret, auth::code_step(now().wall) + steps_ahead);
  }
  /// Puts a second factor on the caller's account.
  Secret enrol(const std::string& fields, const std::string& password) {
    const auto begun =
        send(fields, "POST", "/api/manage/second-factor/begin", R"({"password":")" + password + "\"}");
    EXPECT_EQ(begun.status, 200) << begun.body;
    const auto offer = codec::from_json<SecondFactorOffer>(begun.body);
    Secret secret = secret_of(offer.value().secret);
    const auto confirmed =
        send(fields, "POST", "/api/manage/second-factor/confirm", R"({"code":")" + now_code(secret) + "\"}");
    EXPECT_EQ(confirmed.status, 200) << confirmed.body;
    if (confirmed.status == 200)
      recovery_codes_ = codec::from_json<RecoveryCodes>(confirmed.body).value().recovery_codes;
    return secret;
  }

  test::ScratchFolder folder_;
  std::unique_ptr<ServerProcess> server_;
  std::vector<std::string> recovery_codes_;
};

TEST_F(AccountsOfAServer, LogInByNameAndAreThereAfterARestart) {
  start("database");
  make("Anna", "admin");
  const auto anna = session("anna");
  EXPECT_TRUE(who(anna).is_admin);
  EXPECT_EQ(who(anna).name, "Anna");
  EXPECT_EQ(login("anna", "wrong password").status, 401);
  EXPECT_EQ(login("nobody", "wrong password").status, 401);
  start("database");
  EXPECT_FALSE(who(anna).name) << "a restart ends sessions";
  EXPECT_TRUE(who(session("ANNA")).is_admin);
  const auto list = codec::from_json<AccountList>(as_admin("GET", "/api/manage/accounts/data").body).value();
  ASSERT_EQ(list.accounts.size(), 2U);
  EXPECT_TRUE(list.accounts[0].is_system);
  EXPECT_TRUE(list.accounts[1].last_login_at);
}

TEST_F(AccountsOfAServer, InMemoryModeAreNone) {
  start("memory");
  const auto refused = as_admin("POST", "/api/manage/accounts/add",
                                R"({"name":"anna","role":"viewer","password":"correct horse battery"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.body.find("KEY_STORAGE_MODE=database"), std::string::npos);
  const auto admin = session("admin", ServerProcess::kAdmin);
  EXPECT_EQ(send(admin, "POST", "/api/manage/second-factor/begin",
                 R"({"password":")" + std::string(ServerProcess::kAdmin) + "\"}")
                .status,
            409);
  EXPECT_EQ(send(admin, "PUT", "/api/manage/account/password",
                 R"({"current":"test-admin-secret-0123456789","new":"a password of her own"})")
                .status,
            403);
}

TEST_F(AccountsOfAServer, AViewerLooksAndChangesNothing) {
  start("database");
  make("vera", "viewer");
  const auto vera = session("vera");
  EXPECT_FALSE(who(vera).is_admin);
  EXPECT_EQ(who(vera).role, Role::Viewer);
  for (const char* path : {"/api/manage/keys/data", "/api/manage/tokens/data", "/api/manage/settings/data",
                           "/api/manage/requests", "/api/manage/sessions/data", "/api/manage/about"})
    EXPECT_EQ(send(vera, "GET", path).status, 200) << path;
  EXPECT_NE(send(vera, "GET", "/api/manage/keys/data").body.find(R"("is_admin":false)"), std::string::npos);
  EXPECT_NE(send(vera, "GET", "/api/manage/tokens/data").body.find(R"("is_admin":false)"), std::string::npos);
  EXPECT_EQ(send(vera, "GET", "/api/manage/accounts/data").status, 403);
  EXPECT_EQ(send(vera, "POST", "/api/manage/keys/add", R"({"key_string":"a-key-of-a-viewer"})").status, 403);
  EXPECT_EQ(send(vera, "PUT", "/api/manage/settings/update", R"({"changes":[]})").status, 403);
  EXPECT_EQ(send(vera, "POST", "/api/manage/keys/export", R"({"password":"correct horse battery"})").status,
            403);
  EXPECT_EQ(send(vera, "POST", "/api/manage/playground/v1beta/models/m:generateContent", "{}").status, 403);
}

TEST_F(AccountsOfAServer, ChangesToAnAccountEndItsSessions) {
  start("database");
  const auto anna = make("anna", "admin");
  const std::string path = "/api/manage/accounts/update/" + std::to_string(anna.id);
  for (const char* body :
       {R"({"role":"viewer"})", R"({"password":"another password of hers"})", R"({"is_active":false})"}) {
    const auto cookie = session("anna", kPassword);
    ASSERT_TRUE(who(cookie).name);
    ASSERT_EQ(as_admin("PUT", path, body).status, 200) << body;
    EXPECT_FALSE(who(cookie).name) << body;
    ASSERT_EQ(as_admin("PUT", path, R"({"is_active":true,"password":")" + kPassword + "\"}").status, 200);
  }
  const auto cookie = session("anna", kPassword);
  EXPECT_EQ(send(cookie, "DELETE", "/api/manage/accounts/delete/" + std::to_string(anna.id)).status, 403)
      << "a viewer may not, and nobody their own";
  EXPECT_EQ(as_admin("DELETE", "/api/manage/accounts/delete/" + std::to_string(anna.id)).status, 204);
  EXPECT_FALSE(who(cookie).name);
  EXPECT_EQ(as_admin("DELETE", "/api/manage/accounts/delete/0").status, 403);
}

TEST_F(AccountsOfAServer, APasswordOfOnesOwnEndsOnesOtherSessions) {
  start("database");
  make("vera", "viewer");
  const auto here = session("vera");
  const auto elsewhere = session("vera");
  const auto change = [&](const std::string& current, const std::string& fresh) {
    return send(here, "PUT", "/api/manage/account/password",
                R"({"current":")" + current + R"(","new":")" + fresh + "\"}");
  };
  EXPECT_EQ(change("not her password", "a password of her own").status, 401);
  EXPECT_EQ(change(kPassword, "short").status, 400);
  EXPECT_EQ(change(kPassword, ServerProcess::kAdmin).status, 400);
  EXPECT_EQ(change(kPassword, ServerProcess::kToken).status, 400);
  EXPECT_TRUE(who(elsewhere).name);
  EXPECT_EQ(change(kPassword, "a password of her own").status, 204);
  EXPECT_TRUE(who(here).name);
  EXPECT_FALSE(who(elsewhere).name);
  EXPECT_EQ(login("vera", kPassword).status, 401);
  EXPECT_EQ(login("vera", "a password of her own").status, 200);
}

TEST_F(AccountsOfAServer, ALogInGetsANewSessionWhateverTheBrowserBrought) {
  start("memory");
  const auto first = session("admin", ServerProcess::kAdmin);
  const std::string planted = "Cookie: geminate_session=" + std::string(64, 'a') + "\r\n";
  for (const std::string& brought : {first, planted}) {
    const auto answer = login("admin", ServerProcess::kAdmin, {}, brought);
    ASSERT_EQ(answer.status, 200);
    EXPECT_NE(cookie_of(answer), brought);
    EXPECT_TRUE(who(cookie_of(answer)).is_admin);
    EXPECT_FALSE(who(brought).name) << "and the one that was brought is worth nothing any more";
    EXPECT_NE(answer.fields.at("set-cookie").find("; Path=/; HttpOnly; SameSite=Strict"), std::string::npos);
    EXPECT_EQ(answer.fields.at("cache-control"), "no-store");
  }
}

TEST_F(AccountsOfAServer, SessionsAreListedAndEnded) {
  start("database");
  make("vera", "viewer");
  const auto admin = session("admin", ServerProcess::kAdmin);
  const auto vera =
      cookie_of(login("vera", kPassword, {}, "User-Agent: Browser/1 \xE9" + std::string(500, 'x') + "\r\n"));
  const auto vera_elsewhere = session("vera");
  const auto own = sessions(vera);
  ASSERT_EQ(own.sessions.size(), 2U);
  EXPECT_TRUE(own.sessions[1].is_current);
  EXPECT_FALSE(own.sessions[0].is_current);
  EXPECT_EQ(own.sessions[1].address, "127.0.0.1");
  EXPECT_EQ(own.sessions[1].user_agent.size(), 200U);
  const auto all = sessions(admin);
  ASSERT_EQ(all.sessions.size(), 3U);
  const auto admins = all.sessions[2];
  EXPECT_EQ(admins.account_name, "admin");
  const auto end = [&](const std::string& fields, std::int64_t id) {
    return send(fields, "DELETE", "/api/manage/sessions/delete/" + std::to_string(id)).status;
  };
  EXPECT_EQ(end(vera, admins.id), 404) << "somebody else's is none of hers";
  EXPECT_TRUE(who(admin).is_admin);
  EXPECT_EQ(end(vera, own.sessions[0].id), 204);
  EXPECT_FALSE(who(vera_elsewhere).name);
  EXPECT_EQ(end(admin, own.sessions[1].id), 204);
  EXPECT_FALSE(who(vera).name);
}

TEST_F(AccountsOfAServer, ASecondFactorIsAskedForAndEachCodeTakenOnce) {
  start("database");
  make("anna", "admin");
  const auto anna = session("anna");
  const Secret secret = enrol(anna, kPassword);
  EXPECT_TRUE(who(anna).has_second_factor);
  const auto asked = login("anna", kPassword);
  EXPECT_EQ(asked.status, 401);
  EXPECT_NE(asked.body.find(R"("code":"second_factor_required")"), std::string::npos);
  EXPECT_EQ(cookie_of(asked), "");
  EXPECT_EQ(login("anna", kPassword, R"(,"code":"123")").status, 401);
  const std::string code = R"(,"code":")" + now_code(secret, 1) + '"';
  EXPECT_EQ(login("anna", kPassword, code).status, 200);
  EXPECT_EQ(login("anna", kPassword, code).status, 401) << "a used one is used";
  const std::string recovery = R"(,"code":")" + recovery_codes_.at(4) + '"';
  EXPECT_EQ(login("anna", kPassword, recovery).status, 200);
  EXPECT_EQ(login("anna", kPassword, recovery).status, 401);
  EXPECT_EQ(send(anna, "POST", "/api/manage/second-factor/remove", R"({"password":"wrong password"})").status,
            401);
  EXPECT_EQ(
      send(anna, "POST", "/api/manage/second-factor/remove", R"({"password":")" + kPassword + "\"}").status,
      204);
  EXPECT_EQ(login("anna", kPassword).status, 200);
}

TEST_F(AccountsOfAServer, TheEnvironmentsAdminMayHaveASecondFactorToo) {
  start("database");
  const auto admin = session("admin", ServerProcess::kAdmin);
  const Secret secret = enrol(admin, ServerProcess::kAdmin);
  start("database");
  EXPECT_EQ(login("admin", ServerProcess::kAdmin).status, 401);
  EXPECT_EQ(login("admin", ServerProcess::kAdmin, R"(,"code":")" + now_code(secret, 1) + '"').status, 200);
  EXPECT_EQ(as_admin("GET", "/api/manage/keys/data").status, 200) << "scripts go on";
}

TEST_F(AccountsOfAServer, WholeKeysAreShownOnlyWhereTheEnvironmentSaysSo) {
  start("memory", {{"GEMINI_API_KEYS", kKey}});
  const std::string proof = R"({"password":"test-admin-secret-0123456789"})";
  EXPECT_EQ(as_admin("POST", "/api/manage/keys/reveal/1", proof).status, 403);
  EXPECT_EQ(as_admin("POST", "/api/manage/keys/export", proof).status, 403);
  EXPECT_FALSE(who(session("admin", ServerProcess::kAdmin)).can_reveal_keys);
  EXPECT_EQ(
      as_admin("PUT", "/api/manage/settings/update", R"({"changes":[{"name":"KEY_REVEAL","value":"on"}]})")
          .status,
      400)
      << "a stolen session cannot turn it on";
}

TEST_F(AccountsOfAServer, WholeKeysWantThePasswordOnceMoreAndAreFewInAnHour) {
  start("database", {{"KEY_REVEAL", "on"}});
  ASSERT_EQ(as_admin("POST", "/api/manage/keys/add", R"({"key_string":")" + kKey + "\"}").status, 201);
  const std::string proof = R"({"password":"test-admin-secret-0123456789"})";
  EXPECT_EQ(as_admin("POST", "/api/manage/keys/reveal/1", R"({"password":"wrong password"})").status, 401);
  EXPECT_EQ(as_admin("POST", "/api/manage/keys/reveal/1", "{}").status, 400);
  EXPECT_EQ(as_admin("POST", "/api/manage/keys/reveal/77", proof).status, 404);
  const auto admin = session("admin", ServerProcess::kAdmin);
  EXPECT_TRUE(who(admin).can_reveal_keys);
  const auto shown = send(admin, "POST", "/api/manage/keys/reveal/1", proof);
  ASSERT_EQ(shown.status, 200) << shown.body;
  EXPECT_EQ(codec::from_json<RevealedKey>(shown.body).value().key_string, kKey);
  EXPECT_EQ(shown.fields.at("cache-control"), "no-store");
  const auto exported = as_admin("POST", "/api/manage/keys/export", proof);
  ASSERT_EQ(exported.status, 200);
  EXPECT_EQ(codec::from_json<KeyExport>(exported.body).value().keys.at(0).key_string, kKey);
  for (int i = 2; i < 10; ++i)
    EXPECT_EQ(as_admin("POST", "/api/manage/keys/reveal/1", proof).status, 200) << i;
  const auto refused = as_admin("POST", "/api/manage/keys/reveal/1", proof);
  EXPECT_EQ(refused.status, 429);
  EXPECT_GT(std::stoi(refused.fields.at("retry-after")), 3000);
  EXPECT_EQ(server_->log().find(kKey), std::string::npos);
}

TEST_F(AccountsOfAServer, AnAdminSecretThatIsAStoredClientTokenStopsTheStart) {
  start("database");
  const auto made = codec::from_json<TokenCreated>(as_admin("POST", "/api/manage/tokens/add", "{}").body);
  ASSERT_TRUE(made.ok());
  server_.reset();
  ServerProcess equal(folder_.path(), {{"KEY_STORAGE_MODE", "database"},
                                       {"GEMINI_BASE_URL", "http://127.0.0.1:1"},
                                       {"ADMIN_API_KEY", made.value().token}});
  EXPECT_FALSE(equal.running());
  EXPECT_NE(equal.log().find("must not be a client token"), std::string::npos) << equal.log();
}

TEST_F(AccountsOfAServer, OfAFloodOfLogInsFromOneAddressFewAreLookedAt) {
  start("database");
  make("anna", "viewer");
  std::vector<std::unique_ptr<test::PlainClient>> clients;
  const std::string body = R"({"name":"anna","password":"a wrong password"})";
  const std::string request =
      "POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<test::PlainClient>(server_->port()));
    ASSERT_TRUE(clients.back()->send(request));
  }
  int wrong = 0;
  int turned_away = 0;
  for (const auto& client : clients) {
    const auto answer = client->read_answer();
    ASSERT_TRUE(answer);
    wrong += answer->status == 401 ? 1 : 0;
    turned_away += answer->status == 429 ? 1 : 0;
  }
  EXPECT_EQ(wrong + turned_away, 200);
  EXPECT_LE(wrong, 10) << "sent at once, from one address";
}

}  // namespace
}  // namespace geminate
