// The walk through Gemini's pieces, and the events that tell of it
// (https://platform.openai.com/docs/api-reference/responses-streaming).
#include <algorithm>
#include <array>

#include "backend/translate/openai_answer.h"
#include "backend/translate/responses_answer.h"

namespace geminate::translate {
namespace {

void put_raw(JsonWriter& writer, const char* name, const std::string& json) {
  writer.Key(name);
  writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
}

void put_index(JsonWriter& writer, const char* name, std::size_t index) {
  writer.Key(name);
  writer.Uint64(index);
}

const auto kNothing = [](JsonWriter&) {};

template <class Put>
std::string part_text(const char* type, const char* member, std::string_view text, Put put) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "type", type);
  put(writer);
  put_text(writer, member, text);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::string part_text(const char* type, const char* member, std::string_view text) {
  return part_text(type, member, text, kNothing);
}

std::string citation_text(const Citation& citation, std::string_view text, std::size_t text_before) {
  const auto place = [&](std::size_t bytes) {
    return characters_in(text, bytes > text_before ? bytes - text_before : 0);
  };
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "type", "url_citation");
  put_index(writer, "start_index", place(citation.begin.value_or(0)));
  put_index(writer, "end_index", place(citation.end.value_or(text_before + text.size())));
  put_text(writer, "url", citation.uri);
  put_text(writer, "title", citation.title);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

/// Members of a JSON list.
std::string token_chances(const std::vector<TokenChances>& chances) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  put_token_chances(writer, chances);
  return {buffer.GetString() + 1, buffer.GetSize() - 2};
}

void add_once(std::vector<std::string>& list, std::string_view text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.emplace_back(text);
}

}  // namespace

template <class Put>
void ResponsesAnswer::say(std::string_view type, Put put) {
  if (!streams_) return;
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "type", type);
  put_index(writer, "sequence_number", sequence_++);
  put(writer);
  writer.EndObject();
  out_.append("event: ").append(type).append("\ndata: ");
  out_.append(buffer.GetString(), buffer.GetSize()).append("\n\n");
}

template <class Put>
void ResponsesAnswer::say_of(std::string_view type, std::size_t index, const std::string& id, Put put) {
  say(type, [&](JsonWriter& writer) {
    put_text(writer, "item_id", id);
    put_index(writer, "output_index", index);
    put(writer);
  });
}

void ResponsesAnswer::say_response(std::string_view type, const std::string& response) {
  say(type, [&](JsonWriter& writer) { put_raw(writer, "response", response); });
}

void ResponsesAnswer::begin() {
  if (streams_) return;
  streams_ = true;
  const std::string response = response_text("in_progress");
  say_response("response.created", response);
  say_response("response.in_progress", response);
}

Result<std::string> ResponsesAnswer::feed(std::string_view event_data) {
  JsonDocument root;
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(event_data, "Gemini's event", root));
  out_.clear();
  begin();
  take(answer);
  return std::move(out_);
}

std::string ResponsesAnswer::finish() {
  out_.clear();
  begin();
  const std::string response = complete();
  say_response(status_ == "completed" ? "response.completed" : "response.incomplete", response);
  return std::move(out_);
}

void ResponsesAnswer::take(const GeminiAnswer& answer) {
  if (answer.usage) usage_ = answer.usage;
  for (const Candidate& candidate : answer.candidates) {
    // There is no `n` in this dialect.
    if (candidate.index == 0) take_candidate(candidate);
  }
  if (answer.candidates.empty() && !answer.block_reason.empty())
    blocked_ = refusal_text("The prompt", answer.block_reason, answer.block_message);
}

void ResponsesAnswer::take_candidate(const Candidate& candidate) {
  take_searches(candidate);
  if (!streams_) say_searches();
  for (const Piece& piece : candidate.pieces) take_piece(piece);
  if (!candidate.logprobs.empty() && open_ && open_->kind == OpenItem::Kind::Message) {
    if (!open_->logprobs.empty()) open_->logprobs += ',';
    open_->logprobs += token_chances(candidate.logprobs);
  }
  annotate(candidate.citations);
  if (candidate.finish_reason.empty()) return;
  finish_reason_ = candidate.finish_reason;
  finish_message_ = candidate.finish_message;
}

void ResponsesAnswer::take_piece(const Piece& piece) {
  using Kind = Piece::Kind;
  switch (piece.kind) {
    case Kind::Thought:
      return take_thought(piece);
    case Kind::Text:
      return take_text(piece);
    case Kind::Code:
    case Kind::CodeResult:
      return take_code(piece);
    case Kind::Media:
      return take_image(piece);
    case Kind::ToolCall:
      return take_call(piece);
  }
}

void ResponsesAnswer::take_thought(const Piece& piece) {
  if (!piece.text.empty()) {
    OpenItem& item = open(OpenItem::Kind::Reasoning);
    if (item.text.empty()) {
      say_of("response.reasoning_summary_part.added", item.index, item.id, [](JsonWriter& writer) {
        put_index(writer, "summary_index", 0);
        put_raw(writer, "part", part_text("summary_text", "text", {}));
      });
    }
    item.text += piece.text;
    say_of("response.reasoning_summary_text.delta", item.index, item.id, [&](JsonWriter& writer) {
      put_index(writer, "summary_index", 0);
      put_text(writer, "delta", piece.text);
    });
  }
  take_signature(piece);
}

