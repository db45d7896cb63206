// What an exchange does about files, cached contents and the like: they belong to the key that made them, so
// it asks that key alone, and remembers whose key has made what.
#include "backend/proxy/exchange.h"
#include "backend/upstream/resource_names.h"
#include "shared/core/ascii.h"

namespace geminate::proxy {
namespace {

bool have_one_project(const keys::ResourceOwner& one, const keys::ResourceOwner& other) {
  return one.key_id == other.key_id || (!one.project.empty() && one.project == other.project);
}

Error different_owners(const std::string& one, const std::string& other) {
  return Error{ErrorCode::BadRequest,
               one + " and " + other +
                   " were made with different upstream keys, so no key may use both; make one of them anew "
                   "in a request that names the other, or all of them anew",
               {},
               {},
               {}};
}

bool can_hold_names(std::string_view content_type) {
  return istarts_with(content_type, "application/json") || istarts_with(content_type, "text/event-stream");
}

}  // namespace

bool Exchange::is_owned() const { return plan_.resources != nullptr && plan_.resources->owner; }

Status Exchange::find_owner() {
  ResourceTrack* const track = plan_.resources.get();
  if (track == nullptr) return Status::success();
  if (track->upload) {
    track->owner = keys::ResourceOwner{track->upload->key_id, {}};
    track->owned = "this upload";
    return Status::success();
  }
  if (context_.owners == nullptr) return Status::success();
  const Timestamp at = context_.loop.now().wall;
  for (const std::string& name : track->named) {
    auto owner = context_.owners->find(name, at);
    if (!owner) continue;
    if (track->owner && !have_one_project(*track->owner, *owner)) return different_owners(track->owned, name);
    if (track->owner) continue;
    track->owner = std::move(owner);
    track->owned = name;
  }
  return Status::success();
}

/// That the owner rests passes. Gone, disabled or dead, it leaves the client one thing to do, which is what
/// it does when Google says that there is no such thing.
Error Exchange::owner_error(Error error) const {
  if (error.code == ErrorCode::RateLimited) {
    error.message =
        plan_.resources->owned + " can be used with the upstream key alone that made it: " + error.message;
    return error;
  }
  error.code = ErrorCode::NotFound;
  error.message = plan_.resources->owned + ": " + error.message + "; make it anew";
  return error;
}

void Exchange::begin_resources(const upstream::AnswerHead& head) {
  ResourceTrack* const track = plan_.resources.get();
  if (track == nullptr) return;
  track->scan.reset();
  track->remembered = 0;
  if (track->told_as && can_hold_names(head.header("content-type"))) track->scan.emplace(*track->told_as);
  pass_upload_addresses(head);
}

void Exchange::pass_upload_addresses(const upstream::AnswerHead& head) {
  if (context_.uploads == nullptr || request_.host().empty()) return;
  // Where the client reaches us, which is the proxy's own address if it came by one.
  const std::string origin = (request_.is_secure() ? "https://" : "http://") + std::string(request_.host());
  for (const std::string_view name : {"x-goog-upload-url", "x-goog-upload-control-url"}) {
    const std::string_view upstreams = head.header(name);
    if (upstreams.empty()) continue;
    const std::string ours =
        context_.uploads->address_for_client(upstreams, context_.settings.protocol.prefix(), origin,
                                             {pass_.token().id, lease_.key().id()}, context_.loop.now());
    if (!ours.empty()) downstream_.head.extra.append(name).append(": ").append(ours).append("\r\n");
  }
}

void Exchange::note_resources(std::string_view piece) {
  ResourceTrack* const track = plan_.resources.get();
  if (track == nullptr || !track->scan) return;
  track->scan->feed(piece);
  const auto& names = track->scan->names();
  // Before the client gets this piece: it may come back with the name at once.
  for (; track->remembered < names.size(); ++track->remembered) {
    const std::string& name = names[track->remembered];
    if (plan_.method != "GET" || !upstream::may_be_shared(name)) remember(name);
  }
}

void Exchange::end_resources() {
  ResourceTrack* const track = plan_.resources.get();
  if (track == nullptr || context_.owners == nullptr) return;
  // Its end may have come after its name.
  if (track->scan && track->scan->expires_at()) {
    for (const std::string& name : track->scan->names()) remember(name);
  }
  if (track->of_path.empty()) return;
  // What was served to this key is its project's.
  if (plan_.method == "DELETE") {
    if (track->path_is_whole) context_.owners->forget(track->of_path);
  } else if (!upstream::may_be_shared(track->of_path)) {
    remember(track->of_path);
  }
}

void Exchange::remember(const std::string& name) {
  if (context_.owners == nullptr) return;
  const keys::PoolEntry& key = lease_.key();
  Timestamp expires_at = context_.loop.now().wall;
  // Who made a thing knows better than who was only shown its name.
  if (plan_.method == "GET" && context_.owners->find(name, expires_at)) return;
  // Longer than it was said to live: that it may have been prolonged elsewhere costs nothing.
  const auto said = plan_.resources->scan ? plan_.resources->scan->expires_at() : std::nullopt;
  if (said && *said > expires_at) expires_at = *said;
  context_.owners->remember(name, {key.id(), key.project().name()}, expires_at + upstream::lifetime_of(name));
}

}  // namespace geminate::proxy
