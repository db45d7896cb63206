#include "frontend-wasm/app/prompt.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "frontend-wasm/api/base64.h"
#include "frontend-wasm/api/query_text.h"

namespace geminate::ui {
namespace {

constexpr std::array<std::string_view, 5> kImageTypes = {"image/png", "image/jpeg", "image/webp",
                                                         "image/heic", "image/heif"};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// "0.7" of " .70": what JSON takes; nothing for what is no plain decimal number.
std::optional<std::string> decimal(std::string_view typed) {
  const std::string_view text = trimmed(typed);
  constexpr std::size_t kMostDigits = 12;
  return text.size() > kMostDigits ? std::nullopt : json_decimal(text);
}

std::optional<std::int64_t> integer(std::string_view typed) {
  const std::string_view text = trimmed(typed);
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool within(std::string_view typed, double most) {
  const auto number = decimal(typed);
  return number && read_decimal(*number).value_or(most + 1) <= most;
}

/// ASCII's own end of a record, which nobody types.
constexpr char kKeptEnd = '\x1e';

constexpr std::string PromptDraft::*kTextFields[] = {
    &PromptDraft::model,      &PromptDraft::system,          &PromptDraft::temperature, &PromptDraft::top_p,
    &PromptDraft::max_tokens, &PromptDraft::thinking_budget, &PromptDraft::stop};

void append_kept(std::string& text, std::string_view field) {
  std::copy_if(field.begin(), field.end(), std::back_inserter(text), [](char c) { return c != kKeptEnd; });
  text += kKeptEnd;
}

std::string next_kept(std::string_view& text) {
  const auto end = std::min(text.find(kKeptEnd), text.size());
  std::string field(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return field;
}

void put_blob(JsonText& json, const PromptImage& image,
              const std::function<std::string(const PromptImage&)>& data) {
  json.open('{');
  json.key("inlineData");
  json.open('{');
  json.key("mimeType");
  json.text(image.type);
  json.key("data");
  json.raw(data ? data(image) : "\"" + base64_encoded(image.bytes) + "\"");
  json.close();
  json.close();
}

void put_text(JsonText& json, std::string_view text) {
  json.open('{');
  json.key("text");
  json.text(text);
  json.close();
}

void put_turn(JsonText& json, const PromptTurn& turn,
              const std::function<std::string(const PromptImage&)>& data) {
  json.open('{');
  json.key("role");
  json.text(turn.by_model ? "model" : "user");
  json.key("parts");
  json.open('[');
  // Images first: so Google asks for one image and a text.
  for (const PromptImage& image : turn.images) put_blob(json, image, data);
  if (!turn.text.empty()) put_text(json, turn.text);
  json.close();
  json.close();
}

void put_parameters(JsonText& json, const PromptDraft& draft, bool thinks) {
  const auto stops = draft.stop_sequences();
  const auto temperature = decimal(draft.temperature);
  const auto top_p = decimal(draft.top_p);
  const auto most = integer(draft.max_tokens);
  const auto budget = thinks ? integer(draft.thinking_budget) : std::nullopt;
  if (!temperature && !top_p && !most && !budget && stops.empty()) return;
  json.key("generationConfig");
  json.open('{');
  const auto put = [&json](std::string_view name, const std::string& value) {
    json.key(name);
    json.raw(value);
  };
  if (temperature) put("temperature", *temperature);
  if (top_p) put("topP", *top_p);
  if (most) put("maxOutputTokens", std::to_string(*most));
  if (!stops.empty()) {
    json.key("stopSequences");
    json.open('[');
    for (const std::string& each : stops) json.text(each);
    json.close();
  }
  if (budget) {
    json.key("thinkingConfig");
    json.open('{');
    put("thinkingBudget", std::to_string(*budget));
    json.close();
  }
  json.close();
}

std::string free_name(const PromptDraft& draft, const std::string& wanted) {
  const auto taken = [&draft](const std::string& name) {
    for (const PromptTurn& turn : draft.turns) {
      for (const PromptImage& image : turn.images)
        if (image.name == name) return true;
    }
    return false;
  };
  std::string name = wanted;
  const auto dot = std::min(wanted.rfind('.'), wanted.size());
  for (int number = 2; taken(name); ++number)
    name = wanted.substr(0, dot) + "-" + std::to_string(number) + wanted.substr(dot);
  return name;
}

}  // namespace

std::string PromptDraft::model_name() const {
  constexpr std::string_view kPrefix = "models/";
  std::string_view name = trimmed(model);
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  return std::string(name);
}

std::vector<std::string> PromptDraft::stop_sequences() const {
  std::vector<std::string> all;
  std::string_view rest = stop;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (end > 0) all.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return all;
}

std::map<std::string, Message> faults_of(const PromptDraft& draft, bool thinks) {
  std::map<std::string, Message> faults;
  const auto fault = [&faults](const char* field, TextId what) { faults.emplace(field, Message{what, {}}); };
  if (draft.model_name().empty()) fault("model", TextId::PromptNoModel);
  if (std::all_of(draft.turns.begin(), draft.turns.end(),
                  [](const PromptTurn& turn) { return turn.empty(); }))
    fault("turns", TextId::PromptNothingToSay);
  const auto given = [](const std::string& typed) { return !trimmed(typed).empty(); };
  if (given(draft.temperature) && !within(draft.temperature, 2)) fault("temperature", TextId::PromptFrom0To2);
  if (given(draft.top_p) && !within(draft.top_p, 1)) fault("top_p", TextId::PromptFrom0To1);
  if (given(draft.max_tokens) && integer(draft.max_tokens).value_or(0) < 1)
    fault("max_tokens", TextId::PromptAtLeast1);
  if (thinks && given(draft.thinking_budget) && integer(draft.thinking_budget).value_or(-2) < -1)
    fault("thinking_budget", TextId::PromptBudgetRule);
  constexpr std::size_t kMostStops = 5;
  if (draft.stop_sequences().size() > kMostStops) fault("stop", TextId::PromptFiveStops);
  return faults;
}

std::string prompt_text(const PromptDraft& draft) {
  std::string text;
  for (const auto field : kTextFields) append_kept(text, draft.*field);
  for (const PromptTurn& turn : draft.turns) append_kept(text, (turn.by_model ? "m" : "u") + turn.text);
  return text;
}

PromptDraft read_prompt(std::string_view text) {
  PromptDraft draft;
  for (const auto field : kTextFields) draft.*field = next_kept(text);
  draft.turns.clear();
  while (!text.empty()) {
    const std::string turn = next_kept(text);
    if (!turn.empty()) draft.turns.push_back({turn.front() == 'm', turn.substr(1), {}});
  }
  if (draft.turns.empty()) draft.turns.emplace_back();
  return draft;
}

std::size_t image_count(const PromptDraft& draft) {
  std::size_t count = 0;
  for (const PromptTurn& turn : draft.turns) count += turn.images.size();
  return count;
}

std::string prompt_path(std::string_view root, const PromptDraft& draft) {
  return std::string(root) + "/v1beta/models/" + percent_encoded(draft.model_name()) +
         ":streamGenerateContent?alt=sse";
}

std::string prompt_body(const PromptDraft& draft, bool thinks,
                        const std::function<std::string(const PromptImage&)>& image) {
  JsonText json;
  json.open('{');
  if (!trimmed(draft.system).empty()) {
    json.key("systemInstruction");
    json.open('{');
    json.key("parts");
    json.open('[');
    put_text(json, draft.system);
    json.close();
    json.close();
  }
  json.key("contents");
  json.open('[');
  for (const PromptTurn& turn : draft.turns) {
    if (!turn.empty()) put_turn(json, turn, image);
  }
  json.close();
  put_parameters(json, draft, thinks);
  json.close();
  return json.str();
}

std::optional<Message> add_image(PromptDraft& draft, GivenFile file) {
  if (std::find(kImageTypes.begin(), kImageTypes.end(), file.type) == kImageTypes.end())
    return Message{TextId::ImageWrongType, {file.name}};
  std::uint64_t all = file.size;
  std::size_t count = 1;
  for (const PromptTurn& turn : draft.turns) {
    count += turn.images.size();
    for (const PromptImage& image : turn.images) all += image.bytes.size();
  }
  if (file.too_large() || all > kMostImageBytes)
    return Message{TextId::ImageTooLarge, {file.name, byte_count(file.size), byte_count(kMostImageBytes)}};
  if (count > kMostImages) return Message{TextId::ImagesTooMany, {std::to_string(kMostImages)}};
  auto turn = std::find_if(draft.turns.rbegin(), draft.turns.rend(),
                           [](const PromptTurn& each) { return !each.by_model; });
  if (turn == draft.turns.rend()) {
    draft.turns.emplace_back();
    turn = draft.turns.rbegin();
  }
  turn->images.push_back(
      {free_name(draft, file.name), std::move(file.type), std::move(file.bytes), ++draft.images_given});
  return std::nullopt;
}

std::string byte_count(std::uint64_t bytes) {
  constexpr std::uint64_t kKilo = 1024;
  constexpr std::uint64_t kMega = kKilo * kKilo;
  if (bytes < kKilo) return std::to_string(bytes) + " B";
  if (bytes < kMega) return std::to_string((bytes + kKilo / 2) / kKilo) + " kB";
  const std::uint64_t tenths = (bytes * 10 + kMega / 2) / kMega;
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text + " MB";
}

}  // namespace geminate::ui
