#include "backend/auth/authenticator.h"

#include <mutex>
#include <string>

#include "backend/auth/hash_memo.h"
#include "backend/auth/token_entry.h"
#include "backend/auth/token_faults.h"
#include "backend/auth/token_moves.h"
#include "backend/auth/token_secret.h"
#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/random.h"
#include "backend/keys/published.h"
#include "backend/keys/row_pool.h"

namespace geminate::auth {
namespace {

/// Longer ones are refused unhashed; CLIENT_TOKENS cannot hold them either.
constexpr std::size_t kMaxSecret = 4096;

Error unauthenticated(std::string detail) {
  return Error{
      ErrorCode::Unauthenticated, "the client token is missing or not valid", std::move(detail), {}, {}};
}

std::string named(const ClientToken& token) { return "client token " + std::to_string(token.id); }

Error of_the_environment(std::string_view cannot) {
  return Error{ErrorCode::Forbidden,
               "this client token comes from CLIENT_TOKENS and can only " + std::string(cannot) + " there",
               {},
               {},
               {}};
}

ClientToken environment_row(std::int64_t id, const Secret& secret, const Secret& hash_key,
                            Timestamp started) {
  ClientToken row;
  row.id = id;
  row.secret_hash = crypto::keyed_hash(hash_key, secret.reveal());
  row.preview = secret.preview();
  row.created_at = started;
  row.origin = Origin::Environment;
  return row;
}

/// What stands for the admin where a token is expected. No secret leads to it.
std::shared_ptr<const TokenEntry> admin_entry() {
  auto entry = std::make_shared<TokenEntry>();
  entry->token.id = Authenticator::kAdminId;
  entry->token.description = "admin";
  entry->runtime = std::make_shared<TokenRuntime>(entry->token);
  return entry;
}

/// As far as its row and its address let it.
Result<TokenPass> admit_entry(std::shared_ptr<const TokenEntry> entry, const Now& now,
                              std::string_view peer) {
  const ClientToken& token = entry->token;
  if (!token.is_active) return unauthenticated(named(token) + " is disabled");
  if (token.expires_at && *token.expires_at <= now.wall)
    return unauthenticated(named(token) + " has expired");
  if (!entry->allows_address(peer)) {
    return Error{ErrorCode::Forbidden,
                 "the client token may not be used from " + std::string(peer.empty() ? "there" : peer),
                 named(token) + " has a list of addresses",
                 {},
                 {}};
  }
  return TokenPass(std::move(entry));
}

}  // namespace

struct Authenticator::Impl {
  Impl(TokenStore& token_store, Secret key)
      : store(token_store), hash_key(key.empty() ? crypto::random_key() : std::move(key)) {}

  TokenStore& store;
  audit::AuditLog* audit = nullptr;
  const std::shared_ptr<const TokenEntry> admin = admin_entry();
  const Secret hash_key;
  /// Of the tags in the threads' memos: another authenticator's memo must not know ours.
  const Secret tag_key{crypto::random_bytes(crypto::kShortTagKeyBytes)};
  /// Guards what follows, but for `published`, and the store. Workers never take it.
  std::mutex management;
  TokenBook book;
  keys::Published<TokenSnapshot> published{std::make_shared<const TokenSnapshot>()};

  void publish() { published.publish(book.snapshot()); }

  /// The entry that the secret stands for at that time, or null. Any thread.
  std::shared_ptr<const TokenEntry> entry_of(std::string_view secret, Timestamp at) const {
    thread_local HashMemo memo;
    const auto& snapshot = *published.read();
    const auto tag = crypto::short_tag(tag_key, secret);
    // What the hash stands for, and until when, is asked each time: rotation changes it.
    if (const auto hash = memo.find(tag)) return accepted(snapshot.find(*hash), *hash, at);
    const std::string hash = crypto::keyed_hash(hash_key, secret);
    auto entry = accepted(snapshot.find(hash), hash, at);
    // Only what is known is remembered: guesses would push the real ones out.
    if (entry != nullptr) memo.keep(tag, hash);
    return entry;
  }

  static std::shared_ptr<const TokenEntry> accepted(std::shared_ptr<const TokenEntry> entry,
                                                    std::string_view hash, Timestamp at) {
    return entry != nullptr && entry->accepts(hash, at) ? std::move(entry) : nullptr;
  }

  /// Takes a changed row in; the secret goes with its view.
  TokenCreated publish_with_secret(ClientToken row, const Secret& secret, const Now& now) {
    const std::int64_t id = row.id;
    book.put(std::move(row));
    publish();
    TokenCreated created;
    static_cast<ClientTokenView&>(created) = view_of(*book.find(id), now);
    created.token = secret.reveal();
    return created;
  }