void ResponsesAnswer::take_text(const Piece& piece) {
  if (!piece.text.empty()) {
    OpenItem& item = open(OpenItem::Kind::Message);
    item.text += piece.text;
    has_text_ = true;
    say_of("response.output_text.delta", item.index, item.id, [&](JsonWriter& writer) {
      put_index(writer, "content_index", 0);
      put_text(writer, "delta", piece.text);
      put_raw(writer, "logprobs", "[]");
    });
  }
  take_signature(piece);
}

void ResponsesAnswer::take_signature(const Piece& piece) {
  if (!piece.signature.empty() && open_) open_->signature = piece.signature;
}

void ResponsesAnswer::take_code(const Piece& piece) {
  const bool is_program = piece.kind == Piece::Kind::Code;
  if (is_program) close("completed");
  OpenItem& item = open(OpenItem::Kind::Code);
  if (!is_program) {
    item.output += piece.text;
    return close("completed");
  }
  item.text = piece.text;
  const auto put_code = [&](const char* name) {
    return [&item, name](JsonWriter& writer) { put_text(writer, name, item.text); };
  };
  say_of("response.code_interpreter_call_code.delta", item.index, item.id, put_code("delta"));
  say_of("response.code_interpreter_call_code.done", item.index, item.id, put_code("code"));
  say_of("response.code_interpreter_call.interpreting", item.index, item.id, kNothing);
}

void ResponsesAnswer::take_image(const Piece& piece) {
  if (!piece.mime_type.starts_with("image/")) return;
  close("completed");
  ResponseItem item;
  const std::size_t index = reserve("ig_", item.id);
  const auto image = [&](std::string_view status, std::string_view data) {
    return part_text("image_generation_call", "id", item.id, [&](JsonWriter& writer) {
      put_text(writer, "status", status);
      writer.Key("result");
      if (data.empty()) {
        writer.Null();
      } else {
        put_text(writer, data);
      }
      put_text(writer, "output_format", piece.mime_type.substr(std::string_view("image/").size()));
    });
  };
  announce(index, image("in_progress", {}));
  say_of("response.image_generation_call.completed", index, item.id, kNothing);
  settle(index, image("completed", piece.data));
}

void ResponsesAnswer::take_call(const Piece& piece) {
  if (options_.one_call_only && calls_ > 0) return;
  if (options_.encrypted_content && !piece.signature.empty()) {
    open(OpenItem::Kind::Reasoning).signature = piece.signature;
  }
  close("completed");
  Call call = call_of(piece);
  ++calls_;
  constexpr std::array<const char*, 3> kPrefixes{"fc_", "ctc_", "tsc_"};
  const std::size_t index = reserve(kPrefixes[static_cast<std::size_t>(call.form)], call.id);
  announce(index, call_item(call, false));
  say_arguments(call, index);
  settle(index, call_item(call, true));
  if (!piece.signature.empty()) signatures_.push_back({call.call_id, std::string(piece.signature)});
}

void ResponsesAnswer::say_arguments(const Call& call, std::size_t index) {
  if (call.form == CallForm::Search) return;
  const bool is_function = call.form == CallForm::Function;
  say_of(is_function ? "response.function_call_arguments.delta" : "response.custom_tool_call_input.delta",
         index, call.id, [&](JsonWriter& writer) { put_text(writer, "delta", call.arguments); });
  say_of(is_function ? "response.function_call_arguments.done" : "response.custom_tool_call_input.done",
         index, call.id, [&](JsonWriter& writer) {
           if (is_function) put_text(writer, "name", call.name);
           put_text(writer, is_function ? "arguments" : "input", call.arguments);
         });
}

void ResponsesAnswer::take_searches(const Candidate& candidate) {
  for (const std::string_view search : candidate.searches) add_once(searches_, search);
  for (const Citation& citation : candidate.citations) add_once(sources_, citation.uri);
}

void ResponsesAnswer::annotate(const std::vector<Citation>& citations) {
  if (!open_ || open_->kind != OpenItem::Kind::Message) return;
  for (const Citation& citation : citations) {
    std::string annotation = citation_text(citation, open_->text, text_before_);
    auto& known = open_->annotations;
    // Gemini repeats them from event to event.
    if (std::find(known.begin(), known.end(), annotation) != known.end()) continue;
    say_of("response.output_text.annotation.added", open_->index, open_->id, [&](JsonWriter& writer) {
      put_index(writer, "content_index", 0);
      put_index(writer, "annotation_index", known.size());
      put_raw(writer, "annotation", annotation);
    });
    known.push_back(std::move(annotation));
  }
}

ResponsesAnswer::OpenItem& ResponsesAnswer::open(OpenItem::Kind kind) {
  if (open_ && open_->kind == kind) return *open_;
  close("completed");
  open_ = OpenItem();
  open_->kind = kind;
  switch (kind) {
    case OpenItem::Kind::Reasoning:
      open_reasoning();
      break;
    case OpenItem::Kind::Message:
      open_message();
      break;
    case OpenItem::Kind::Code:
      open_code();
      break;
  }
  return *open_;
}

