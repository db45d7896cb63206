#include "tools/simulator/behaviour.h"

#include <charconv>

namespace geminate::simulator {
namespace {

const Preset* preset_named(std::string_view name) {
  for (const Preset& preset : kPresets) {
    if (preset.name == name) return &preset;
  }
  return nullptr;
}

void apply(const Preset& preset, Behaviour& behaviour) {
  behaviour.fault = preset.fault;
  if (preset.status != 0) behaviour.status = preset.status;
}

Error fault_in(std::string_view item, const char* what) {
  return {ErrorCode::BadRequest, "\"" + std::string(item) + "\" " + what, {}, "behaviour", {}};
}

bool set_number(std::string_view name, std::uint64_t value, Behaviour& behaviour) {
  const auto small = static_cast<std::uint32_t>(value);
  const std::chrono::milliseconds time(static_cast<std::int64_t>(small));
  if (name == "status") {
    behaviour.status = small;
  } else if (name == "retry_ms") {
    behaviour.retry = time;
  } else if (name == "latency_ms") {
    behaviour.latency = time;
  } else if (name == "interval_ms") {
    behaviour.interval = time;
  } else if (name == "chunks") {
    behaviour.chunks = small == 0 ? 1 : small;
  } else if (name == "after") {
    behaviour.after = small;
  } else if (name == "chunk_bytes") {
    behaviour.chunk_bytes = value;
  } else if (name == "write_bytes") {
    behaviour.write_bytes = value;
  } else if (name == "answer_bytes") {
    behaviour.answer_bytes = value;
  } else if (name == "array") {
    behaviour.array = value != 0;
  } else {
    return false;
  }
  return true;
}

Status apply_item(std::string_view item, Behaviour& behaviour) {
  const std::size_t equals = item.find('=');
  if (equals == std::string_view::npos) {
    const Preset* preset = preset_named(item);
    if (preset == nullptr) return fault_in(item, "is not the name of a behaviour");
    apply(*preset, behaviour);
    return Status::success();
  }
  const std::string_view name = item.substr(0, equals);
  const std::string_view value = item.substr(equals + 1);
  if (name == "quota") {
    behaviour.quota = value;
    return Status::success();
  }
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failure != std::errc() || end != value.data() + value.size()) return fault_in(item, "wants a number");
  if (!set_number(name, number, behaviour)) return fault_in(item, "is not a known setting");
  return Status::success();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Result<Behaviour> parse_behaviour(std::string_view text, Behaviour base) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view item = trimmed(text.substr(0, comma));
    if (!item.empty()) GEMINATE_CHECK_OK(apply_item(item, base));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return base;
}

std::optional<Behaviour> behaviour_of_key(std::string_view key, const Behaviour& base) {
  constexpr std::string_view kPrefix = "sim-";
  if (key.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  key.remove_prefix(kPrefix.size());
  const Preset* preset = preset_named(key.substr(0, key.find('-')));
  if (preset == nullptr) return std::nullopt;
  Behaviour behaviour = base;
  apply(*preset, behaviour);
  return behaviour;
}

}  // namespace geminate::simulator
