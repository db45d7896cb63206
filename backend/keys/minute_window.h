#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "shared/core/time.h"

namespace geminate::keys {

/// Requests and tokens of the last minute: a ring of 16 pieces of 4 seconds, each one atomic word, so that
/// any thread counts without a lock. A piece that is partly over still counts whole: what it says is the use
/// of the last 60 to 64 seconds, never less than that of the last 60.
class MinuteWindow {
 public:
  static constexpr std::int64_t kPieceMs = 4000;
  static constexpr std::size_t kPieces = 16;

  struct Use {
    std::int64_t requests = 0;
    std::int64_t tokens = 0;
  };
  /// Which piece of time it is, counted on.
  using Piece = std::int64_t;
  static Piece piece_of(MonotonicTime now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() / kPieceMs;
  }

  /// Counts in the present piece.
  void add(Piece piece, std::int64_t requests, std::int64_t tokens) { change(piece, requests, tokens); }
  /// Corrects what was counted in that piece; one that is over is left as it is.
  void correct(Piece piece, std::int64_t requests, std::int64_t tokens) {
    if (epoch_of(words_[index_of(piece)].load(std::memory_order_relaxed)) != epoch(piece)) return;
    change(piece, requests, tokens);
  }

  [[nodiscard]] Use use(Piece now) const {
    // In the words' own order and without branches: every choice of a key does this a few times.
    Use sum;
    const std::uint64_t present = epoch(now);
    for (const auto& each : words_) {
      const std::uint64_t word = each.load(std::memory_order_relaxed);
      const std::uint64_t age = (present - epoch_of(word)) & 0xFFFF;
      const std::int64_t mask = age < kPieces ? ~std::int64_t{0} : 0;
      sum.requests += requests_of(word) & mask;
      sum.tokens += tokens_of(word) & mask;
    }
    return sum;
  }

  /// In how many milliseconds the oldest pieces that hold `requests` requests or `tokens` tokens are all
  /// over; at least 1. 0 of either asks nothing of it.
  [[nodiscard]] std::int64_t frees_in(MonotonicTime now, std::int64_t requests, std::int64_t tokens) const {
    const Piece present = piece_of(now);
    Use freed;
    Piece piece = present - static_cast<Piece>(kPieces) + 1;
    for (; piece < present; ++piece) {
      const Use part = use_in(piece);
      freed.requests += part.requests;
      freed.tokens += part.tokens;
      if (freed.requests >= requests && freed.tokens >= tokens) break;
    }
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    return (piece + static_cast<Piece>(kPieces)) * kPieceMs - time;
  }

 private:
  // 16 bits of epoch, 16 of requests, 32 of tokens.
  static constexpr std::int64_t kMaxRequests = 0xFFFF;
  static constexpr std::int64_t kMaxTokens = 0xFFFFFFFF;
  static std::int64_t requests_of(std::uint64_t word) {
    return static_cast<std::int64_t>(word >> 32 & 0xFFFF);
  }
  static std::int64_t tokens_of(std::uint64_t word) { return static_cast<std::int64_t>(word & 0xFFFFFFFF); }
  static std::uint64_t within(std::int64_t amount, std::int64_t most) {
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(amount, 0, most));
  }
  static std::uint64_t epoch(Piece piece) { return static_cast<std::uint64_t>(piece) & 0xFFFF; }
  static std::uint64_t epoch_of(std::uint64_t word) { return word >> 48; }
  static std::size_t index_of(Piece piece) { return static_cast<std::size_t>(piece) % kPieces; }

  [[nodiscard]] Use use_in(Piece piece) const {
    const std::uint64_t word = words_[index_of(piece)].load(std::memory_order_relaxed);
    if (epoch_of(word) != epoch(piece)) return {};
    return {requests_of(word), tokens_of(word)};
  }

  void change(Piece piece, std::int64_t requests, std::int64_t tokens) {
    auto& word = words_[index_of(piece)];
    std::uint64_t seen = word.load(std::memory_order_relaxed);
    std::uint64_t next = 0;
    do {
      const bool same = epoch_of(seen) == epoch(piece);
      const std::int64_t all = (same ? requests_of(seen) : 0) + requests;
      const std::int64_t spent = (same ? tokens_of(seen) : 0) + tokens;
      next = epoch(piece) << 48 | within(all, kMaxRequests) << 32 | within(spent, kMaxTokens);
    } while (!word.compare_exchange_weak(seen, next, std::memory_order_relaxed));
  }

  std::array<std::atomic<std::uint64_t>, kPieces> words_{};
};

}  // namespace geminate::keys
