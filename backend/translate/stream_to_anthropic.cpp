#include "backend/translate/anthropic_answer.h"

namespace geminate::translate {
namespace {

/// One event; `put(writer)` writes the members after its type.
template <class Put>
void append_event(std::string& out, const char* type, Put put) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "type", type);
  put(writer);
  writer.EndObject();
  out.append("event: ").append(type);
  out.append("\ndata: ").append(buffer.GetString(), buffer.GetSize()).append("\n\n");
}

void put_index(JsonWriter& writer, const BlockStep& step) {
  writer.Key("index");
  writer.Uint64(step.index);
}

/// A tool's block as it begins: its input comes in deltas.
void put_tool_start(JsonWriter& writer, const BlockStep& step, const char* type) {
  put_text(writer, "type", type);
  put_text(writer, "id", step.id);
  put_text(writer, "name", step.name);
  writer.Key("input");
  writer.StartObject();
  writer.EndObject();
}

void put_start(JsonWriter& writer, const BlockStep& step) {
  put_index(writer, step);
  writer.Key("content_block");
  writer.StartObject();
  switch (step.block) {
    case BlockStep::Block::Text:
      put_text(writer, "type", "text");
      put_text(writer, "text", "");
      break;
    case BlockStep::Block::Thinking:
      put_text(writer, "type", "thinking");
      put_text(writer, "thinking", "");
      put_text(writer, "signature", "");
      break;
    case BlockStep::Block::ToolUse:
      put_tool_start(writer, step, "tool_use");
      put_caller(writer);
      break;
    case BlockStep::Block::ServerToolUse:
      put_tool_start(writer, step, "server_tool_use");
      break;
    case BlockStep::Block::CodeResult:
      put_code_result(writer, step);
      break;
  }
  writer.EndObject();
}

struct DeltaNames {
  const char* type;
  const char* member;
};

DeltaNames names_of(BlockStep::Kind kind) {
  switch (kind) {
    case BlockStep::Kind::Thinking:
      return {"thinking_delta", "thinking"};
    case BlockStep::Kind::Input:
      return {"input_json_delta", "partial_json"};
    case BlockStep::Kind::Signature:
      return {"signature_delta", "signature"};
    default:
      return {"text_delta", "text"};
  }
}

void put_delta(JsonWriter& writer, const BlockStep& step) {
  put_index(writer, step);
  writer.Key("delta");
  writer.StartObject();
  if (step.kind == BlockStep::Kind::Citation) {
    put_text(writer, "type", "citations_delta");
    writer.Key("citation");
    writer.StartObject();
    put_citation(writer, step);
    writer.EndObject();
  } else {
    const DeltaNames names = names_of(step.kind);
    put_text(writer, "type", names.type);
    put_text(writer, names.member, step.text);
  }
  writer.EndObject();
}

constexpr std::string_view kPing = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

}  // namespace

void MessagesAnswer::append_start(std::string& out) const {
  append_event(out, "message_start", [this](JsonWriter& writer) {
    writer.Key("message");
    writer.StartObject();
    put_opening(writer);
    writer.Key("content");
    writer.StartArray();
    writer.EndArray();
    for (const char* name : {"stop_reason", "stop_sequence", "stop_details"}) {
      writer.Key(name);
      writer.Null();
    }
    put_full_usage(writer);
    writer.EndObject();
  });
  out.append(kPing);
}

void MessagesAnswer::append_steps(std::string& out, const BlockSteps& steps) const {
  for (const BlockStep& step : steps) {
    if (step.kind == BlockStep::Kind::Start) {
      append_event(out, "content_block_start", [&](JsonWriter& writer) { put_start(writer, step); });
    } else if (step.kind == BlockStep::Kind::Stop) {
      append_event(out, "content_block_stop", [&](JsonWriter& writer) { put_index(writer, step); });
    } else {
      append_event(out, "content_block_delta", [&](JsonWriter& writer) { put_delta(writer, step); });
    }
  }
}

Result<std::string> MessagesAnswer::feed(std::string_view event_data) {
  JsonDocument root;
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(event_data, "Gemini's event", root));
  BlockSteps steps;
  take(answer, steps);
  std::string out;
  if (!started_) append_start(out);
  started_ = true;
  append_steps(out, steps);
  return out;
}

std::string MessagesAnswer::finish() {
  std::string out;
  if (!started_) append_start(out);
  started_ = true;
  BlockSteps steps;
  close(steps);
  append_steps(out, steps);

  append_event(out, "message_delta", [this](JsonWriter& writer) {
    writer.Key("delta");
    writer.StartObject();
    put_ending(writer);
    writer.EndObject();
    writer.Key("usage");
    writer.StartObject();
    put_counts(writer);
    writer.EndObject();
  });
  append_event(out, "message_stop", [](JsonWriter&) {});
  return out;
}

std::string MessagesAnswer::error_event(const Error& error) const {
  return "event: error\ndata: " + anthropic_error_body(error) + "\n\n";
}

std::string_view MessagesAnswer::keep_alive() const { return kPing; }

}  // namespace geminate::translate
