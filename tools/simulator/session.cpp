#include "tools/simulator/session.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdio>
#include <limits>

#include "tools/simulator/google_errors.h"

namespace geminate::simulator {
namespace {

namespace http = boost::beast::http;

using Parser = http::request_parser<http::string_body>;

struct Incoming {
  Request request;
  bool keep_alive = true;
};

Incoming taken_from(Parser& parser) {
  auto message = parser.release();
  Incoming incoming;
  incoming.keep_alive = message.keep_alive();
  incoming.request.method = std::string(message.method_string());
  incoming.request.target = std::string(message.target());
  for (const auto& field : message) {
    incoming.request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  incoming.request.body = std::move(message.body());
  return incoming;
}

// Nothing when the client left or what it sent is no HTTP (then it was told so).
asio::awaitable<std::optional<Incoming>> read_request(Wire& wire) {
  Parser parser;
  parser.eager(true);
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  parser.header_limit(256 * 1024);
  bool continued = false;
  while (!parser.is_done()) {
    if (wire.input().empty()) {
      co_await wire.more_input();
      if (wire.gone()) co_return std::nullopt;
    }
    boost::system::error_code failure;
    const std::size_t used = parser.put(asio::buffer(wire.input()), failure);
    wire.input().erase(0, used);
    if (failure == http::error::need_more) {
      co_await wire.more_input();
      if (wire.gone()) co_return std::nullopt;
    } else if (failure) {
      const std::string answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      co_await wire.write(answer, 0);
      wire.close();
      co_return std::nullopt;
    }
    if (!continued && parser.is_header_done() && !parser.is_done() &&
        parser.get()[http::field::expect] != "") {
      continued = true;
      const std::string answer = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await wire.write(answer, 0);
    }
  }
  co_return taken_from(parser);
}

std::string head_of(const Reply& reply, bool keep_alive) {
  const auto reason = http::obsolete_reason(http::int_to_status(reply.status));
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason) +
                     "\r\nContent-Type: " + reply.content_type + "\r\nServer: geminate-simulator\r\n";
  for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
  head += reply.streamed() ? "Transfer-Encoding: chunked\r\n"
                           : "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  return head + (keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

std::string as_chunks(std::string_view bytes, std::size_t chunk_bytes) {
  std::string chunks;
  while (!bytes.empty()) {
    const std::string_view chunk = chunk_bytes == 0 ? bytes : bytes.substr(0, chunk_bytes);
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", chunk.size());
    chunks += size;
    chunks += chunk;
    chunks += "\r\n";
    bytes.remove_prefix(chunk.size());
  }
  return chunks;
}

/// Sends one reply, spoiled as its behaviour wants; says how it ended. Each co_await stands in a statement of
/// its own, with named arguments: gcc 12 miscompiles some that are part of a larger expression.
class Delivery {
 public:
  using Ending = Ledger::Ending;

  Delivery(Wire& wire, const Reply& reply, const Behaviour& behaviour, bool keep_alive)
      : wire_(wire), reply_(reply), behaviour_(behaviour), keep_alive_(keep_alive) {}

  asio::awaitable<Ending> run(Ledger* ledger) {
    const bool still_there = co_await wire_.pause(behaviour_.latency);
    if (!still_there) co_return Ending::Cancelled;
    if (behaviour_.fault == Fault::StallBeforeHead) {
      co_await wire_.until_gone();
      co_return Ending::Cancelled;
    }
    if (behaviour_.fault == Fault::ResetBeforeHead) {
      wire_.reset();
      co_return Ending::BrokenOff;
    }
    if (ledger != nullptr) ledger->answering(reply_.status);
    pending_ = head_of(reply_, keep_alive_);
    const bool head_sent = co_await wire_.write(pending_, behaviour_.write_bytes);
    if (!head_sent) co_return Ending::Cancelled;
    if (reply_.streamed()) {
      co_await stream();
    } else {
      co_await plain();
    }
    co_return ending_;
  }

 private:
  [[nodiscard]] bool breaks_off() const {
    return behaviour_.fault == Fault::StallMidStream || behaviour_.fault == Fault::CutMidStream;
  }

  asio::awaitable<void> plain() {
    const std::size_t size = breaks_off() ? reply_.body.size() / 2 : reply_.body.size();
    const std::string_view part = std::string_view(reply_.body).substr(0, size);
    const bool sent = co_await wire_.write(part, behaviour_.write_bytes);
    if (sent && breaks_off()) {
      co_await break_off();
      co_return;
    }
    ending_ = sent ? Ending::Completed : Ending::Cancelled;
  }

  asio::awaitable<void> stream() {
    bool sent = true;
    for (std::size_t i = 0; i < reply_.piece_count && sent; ++i) {
      if (i > 0) sent = co_await wire_.pause(behaviour_.interval);
      if (!sent) break;
      pending_ = as_chunks(reply_.piece(i), behaviour_.chunk_bytes);
      const bool last = breaks_off() && i >= behaviour_.after;
      if (last) pending_.resize(behaviour_.fault == Fault::CutMidStream ? pending_.size() / 2 : 0);
      sent = co_await wire_.write(pending_, behaviour_.write_bytes);
      if (sent && last) {
        co_await break_off();
        co_return;
      }
    }
    pending_ = "0\r\n\r\n";
    if (sent) sent = co_await wire_.write(pending_, behaviour_.write_bytes);
    ending_ = sent ? Ending::Completed : Ending::Cancelled;
  }

  asio::awaitable<void> break_off() {
    if (behaviour_.fault == Fault::StallMidStream) {
      co_await wire_.until_gone();
      ending_ = Ending::Cancelled;
      co_return;
    }
    wire_.close();
    ending_ = Ending::BrokenOff;
  }

  Wire& wire_;
  const Reply& reply_;
  const Behaviour& behaviour_;
  bool keep_alive_;
  Ending ending_ = Ending::Cancelled;
  // What is being written; it outlives the write.
  std::string pending_;
};

}  // namespace

asio::awaitable<void> serve(std::shared_ptr<Wire> wire, Site& site) {
  site.ledger().connection_opened();
  while (!wire->gone()) {
    std::optional<Incoming> incoming = co_await read_request(*wire);
    if (!incoming) break;
    const Site::Decision decision = site.decide(incoming->request);
    Ledger* const ledger = decision.counted ? &site.ledger() : nullptr;
    Delivery delivery(*wire, decision.reply, decision.behaviour, incoming->keep_alive);
    const Ledger::Ending ending = co_await delivery.run(ledger);
    if (ledger != nullptr) ledger->request_ended(ending);
    if (!incoming->keep_alive) break;
  }
  wire->close();
  site.ledger().connection_closed();
}

}  // namespace geminate::simulator
