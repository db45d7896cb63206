#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/http/body_budget.h"
#include "backend/http/security_fields.h"
#include "backend/reactor/spare_blocks.h"

namespace geminate::http {

/// A header field of a message that was received; the views point into the message that owns it.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// Whose request it is, as far as the connection knows.
struct ClientOrigin {
  /// "203.0.113.7": the other end of the socket, or whom a trusted proxy there names.
  std::string address;
  /// The client's side is TLS.
  bool is_secure = false;
  /// The host that the client asked the proxy for, with its port; empty where nobody said so.
  std::string host;
};

/// A request that framing has accepted: complete, checked, its body decoded. Owns its bytes; may be moved,
/// and the views it hands out stay valid while it lives (they are kept as offsets).
class HttpRequest {
 public:
  HttpRequest() = default;
  HttpRequest(HttpRequest&&) = default;
  HttpRequest& operator=(HttpRequest&&) = default;

  [[nodiscard]] std::string_view method() const { return slice(method_); }
  /// Exactly as sent, e.g. "/v1beta/models/gemini:generateContent?alt=sse"; origin form always.
  [[nodiscard]] std::string_view target() const { return slice(target_); }
  [[nodiscard]] std::string_view path() const { return target().substr(0, path_length_); }
  /// Without the question mark.
  [[nodiscard]] std::string_view query() const;
  /// 0 for HTTP/1.0, 1 for HTTP/1.1.
  [[nodiscard]] int minor_version() const { return minor_version_; }

  [[nodiscard]] std::size_t field_count() const { return fields_.size(); }
  [[nodiscard]] Field field(std::size_t index) const {
    return {slice(fields_[index].name), slice(fields_[index].value)};
  }
  /// The first field of that name, trimmed; nothing where there is none.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;

  [[nodiscard]] const std::string& body() const { return body_; }
  /// Frees the body, in place of which `bytes` of something else are kept as long as the request.
  void body_became(std::size_t bytes) {
    std::string().swap(body_);
    body_takes(bytes);
  }
  /// What is kept of the body, in all its forms, counts as `bytes` from now on.
  void body_takes(std::size_t bytes) { body_lease_.resize(bytes); }

  /// The client's address, e.g. "127.0.0.1"; for logs, throttling and tokens that are bound to addresses.
  /// Behind one of TRUSTED_PROXIES it is the one that the proxy names, else the other end of the socket.
  [[nodiscard]] std::string_view peer() const {
    return origin_ ? std::string_view(origin_->address) : std::string_view();
  }
  /// Whether the client's side is TLS: ours, or that of a trusted proxy.
  [[nodiscard]] bool is_secure() const { return origin_ && origin_->is_secure; }
  /// The host (and port) that the client asked for; empty where it named none.
  [[nodiscard]] std::string_view host() const;

  // Framing fills these.
  struct Slice {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
  };
  struct FieldSlice {
    Slice name;
    Slice value;
  };
  std::string head_;
  Slice method_;
  /// Of head_, which holds it already.
  void set_target(Slice target);
  int minor_version_ = 1;
  bool keep_alive_ = true;
  /// What most clients send fits into one block.
  static constexpr std::size_t kUsualFields = 16;
  using FieldSlices = std::vector<FieldSlice, reactor::SpareAllocator<FieldSlice, kUsualFields>>;
  FieldSlices fields_;
  std::string body_;
  /// What the body takes of the budget that all bodies share; given back with the request.
  BodyLease body_lease_;
  /// Shared with the connection, which may be gone before the request is.
  std::shared_ptr<const ClientOrigin> origin_;

 private:
  [[nodiscard]] std::string_view slice(Slice s) const { return {head_.data() + s.offset, s.length}; }

  Slice target_;
  /// Of the target, up to its question mark: it is asked for again and again.
  std::uint32_t path_length_ = 0;
};

/// The head of an answer of ours. Names and values must be free of CR and LF; the responder drops those that
/// aren't. Connection, Content-Length, Transfer-Encoding, Date and what
/// security_fields.h lists are the responder's own.
struct ResponseHead {
  std::uint16_t status = 200;
  std::string_view content_type;
  AnswerKind kind = AnswerKind::Data;
  /// Further fields as ready-made lines: "x-request-id: abc\r\nretry-after: 1\r\n".
  std::string extra;
};

}  // namespace geminate::http
