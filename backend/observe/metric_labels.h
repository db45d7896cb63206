#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace geminate::observe {

/// The values a label can have; KeyEventKind (shared/dto/health.h) is one under the names it has there.
/// `Count` is last and no value. The names are promises to dashboards: add at the end.
enum class Dialect : std::uint8_t { Gemini, Openai, Anthropic, Management, Other, Count };
enum class StatusClass : std::uint8_t {
  Informational,
  Success,
  Redirect,
  ClientError,
  ServerError,
  Cut,
  Count
};
enum class AttemptVerdict : std::uint8_t {
  Fine,
  Dead,
  Suspect,
  Limited,
  NoQuotaForModel,
  WrongOwner,
  ClientFault,
  UpstreamFault,
  Egress,
  Count
};
enum class UpstreamFailure : std::uint8_t {
  Resolve,
  Connect,
  Tls,
  Broken,
  ConnectTimeout,
  FirstByteTimeout,
  IdleTimeout,
  TotalTimeout,
  Address,
  Proxy,
  Count
};
/// What a check of a key proved.
enum class CheckResult : std::uint8_t { Valid, Dead, Suspect, Limited, Unknown, Count };
enum class Direction : std::uint8_t { In, Out, Count };
enum class Surface : std::uint8_t { Client, Admin, Count };

template <class Label>
inline constexpr std::array<std::string_view, static_cast<std::size_t>(Label::Count)> kLabelNames{};

template <>
inline constexpr std::array<std::string_view, 5> kLabelNames<Dialect>{"gemini", "openai", "anthropic",
                                                                      "management", "other"};
template <>
inline constexpr std::array<std::string_view, 6> kLabelNames<StatusClass>{"1xx", "2xx", "3xx",
                                                                          "4xx", "5xx", "cut"};
template <>
inline constexpr std::array<std::string_view, 9> kLabelNames<AttemptVerdict>{
    "fine",        "dead",         "suspect",        "limited", "no_quota_for_model",
    "wrong_owner", "client_fault", "upstream_fault", "egress"};
template <>
inline constexpr std::array<std::string_view, 10> kLabelNames<UpstreamFailure>{
    "resolve",      "connect",       "tls",     "broken", "connect_timeout", "first_byte_timeout",
    "idle_timeout", "total_timeout", "address", "proxy"};
template <>
inline constexpr std::array<std::string_view, 5> kLabelNames<CheckResult>{"valid", "dead", "suspect",
                                                                          "limited", "unknown"};
template <>
inline constexpr std::array<std::string_view, 2> kLabelNames<Direction>{"in", "out"};
template <>
inline constexpr std::array<std::string_view, 2> kLabelNames<Surface>{"client", "admin"};

/// The class of a status that was sent; `Cut` is for answers that ended early and is never returned here.
constexpr StatusClass status_class(int status) {
  if (status < 200) return StatusClass::Informational;
  if (status < 300) return StatusClass::Success;
  if (status < 400) return StatusClass::Redirect;
  return status < 500 ? StatusClass::ClientError : StatusClass::ServerError;
}

}  // namespace geminate::observe
