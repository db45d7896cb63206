// What a response and its items look like. The walk through Gemini's pieces is in stream_to_responses.cpp.
#include "backend/translate/responses_answer.h"

#include <algorithm>

#include "backend/translate/openai_answer.h"
#include "backend/translate/responses_types.h"

namespace geminate::translate {
namespace {

template <class Put>
std::string object_text(Put put) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put(writer);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

void put_raw(JsonWriter& writer, const char* name, const std::string& json) {
  writer.Key(name);
  writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
}

void put_count(JsonWriter& writer, const char* name, std::int64_t count) {
  writer.Key(name);
  writer.Int64(count);
}

void put_null(JsonWriter& writer, const char* name) {
  writer.Key(name);
  writer.Null();
}

std::string list_of(const std::vector<std::string>& members) {
  std::string list = "[";
  for (const std::string& member : members) {
    if (list.size() > 1) list += ',';
    list += member;
  }
  return list + "]";
}

void put_token_usage(JsonWriter& writer, const Usage& usage) {
  writer.Key("usage");
  writer.StartObject();
  put_count(writer, "input_tokens", usage.prompt + usage.tool_prompt);
  writer.Key("input_tokens_details");
  writer.StartObject();
  put_count(writer, "cached_tokens", usage.cached);
  writer.EndObject();
  put_count(writer, "output_tokens", usage.candidates + usage.thoughts);
  writer.Key("output_tokens_details");
  writer.StartObject();
  put_count(writer, "reasoning_tokens", usage.thoughts);
  writer.EndObject();
  put_count(writer, "total_tokens", usage.total);
  writer.EndObject();
}

/// Why a response is not complete; empty for the others.
std::string_view reason_of(Ending ending) {
  if (ending == Ending::Length) return "max_output_tokens";
  return ending == Ending::Filtered ? "content_filter" : "";
}

}  // namespace

std::string ResponsesAnswer::reasoning_item(const OpenItem& item) const {
  return object_text([&](JsonWriter& writer) {
    put_text(writer, "id", item.id);
    put_text(writer, "type", "reasoning");
    writer.Key("summary");
    writer.StartArray();
    if (!item.text.empty()) {
      writer.StartObject();
      put_text(writer, "type", "summary_text");
      put_text(writer, "text", item.text);
      writer.EndObject();
    }
    writer.EndArray();
    if (options_.encrypted_content && !item.signature.empty())
      put_text(writer, "encrypted_content", std::string(kOurReasoning) + item.signature);
  });
}

std::string ResponsesAnswer::text_part(const OpenItem& item) {
  return object_text([&](JsonWriter& writer) {
    put_text(writer, "type", "output_text");
    put_raw(writer, "annotations", list_of(item.annotations));
    put_raw(writer, "logprobs", "[" + item.logprobs + "]");
    put_text(writer, "text", item.text);
  });
}

std::string ResponsesAnswer::message_item(const OpenItem& item, std::string_view status,
                                          const std::string& part) const {
  return object_text([&](JsonWriter& writer) {
    put_text(writer, "id", item.id);
    put_text(writer, "type", "message");
    put_text(writer, "status", status);
    put_text(writer, "role", "assistant");
    put_raw(writer, "content", "[" + part + "]");
    if (!item.signature.empty()) put_extra_content(writer, item.signature);
  });
}

std::string ResponsesAnswer::code_item(const OpenItem& item, std::string_view status) const {
  return object_text([&](JsonWriter& writer) {
    put_text(writer, "id", item.id);
    put_text(writer, "type", "code_interpreter_call");
    put_text(writer, "status", status);
    put_text(writer, "code", item.text);
    // Gemini has no containers that outlive an answer; the field is one that clients rely on.
    put_text(writer, "container_id", "cntr_" + context_.id);
    writer.Key("outputs");
    writer.StartArray();
    if (!item.output.empty()) {
      writer.StartObject();
      put_text(writer, "type", "logs");
      put_text(writer, "logs", item.output);
      writer.EndObject();
    }
    writer.EndArray();
  });
}

ResponsesAnswer::Call ResponsesAnswer::call_of(const Piece& piece) const {
  Call call;
  call.name = piece.name;
  call.signature = piece.signature;
  call.arguments = piece.arguments;
  // Beside the item's own id there is the call's, by which its result names it.
  call.call_id =
      piece.id.empty() ? "call_" + context_.id + "_" + std::to_string(calls_) : std::string(piece.id);
  const auto& custom = options_.custom_tools;
  if (std::find(custom.begin(), custom.end(), piece.name) != custom.end()) {
    call.form = CallForm::Custom;
    JsonDocument document;
    if (parse_object(piece.arguments, "the arguments", document).ok())
      call.arguments = text_member(document, "input");
  } else if (options_.client_searches && piece.name == kSearchTool) {
    call.form = CallForm::Search;
  }
  return call;
}

void ResponsesAnswer::put_call(JsonWriter& writer, const Call& call, bool is_complete) const {
  const std::string_view arguments = is_complete ? std::string_view(call.arguments) : std::string_view();
  switch (call.form) {
    case CallForm::Function:
      put_text(writer, "type", "function_call");
      put_text(writer, "arguments", arguments);
      put_text(writer, "name", call.name);
      for (const auto& [function, name] : options_.namespaces) {
        if (function == call.name) put_text(writer, "namespace", name);
      }
      break;
    case CallForm::Custom:
      put_text(writer, "type", "custom_tool_call");
      put_text(writer, "input", arguments);
      put_text(writer, "name", call.name);
      break;
    case CallForm::Search:
      put_text(writer, "type", "tool_search_call");
      put_text(writer, "execution", "client");
      put_raw(writer, "arguments", is_complete ? call.arguments : "{}");
      break;
  }
}

std::string ResponsesAnswer::call_item(const Call& call, bool is_complete) const {
  return object_text([&](JsonWriter& writer) {
    put_text(writer, "id", call.id);
    put_text(writer, "status", is_complete ? "completed" : "in_progress");
    put_text(writer, "call_id", call.call_id);
    put_call(writer, call, is_complete);
    if (is_complete && !call.signature.empty()) put_extra_content(writer, call.signature);
  });
}

std::string ResponsesAnswer::search_item(const std::string& id, std::string_view status) const {
  return object_text([&](JsonWriter& writer) {
    put_text(writer, "id", id);
    put_text(writer, "type", "web_search_call");
    put_text(writer, "status", status);
    if (status != "completed") return;
    writer.Key("action");
    writer.StartObject();
    put_text(writer, "type", "search");
    put_text(writer, "query", searches_.front());
    writer.Key("queries");
    writer.StartArray();
    for (const std::string& search : searches_) put_text(writer, search);
    writer.EndArray();
    if (options_.sources) {
      writer.Key("sources");
      writer.StartArray();
      for (const std::string& source : sources_) {
        writer.StartObject();
        put_text(writer, "type", "url");
        put_text(writer, "url", source);
        writer.EndObject();
      }
      writer.EndArray();
    }
    writer.EndObject();
  });
}

std::string ResponsesAnswer::response_text(std::string_view status) const {
  return object_text([&](JsonWriter& writer) {
    put_text(writer, "id", "resp_" + context_.id);
    put_text(writer, "object", "response");
    put_count(writer, "created_at", context_.created_unix);
    put_text(writer, "status", status);
    put_null(writer, "error");
    if (status == "incomplete") {
      const Ending ending = blocked_.empty() ? ending_of(finish_reason_, false) : Ending::Filtered;
      writer.Key("incomplete_details");
      writer.StartObject();
      put_text(writer, "reason", reason_of(ending));
      writer.EndObject();
    } else {
      put_null(writer, "incomplete_details");
    }
    put_text(writer, "model", context_.model);
    std::vector<std::string> output;
    for (const ResponseItem& item : items_) output.push_back(item.json);
    put_raw(writer, "output", list_of(output));
    for (const auto& [name, json] : options_.echo) put_raw(writer, name.c_str(), json);
    if (usage_ && status != "in_progress") {
      put_token_usage(writer, *usage_);
    } else {
      put_null(writer, "usage");
    }
  });
}

Result<std::string> ResponsesAnswer::whole(std::string_view gemini_body) {
  JsonDocument root;
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(gemini_body, "Gemini's answer", root));
  take(answer);
  return complete();
}

