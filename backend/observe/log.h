#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <variant>

#include "shared/core/secret.h"

namespace geminate::observe {

enum class Level : std::uint8_t { Trace, Debug, Info, Warning, Error };
enum class Format : std::uint8_t { Text, Json };

/// One named value of a line. Holds a view of a text: it lives until the call to `log` returns.
struct LogField {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  LogField(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
  LogField(std::string_view field_name, const char* text) : name(field_name), value(std::string_view(text)) {}
  LogField(std::string_view field_name, bool truth) : name(field_name), value(truth) {}
  template <std::signed_integral T>
  LogField(std::string_view field_name, T number)
      : name(field_name), value(static_cast<std::int64_t>(number)) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) LogField(std::string_view field_name, T number)
      : name(field_name), value(static_cast<std::uint64_t>(number)) {}
  template <std::floating_point T>
  LogField(std::string_view field_name, T number) : name(field_name), value(static_cast<double>(number)) {}
  /// A Secret has no business in a log; a caller that means its masked form says `preview()`.
  LogField(std::string_view, const Secret&) = delete;

  std::string_view name;
  Value value;
};

struct LogOptions {
  Level level = Level::Info;
  Format format = Format::Text;
  /// Where finished lines go, several at a time, each ended by a newline; empty for standard error.
  /// Called on the log's own thread.
  std::function<void(std::string_view lines)> write;
  /// How long a line may wait to be written together with others. Warnings and errors do not wait.
  std::chrono::milliseconds batch{50};
  /// Lines beyond this many waiting bytes are dropped and counted: a reader of the log that stops must not
  /// stop the server.
  std::size_t max_waiting_bytes = 4 * 1024 * 1024;
};

/// The structured log. A line costs its caller the formatting and one short lock; redaction and writing
/// happen on the log's own thread, many lines at a time. Any thread may log. Destroying it writes what waits.
///
/// What looks like a credential (AIza…, AQ.…, gmt_…, Bearer …, ?key=…) and every registered secret is
/// replaced by
/// `[redacted]` wherever it stands in a line; control characters are escaped, so that one call is one line.
class Log {
 public:
  explicit Log(LogOptions options);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  [[nodiscard]] bool enabled(Level level) const;
  /// From now on lines below it are left out. Any thread.
  void set_level(Level level);
  /// `event` is a short constant name ("request", "key_disabled"); what varies goes into fields.
  void log(Level level, std::string_view event, std::initializer_list<LogField> fields);
  void error(std::string_view event, std::initializer_list<LogField> fields) {
    log(Level::Error, event, fields);
  }
  void warning(std::string_view event, std::initializer_list<LogField> fields) {
    log(Level::Warning, event, fields);
  }
  void info(std::string_view event, std::initializer_list<LogField> fields) {
    log(Level::Info, event, fields);
  }
  void debug(std::string_view event, std::initializer_list<LogField> fields) {
    log(Level::Debug, event, fields);
  }

  /// From now on this text never appears in the log. Texts under six characters are too common to be looked
  /// for. Any thread.
  void register_secret(const Secret& secret);

  /// Returns when every line logged before has been written. Any thread but the log's own.
  void flush();
  /// Lines that found no room. Any thread.
  [[nodiscard]] std::uint64_t dropped_lines() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace geminate::observe