  /// An edit of a row that no store holds.
  Result<ClientToken> edit_environment_row(std::int64_t id, const TokenPatch& patch, const Change& change) {
    const auto entry = book.find(id);
    if (entry == nullptr) return unknown_token(id);
    ClientToken row = entry->token;
    GEMINATE_CHECK_OK(edit_row(row, patch));
    if (audit != nullptr) GEMINATE_CHECK_OK(audit->append(token_change(change, &entry->token, &row)));
    return row;
  }
};

Authenticator::Authenticator(TokenStore& store, const std::vector<Secret>& environment_tokens,
                             Secret hash_key, audit::AuditLog* audit)
    : impl_(std::make_unique<Impl>(store, std::move(hash_key))) {
  impl_->audit = audit;
  const Timestamp started = now().wall;
  std::int64_t id = 0;
  for (const Secret& secret : environment_tokens) {
    if (secret.empty()) continue;
    ClientToken row = environment_row(id - 1, secret, impl_->hash_key, started);
    if (impl_->book.has_hash(row.secret_hash)) continue;
    impl_->book.put(std::move(row));
    --id;
  }
  impl_->publish();
}

Authenticator::~Authenticator() = default;

Status Authenticator::load() {
  const std::lock_guard lock(impl_->management);
  GEMINATE_TRY(auto rows, impl_->store.load());
  impl_->book.replace_stored(std::move(rows));
  impl_->publish();
  return Status::success();
}

Result<TokenCreated> Authenticator::add(const TokenDraft& draft, const Change& change, const Now& now) {
  GEMINATE_TRY(ClientToken row, token_from_draft(draft));
  const Secret secret = make_token_secret();
  row.secret_hash = crypto::keyed_hash(impl_->hash_key, secret.reveal());
  row.preview = secret.preview();
  row.origin = Origin::Console;
  const std::lock_guard lock(impl_->management);
  GEMINATE_TRY(row, impl_->store.insert(std::move(row), change));
  return impl_->publish_with_secret(std::move(row), secret, now);
}

Result<TokenCreated> Authenticator::rotate(std::int64_t id, const TokenRotation& rotation,
                                           const Change& change, const Now& now) {
  SecretChange next;
  GEMINATE_TRY(next.previous_valid_until, grace_end(rotation, now.wall));
  const Secret secret = make_token_secret();
  next.secret_hash = crypto::keyed_hash(impl_->hash_key, secret.reveal());
  next.preview = secret.preview();
  next.revision = rotation.revision;
  const std::lock_guard lock(impl_->management);
  if (id < 0 && impl_->book.find(id) != nullptr) return of_the_environment("be given another secret");
  GEMINATE_TRY(ClientToken row, impl_->store.rotate(id, next, change));
  return impl_->publish_with_secret(std::move(row), secret, now);
}

Result<ClientTokenView> Authenticator::update(std::int64_t id, const TokenPatch& patch, const Change& change,
                                              const Now& now) {
  const std::lock_guard lock(impl_->management);
  GEMINATE_TRY(ClientToken row, id < 0 ? impl_->edit_environment_row(id, patch, change)
                                       : impl_->store.update(id, patch, change));
  impl_->book.put(std::move(row));
  impl_->publish();
  return view_of(*impl_->book.find(id), now);
}

Status Authenticator::erase(std::int64_t id, const Change& change) {
  const std::lock_guard lock(impl_->management);
  if (id < 0 && impl_->book.find(id) != nullptr) return of_the_environment("be removed");
  GEMINATE_CHECK_OK(impl_->store.erase(id, change));
  impl_->book.remove(id);
  impl_->publish();
  return Status::success();
}

Status Authenticator::flush_findings() {
  const std::lock_guard lock(impl_->management);
  return keys::save_findings(impl_->book, impl_->store);
}

std::vector<ClientTokenView> Authenticator::list(const Now& now) const {
  return keys::views_of<ClientTokenView>(*impl_->published.snapshot(),
                                         [&now](const TokenEntry& entry) { return view_of(entry, now); });
}

bool Authenticator::knows(std::string_view secret, Timestamp now) const {
  return !secret.empty() && secret.size() <= kMaxSecret && impl_->entry_of(secret, now) != nullptr;
}

TokenPass Authenticator::admin_pass() const { return TokenPass(impl_->admin); }

Result<TokenPass> Authenticator::admit(std::string_view secret, const Now& now, std::string_view peer) {
  if (secret.empty() || secret.size() > kMaxSecret)
    return unauthenticated("no token, or one too long to be any");
  auto entry = impl_->entry_of(secret, now.wall);
  if (entry == nullptr) return unauthenticated("unknown client token");
  return admit_entry(std::move(entry), now, peer);
}

Result<TokenPass> Authenticator::admit_holder(std::int64_t token_id, const Now& now, std::string_view peer) {
  const auto& entries = impl_->published.read()->entries;
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [token_id](const auto& entry) { return entry->token.id == token_id; });
  if (found == entries.end()) return unauthenticated("the client token is no longer there");
  return admit_entry(*found, now, peer);
}

}  // namespace geminate::auth
