#include "backend/observe/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <string>
#include <utility>

#include "backend/observe/escape.h"
#include "backend/observe/line_writer.h"
#include "backend/observe/redactor.h"

namespace geminate::observe {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  static constexpr std::array kLevels{spdlog::level::trace, spdlog::level::debug, spdlog::level::info,
                                      spdlog::level::warn, spdlog::level::err};
  return kLevels[static_cast<std::size_t>(level)];
}

std::string_view level_name(spdlog::level::level_enum level) {
  static constexpr std::array<std::string_view, 5> kNames{"trace", "debug", "info", "warning", "error"};
  const auto index = static_cast<std::size_t>(level);
  return index < kNames.size() ? kNames[index] : "error";
}

/// "2026-01-31T08:00:00.123Z". The second's part is kept, as most lines share it with the one before.
void append_time(std::string& line, std::chrono::system_clock::time_point time) {
  thread_local std::int64_t cached_second = -1;
  thread_local std::array<char, 20> cached{};
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::int64_t second = milliseconds / 1000;
  if (second != cached_second) {
    const std::time_t whole = second;
    std::tm parts{};
    ::gmtime_r(&whole, &parts);
    std::strftime(cached.data(), cached.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    cached_second = second;
  }
  const auto fraction = static_cast<unsigned>(milliseconds % 1000);
  line.append(cached.data(), 19);
  line += '.';
  line += static_cast<char>('0' + fraction / 100);
  line += static_cast<char>('0' + fraction / 10 % 10);
  line += static_cast<char>('0' + fraction % 10);
  line += 'Z';
}

void append_number(std::string& line, auto number) {
  char digits[32];
  line.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  append_escaped(line, text);
  line += '"';
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) return true;
  }
  return false;
}

void append_value(std::string& line, const LogField::Value& value, Format format) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    // A char below the blank also means one beyond ASCII here, so that what goes unquoted is plain.
    if (format == Format::Json || needs_quotes(*text)) {
      append_quoted(line, *text);
    } else {
      line += *text;
    }
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    line += *truth ? "true" : "false";
  } else if (const auto* real = std::get_if<double>(&value)) {
    if (std::isfinite(*real)) {
      append_number(line, *real);
    } else {
      line += "null";
    }
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    append_number(line, *whole);
  } else {
    append_number(line, std::get<std::uint64_t>(value));
  }
}

/// Where spdlog hands its messages to: completes the line and passes it to the writer.
class BatchSink final : public spdlog::sinks::sink {
 public:
  BatchSink(LineWriter& writer, Format format) : writer_(writer), format_(format) {}

  void log(const spdlog::details::log_msg& message) override {
    thread_local std::string line;
    line.clear();
    if (format_ == Format::Json) {
      line += "{\"time\":\"";
      append_time(line, message.time);
      line.append("\",\"level\":\"").append(level_name(message.level)).append("\",");
      line.append(message.payload.data(), message.payload.size()).append("}\n");
    } else {
      append_time(line, message.time);
      line.append(" ").append(level_name(message.level)).append(" ");
      line.append(message.payload.data(), message.payload.size()).append("\n");
    }
    writer_.add(line, message.level >= spdlog::level::warn);
  }
  void flush() override { writer_.flush(); }
  // The lines' form is not spdlog's to choose.
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  LineWriter& writer_;
  const Format format_;
};

std::function<void(std::string_view)> or_standard_error(std::function<void(std::string_view)> write) {
  return write ? std::move(write) : std::function<void(std::string_view)>(write_to_standard_error);
}

}  // namespace

struct Log::Impl {
  explicit Impl(LogOptions options)
      : format(options.format),
        writer([this, write = or_standard_error(std::move(options.write))](
                   std::string_view lines) { write(redactor.redact(lines)); },
               options.batch, options.max_waiting_bytes),
        logger("geminate", std::make_shared<BatchSink>(writer, options.format)) {
    logger.set_level(to_spdlog(options.level));
  }

  const Format format;
  Redactor redactor;
  LineWriter writer;
  spdlog::logger logger;
};

Log::Log(LogOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Log::~Log() = default;

bool Log::enabled(Level level) const { return impl_->logger.should_log(to_spdlog(level)); }

void Log::set_level(Level level) { impl_->logger.set_level(to_spdlog(level)); }

void Log::log(Level level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!enabled(level)) return;
  thread_local std::string payload;
  payload.clear();
  const bool json = impl_->format == Format::Json;
  if (json) payload += "\"event\":";
  if (json) {
    append_quoted(payload, event);
  } else {
    append_escaped(payload, event);
  }
  for (const auto& field : fields) {
    if (json) {
      payload += ',';
      append_quoted(payload, field.name);
      payload += ':';
    } else {
      payload += ' ';
      payload += field.name;
      payload += '=';
    }
    append_value(payload, field.value, impl_->format);
  }
  impl_->logger.log(to_spdlog(level), spdlog::string_view_t(payload.data(), payload.size()));
}

void Log::register_secret(const Secret& secret) { impl_->redactor.add(secret); }

void Log::flush() { impl_->writer.flush(); }

std::uint64_t Log::dropped_lines() const { return impl_->writer.dropped(); }

}  // namespace geminate::observe