std::string ResponsesAnswer::complete() {
  const Ending ending = blocked_.empty() ? ending_of(finish_reason_, calls_ > 0) : Ending::Filtered;
  if (ending == Ending::Filtered && !has_text_) {
    say_refusal(blocked_.empty() ? refusal_text("The answer", finish_reason_, finish_message_) : blocked_);
  }
  status_ = reason_of(ending).empty() ? "completed" : "incomplete";
  say_searches();
  close(status_);
  std::string text = response_text(status_);
  if (record_) {
    record_->id = "resp_" + context_.id;
    record_->answer = text;
    record_->output = items_;
  }
  return text;
}

std::string ResponsesAnswer::error_event(const Error& error) const {
  const ErrorFace& face = face_of(error.code);
  const auto put_members = [&](JsonWriter& writer) {
    put_text(writer, "code", face.openai_code);
    put_text(writer, "message", error.message);
    writer.Key("param");
    if (error.field.empty()) {
      writer.Null();
    } else {
      put_text(writer, error.field);
    }
  };
  const std::string data = object_text([&](JsonWriter& writer) {
    put_text(writer, "type", "error");
    put_members(writer);
    writer.Key("sequence_number");
    writer.Uint64(sequence_);
    // As documented the members stand above; the official clients fail on an `error` object alone.
    writer.Key("error");
    writer.StartObject();
    put_text(writer, "type", face.openai_type);
    put_members(writer);
    writer.EndObject();
  });
  return "event: error\ndata: " + data + "\n\n";
}

}  // namespace geminate::translate
