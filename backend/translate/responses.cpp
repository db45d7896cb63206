#include "backend/translate/responses.h"

#include <algorithm>
#include <array>

#include "backend/translate/responses_types.h"

namespace geminate::translate {
namespace {

/// What an answer repeats of its request, and says where the request was silent.
constexpr std::array<std::pair<const char*, const char*>, 21> kEcho{
    {{"background", "false"},
     {"frequency_penalty", "0.0"},
     {"instructions", "null"},
     {"max_output_tokens", "null"},
     {"max_tool_calls", "null"},
     {"metadata", "{}"},
     {"parallel_tool_calls", "true"},
     {"presence_penalty", "0.0"},
     {"previous_response_id", "null"},
     {"prompt_cache_key", "null"},
     {"prompt_cache_retention", "null"},
     {"reasoning", R"({"effort":null,"summary":null})"},
     {"safety_identifier", "null"},
     {"store", "true"},
     {"temperature", "1.0"},
     {"text", R"({"format":{"type":"text"},"verbosity":"medium"})"},
     {"tool_choice", "\"auto\""},
     {"tools", "[]"},
     {"top_logprobs", "0"},
     {"top_p", "1.0"},
     {"truncation", "\"disabled\""}}};

/// The object's members over those of `usual`.
std::string completed(const Json& given, const char* usual) {
  JsonDocument whole;
  whole.Parse(usual);
  if (!whole.IsObject() || !given.IsObject()) return to_text(given);
  for (const auto& [name, value] : given.GetObject()) {
    if (value.IsNull()) continue;
    Json key(name, whole.GetAllocator());
    Json copy(value, whole.GetAllocator());
    whole.RemoveMember(key);
    whole.AddMember(key, copy, whole.GetAllocator());
  }
  return to_text(whole);
}

std::string id_of(const Json& item, const ResponseRecord& record, std::size_t index) {
  const std::string_view own = text_member(item, "id");
  // "resp_abc" → "item_abc_3"
  return own.empty() ? "item" + record.id.substr(record.id.find('_')) + "_" + std::to_string(index)
                     : std::string(own);
}

/// An item as OpenAI lists it: with a type and an id.
void put_item(JsonWriter& writer, const Json& item, const std::string& id) {
  writer.StartObject();
  put_text(writer, "id", id);
  if (member(item, "type") == nullptr) put_text(writer, "type", "message");
  for (const auto& [name, value] : item.GetObject()) {
    if (text_of(name) == "id") continue;
    put_text(writer, text_of(name));
    value.Accept(writer);
  }
  writer.EndObject();
}

void put_text_or_null(JsonWriter& writer, const char* name, const std::string* text) {
  writer.Key(name);
  if (text == nullptr) {
    writer.Null();
  } else {
    put_text(writer, *text);
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> responses_echo(const Json& root) {
  std::vector<std::pair<std::string, std::string>> echo;
  for (const auto& [name, usual] : kEcho) {
    const Json* given = member(root, name);
    echo.emplace_back(name, given == nullptr ? usual : completed(*given, usual));
  }
  const Json* user = member(root, "user");
  echo.emplace_back("user", user == nullptr ? "null" : to_text(*user));
  echo.emplace_back("service_tier", "\"default\"");
  return echo;
}

Result<ResponsesTranslation> translate_responses(std::string_view body, const SignatureOf& signature_of,
                                                 const ResponseLookup& lookup) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_object(body, "the body", root));
  ResponsesRequest request(lookup);
  GEMINATE_CHECK_OK(read_responses_request(root, request));
  complete_signatures(request.conversation, signature_of);
  ResponsesTranslation translated;
  Translation& translation = translated.translation;
  translation.call = call_of(request.conversation, request.stream);
  translation.call.affinity_key = request.cache_key;
  if (request.store) {
    translated.record = std::make_shared<ResponseRecord>();
    translated.record->input = std::move(request.items);
  }
  request.answer.echo = responses_echo(root);
  translation.make_answer = [options = std::move(request.answer),
                             record = translated.record](AnswerContext context) {
    return std::make_unique<ResponsesAnswer>(std::move(context), options, record);
  };
  return translated;
}

Result<GeminiCall> translate_input_tokens(std::string_view body, const SignatureOf& signature_of,
                                          const ResponseLookup& lookup) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_object(body, "the body", root));
  ResponsesRequest request(lookup);
  GEMINATE_CHECK_OK(read_responses_request(root, request));
  complete_signatures(request.conversation, signature_of);
  return count_call_of(request.conversation);
}

Result<std::string> input_tokens_to_openai(std::string_view gemini_body) {
  JsonDocument root;
  GEMINATE_TRY([[maybe_unused]] const GeminiAnswer answer,
               read_gemini_answer(gemini_body, "Gemini's count", root));
  const Json* count = member(root, "totalTokens");
  // What is 0 is left out.
  const std::int64_t tokens = count != nullptr && count->IsInt64() ? count->GetInt64() : 0;
  return R"({"object":"response.input_tokens","input_tokens":)" + std::to_string(tokens) + "}";
}

std::string list_input_items(const ResponseRecord& record, const ItemPage& page) {
  JsonDocument document;
  const std::string list = R"({"items":[)" + record.input + "]}";
  std::vector<std::pair<std::string, const Json*>> items;
  if (parse_object(list, "the stored items", document).ok()) {
    for (const Json& item : document["items"].GetArray())
      items.emplace_back(id_of(item, record, items.size()), &item);
  }
  if (!page.oldest_first) std::reverse(items.begin(), items.end());
  const auto last =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.first == page.after; });
  const auto first = last == items.end() ? items.begin() : last + 1;
  const auto left = static_cast<std::size_t>(items.end() - first);
  const auto end = first + static_cast<std::ptrdiff_t>(std::min(left, page.limit));
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "object", "list");
  writer.Key("data");
  writer.StartArray();
  for (auto item = first; item != end; ++item) put_item(writer, *item->second, item->first);
  writer.EndArray();
  put_text_or_null(writer, "first_id", first == end ? nullptr : &first->first);
  put_text_or_null(writer, "last_id", first == end ? nullptr : &(end - 1)->first);
  writer.Key("has_more");
  writer.Bool(end != items.end());
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::string deleted_response(std::string_view id) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "id", id);
  put_text(writer, "object", "response");
  writer.Key("deleted");
  writer.Bool(true);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace geminate::translate
