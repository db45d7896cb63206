#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/core/result.h"

namespace geminate::simulator {

/// What goes wrong with one request. Each has the body that Google really sends in that case.
enum class Fault : std::uint8_t {
  None,
  /// 429 with QuotaFailure and RetryInfo.
  RateLimited,
  /// 429 whose time stands in the text only.
  RateLimitedText,
  /// 429 without details whose time stands in Retry-After.
  RateLimitedField,
  /// 429 without details.
  RateLimitedBare,
  /// 429 whose quota has the value 0: the model is not in this tier.
  NoQuota,
  /// 400 API_KEY_INVALID.
  InvalidKey,
  /// 403 CONSUMER_SUSPENDED.
  Suspended,
  /// 403 "reported as leaked".
  Leaked,
  /// 403 SERVICE_DISABLED.
  ServiceDisabled,
  /// 403 API_KEY_SERVICE_BLOCKED.
  PermissionDenied,
  /// 401.
  Unauthenticated,
  /// 400 FAILED_PRECONDITION: "User location is not supported".
  WrongLocation,
  /// `Behaviour::status`, a 5xx with Google's JSON body.
  ServerError,
  /// 502 with an HTML page, as Google's front end sends.
  HtmlError,
  /// `Behaviour::status` with the page for addresses that send "automated queries".
  SorryPage,
  /// 200 and JSON's content type, but no JSON.
  Garbage,
  /// A redirect to another host (nobody may follow it with our key).
  Redirect,
  /// The request is taken, nothing is ever answered.
  StallBeforeHead,
  /// The connection is reset in place of an answer.
  ResetBeforeHead,
  /// Head and `after` pieces, then silence until the client leaves.
  StallMidStream,
  /// Head, `after` pieces and half of another, then a close.
  CutMidStream,
  /// A 200 stream whose event number `after` is the error object of `Behaviour::status` (400: the key is
  /// invalid, 429: RateLimited, else ServerError); it then ends properly.
  ErrorInStream,
};

/// How one request is answered. Sizes are bytes; 0 means "as it comes".
struct Behaviour {
  Fault fault = Fault::None;
  /// For ServerError, SorryPage and ErrorInStream.
  unsigned status = 503;
  /// What a 429 asks for.
  std::chrono::milliseconds retry{36000};
  /// QuotaFailure's quotaId; empty: the requests-per-minute one.
  std::string quota;
  /// Before the head of the answer.
  std::chrono::milliseconds latency{0};
  /// Pieces of a stream, and the pause before each but the first.
  std::uint32_t chunks = 5;
  std::chrono::milliseconds interval{0};
  /// Pieces that go out in good order before a fault in the middle.
  std::uint32_t after = 1;
  /// Size of the HTTP chunks that a stream is cut into.
  std::size_t chunk_bytes = 0;
  /// Size of each single write to the socket (head and body alike).
  std::size_t write_bytes = 0;
  /// The answer's text is padded to this many bytes in all.
  std::uint64_t answer_bytes = 0;
  /// Errors come wrapped in a one-element array, as Google's OpenAI-compatible route does.
  bool array = false;
};

/// Reads "429,retry_ms=500" on top of `base`: a preset's name (see kPresets), name=value pairs, or both.
/// Pairs: status retry_ms quota latency_ms chunks interval_ms after chunk_bytes write_bytes answer_bytes
/// array.
Result<Behaviour> parse_behaviour(std::string_view text, Behaviour base = {});

/// What a key's own text asks for: "sim-429-anything" behaves like the preset "429". Nothing for other texts.
std::optional<Behaviour> behaviour_of_key(std::string_view key, const Behaviour& base);

struct Preset {
  std::string_view name;
  Fault fault;
  unsigned status;
};

inline constexpr std::array kPresets = {
    Preset{"ok", Fault::None, 200},
    Preset{"429", Fault::RateLimited, 429},
    Preset{"429text", Fault::RateLimitedText, 429},
    Preset{"429field", Fault::RateLimitedField, 429},
    Preset{"429bare", Fault::RateLimitedBare, 429},
    Preset{"limit0", Fault::NoQuota, 429},
    Preset{"dead", Fault::InvalidKey, 400},
    Preset{"suspended", Fault::Suspended, 403},
    Preset{"leaked", Fault::Leaked, 403},
    Preset{"disabled", Fault::ServiceDisabled, 403},
    Preset{"denied", Fault::PermissionDenied, 403},
    Preset{"401", Fault::Unauthenticated, 401},
    Preset{"location", Fault::WrongLocation, 400},
    Preset{"500", Fault::ServerError, 500},
    Preset{"503", Fault::ServerError, 503},
    Preset{"html", Fault::HtmlError, 502},
    Preset{"sorry", Fault::SorryPage, 429},
    Preset{"garbage", Fault::Garbage, 200},
    Preset{"redirect", Fault::Redirect, 302},
    Preset{"stall", Fault::StallBeforeHead, 0},
    Preset{"reset", Fault::ResetBeforeHead, 0},
    Preset{"stallmid", Fault::StallMidStream, 200},
    Preset{"cut", Fault::CutMidStream, 200},
    Preset{"errormid", Fault::ErrorInStream, 503},
};

}  // namespace geminate::simulator