void ResponsesAnswer::open_reasoning() {
  OpenItem& item = *open_;
  item.index = reserve("rs_", item.id);
  announce(item.index, reasoning_item(item));
}

void ResponsesAnswer::open_message() {
  OpenItem& item = *open_;
  item.index = reserve("msg_", item.id);
  announce(item.index, message_item(item, "in_progress", {}));
  say_of("response.content_part.added", item.index, item.id, [&](JsonWriter& writer) {
    put_index(writer, "content_index", 0);
    put_raw(writer, "part", text_part(item));
  });
}

void ResponsesAnswer::open_code() {
  OpenItem& item = *open_;
  item.index = reserve("ci_", item.id);
  announce(item.index, code_item(item, "in_progress"));
  say_of("response.code_interpreter_call.in_progress", item.index, item.id, kNothing);
}

void ResponsesAnswer::close(std::string_view status) {
  if (!open_) return;
  switch (open_->kind) {
    case OpenItem::Kind::Reasoning:
      close_reasoning();
      break;
    case OpenItem::Kind::Message:
      close_message(status);
      break;
    case OpenItem::Kind::Code:
      say_of("response.code_interpreter_call.completed", open_->index, open_->id, kNothing);
      settle(open_->index, code_item(*open_, "completed"));
      break;
  }
  open_.reset();
}

void ResponsesAnswer::close_reasoning() {
  const OpenItem& item = *open_;
  if (item.text.empty()) return settle(item.index, reasoning_item(item));
  say_of("response.reasoning_summary_text.done", item.index, item.id, [&](JsonWriter& writer) {
    put_index(writer, "summary_index", 0);
    put_text(writer, "text", item.text);
  });
  say_of("response.reasoning_summary_part.done", item.index, item.id, [&](JsonWriter& writer) {
    put_index(writer, "summary_index", 0);
    put_raw(writer, "part", part_text("summary_text", "text", item.text));
  });
  settle(item.index, reasoning_item(item));
}

void ResponsesAnswer::close_message(std::string_view status) {
  const OpenItem& item = *open_;
  say_of("response.output_text.done", item.index, item.id, [&](JsonWriter& writer) {
    put_index(writer, "content_index", 0);
    put_text(writer, "text", item.text);
    put_raw(writer, "logprobs", "[" + item.logprobs + "]");
  });
  say_of("response.content_part.done", item.index, item.id, [&](JsonWriter& writer) {
    put_index(writer, "content_index", 0);
    put_raw(writer, "part", text_part(item));
  });
  settle(item.index, message_item(item, status, text_part(item)));
  text_before_ += item.text.size();
}

void ResponsesAnswer::say_searches() {
  if (searches_.empty()) return;
  std::string id;
  const std::size_t index = reserve("ws_", id);
  announce(index, search_item(id, "in_progress"));
  for (const char* type : {"response.web_search_call.in_progress", "response.web_search_call.searching",
                           "response.web_search_call.completed"}) {
    say_of(type, index, id, kNothing);
  }
  settle(index, search_item(id, "completed"));
  searches_.clear();
}

void ResponsesAnswer::say_refusal(const std::string& refusal) {
  close("completed");
  OpenItem item;
  item.index = reserve("msg_", item.id);
  announce(item.index, message_item(item, "in_progress", {}));
  const auto say_part = [&](const char* type, const char* name, const std::string& json) {
    say_of(type, item.index, item.id, [&](JsonWriter& writer) {
      put_index(writer, "content_index", 0);
      put_raw(writer, name, json);
    });
  };
  const std::string part = part_text("refusal", "refusal", refusal);
  say_part("response.content_part.added", "part", part_text("refusal", "refusal", {}));
  for (const auto& [type, name] :
       {std::pair{"response.refusal.delta", "delta"}, std::pair{"response.refusal.done", "refusal"}}) {
    say_of(type, item.index, item.id, [&, name = name](JsonWriter& writer) {
      put_index(writer, "content_index", 0);
      put_text(writer, name, refusal);
    });
  }
  say_part("response.content_part.done", "part", part);
  settle(item.index, message_item(item, "incomplete", part));
}

std::size_t ResponsesAnswer::reserve(const char* prefix, std::string& id) {
  const std::size_t index = items_.size();
  id = prefix + context_.id + "_" + std::to_string(index);
  items_.push_back({id, {}});
  return index;
}

void ResponsesAnswer::announce(std::size_t index, const std::string& item) {
  say("response.output_item.added", [&](JsonWriter& writer) {
    put_index(writer, "output_index", index);
    put_raw(writer, "item", item);
  });
}

void ResponsesAnswer::settle(std::size_t index, std::string item) {
  items_[index].json = std::move(item);
  say("response.output_item.done", [&](JsonWriter& writer) {
    put_index(writer, "output_index", index);
    put_raw(writer, "item", items_[index].json);
  });
}

}  // namespace geminate::translate
