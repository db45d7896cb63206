#include "backend/translate/anthropic_answer.h"

#include <algorithm>

#include "backend/translate/json_reading.h"

namespace geminate::translate {
namespace {

void put_count(JsonWriter& writer, const char* name, std::int64_t count) {
  writer.Key(name);
  writer.Int64(count);
}

/// A content block that has been written to its end.
struct WholeBlock {
  const BlockStep* start = nullptr;
  std::string text;
  std::string signature;
  std::vector<const BlockStep*> citations;
};

std::vector<WholeBlock> gather(const BlockSteps& steps) {
  std::vector<WholeBlock> blocks;
  for (const BlockStep& step : steps) {
    if (step.kind == BlockStep::Kind::Start) {
      blocks.emplace_back().start = &step;
    } else if (step.kind == BlockStep::Kind::Signature) {
      blocks.back().signature = step.text;
    } else if (step.kind == BlockStep::Kind::Citation) {
      blocks.back().citations.push_back(&step);
    } else {
      blocks.back().text += step.text;
    }
  }
  return blocks;
}

void put_text_block(JsonWriter& writer, const WholeBlock& block) {
  put_text(writer, "type", "text");
  put_text(writer, "text", block.text);
  if (block.citations.empty()) return;
  writer.Key("citations");
  writer.StartArray();
  for (const BlockStep* citation : block.citations) {
    writer.StartObject();
    put_citation(writer, *citation);
    writer.EndObject();
  }
  writer.EndArray();
}

void put_tool_block(JsonWriter& writer, const WholeBlock& block, const char* type) {
  put_text(writer, "type", type);
  put_text(writer, "id", block.start->id);
  put_text(writer, "name", block.start->name);
  writer.Key("input");
  writer.RawValue(block.text.data(), block.text.size(), rapidjson::kObjectType);
}

void put_block(JsonWriter& writer, const WholeBlock& block) {
  writer.StartObject();
  switch (block.start->block) {
    case BlockStep::Block::Text:
      put_text_block(writer, block);
      break;
    case BlockStep::Block::Thinking:
      put_text(writer, "type", "thinking");
      put_text(writer, "thinking", block.text);
      put_text(writer, "signature", block.signature);
      break;
    case BlockStep::Block::ToolUse:
      put_tool_block(writer, block, "tool_use");
      put_caller(writer);
      break;
    case BlockStep::Block::ServerToolUse:
      put_tool_block(writer, block, "server_tool_use");
      break;
    case BlockStep::Block::CodeResult:
      put_code_result(writer, *block.start);
      break;
  }
  writer.EndObject();
}

}  // namespace

void put_citation(JsonWriter& writer, const BlockStep& step) {
  put_text(writer, "type", "web_search_result_location");
  put_text(writer, "url", step.url);
  put_text(writer, "title", step.title);
  put_text(writer, "cited_text", step.text);
  // What Anthropic finds its own page again by; there is none.
  put_text(writer, "encrypted_index", "");
}

void put_caller(JsonWriter& writer) {
  writer.Key("caller");
  writer.StartObject();
  put_text(writer, "type", "direct");
  writer.EndObject();
}

void put_code_result(JsonWriter& writer, const BlockStep& step) {
  put_text(writer, "type", "code_execution_tool_result");
  put_text(writer, "tool_use_id", step.id);
  writer.Key("content");
  writer.StartObject();
  put_text(writer, "type", "code_execution_result");
  put_text(writer, "stdout", step.failed ? "" : step.text);
  put_text(writer, "stderr", step.failed ? step.text : "");
  put_count(writer, "return_code", step.failed ? 1 : 0);
  writer.Key("content");
  writer.StartArray();
  writer.EndArray();
  writer.EndObject();
}

void MessagesAnswer::take(const GeminiAnswer& answer, BlockSteps& out) {
  if (answer.usage) usage_ = answer.usage;
  if (ended_) return;
  if (answer.candidates.empty() && !answer.block_reason.empty()) {
    refuse(refusal_text("The prompt", answer.block_reason, answer.block_message), out);
  }
  for (const Candidate& candidate : answer.candidates) {
    if (candidate.index == 0) take_candidate(candidate, out);
  }
  keep_signatures();
}

void MessagesAnswer::close(BlockSteps& out) {
  if (!ended_) ending_ = ending_of({}, blocks_.has_called_tools());
  blocks_.close(out);
  keep_signatures();
}

void MessagesAnswer::keep_signatures() {
  for (CallSignature& signature : blocks_.take_signatures()) signatures_.push_back(std::move(signature));
}

void MessagesAnswer::take_candidate(const Candidate& candidate, BlockSteps& out) {
  for (const Piece& piece : candidate.pieces) blocks_.add(piece, out);
  blocks_.cite(candidate.citations, out);
  searches_ += candidate.searches.size();
  if (candidate.finish_reason.empty()) return;
  ending_ = ending_of(candidate.finish_reason, blocks_.has_called_tools());
  ended_ = true;
  if (ending_ == Ending::Filtered)
    refuse(refusal_text("The answer", candidate.finish_reason, candidate.finish_message), out);
}

void MessagesAnswer::refuse(std::string why, BlockSteps& out) {
  ending_ = Ending::Filtered;
  ended_ = true;
  // Where nothing else is said, people read why.
  if (blocks_.is_empty()) blocks_.say(why, out);
  refusal_ = std::move(why);
}

std::string_view MessagesAnswer::stop_reason() const {
  switch (ending_) {
    case Ending::Length:
      return "max_tokens";
    case Ending::Filtered:
      return "refusal";
    case Ending::ToolCalls:
      return "tool_use";
    case Ending::Stop:
      break;
  }
  // Gemini does not tell a stop sequence from an end of its own.
  return "end_turn";
}

void MessagesAnswer::put_ending(JsonWriter& writer) const {
  put_text(writer, "stop_reason", stop_reason());
  writer.Key("stop_sequence");
  writer.Null();
  writer.Key("stop_details");
  if (refusal_.empty()) {
    writer.Null();
    return;
  }
  writer.StartObject();
  put_text(writer, "type", "refusal");
  writer.Key("category");
  writer.Null();
  put_text(writer, "explanation", refusal_);
  writer.EndObject();
}

void MessagesAnswer::put_opening(JsonWriter& writer) const {
  put_text(writer, "id", "msg_" + context_.id);
  put_text(writer, "type", "message");
  put_text(writer, "role", "assistant");
  put_text(writer, "model", context_.model);
}

void MessagesAnswer::put_counts(JsonWriter& writer) const {
  const Usage usage = usage_.value_or(Usage{});
  // Anthropic counts what came from the cache apart, Gemini as a part of the prompt.
  put_count(writer, "input_tokens",
            std::max<std::int64_t>(usage.prompt + usage.tool_prompt - usage.cached, 0));
  put_count(writer, "cache_creation_input_tokens", 0);
  put_count(writer, "cache_read_input_tokens", usage.cached);
  put_count(writer, "output_tokens", usage.candidates + usage.thoughts);
  if (usage.thoughts > 0) {
    writer.Key("output_tokens_details");
    writer.StartObject();
    put_count(writer, "thinking_tokens", usage.thoughts);
    writer.EndObject();
  }
  if (searches_ > 0) {
    writer.Key("server_tool_use");
    writer.StartObject();
    put_count(writer, "web_search_requests", static_cast<std::int64_t>(searches_));
    put_count(writer, "web_fetch_requests", 0);
    writer.EndObject();
  }
}

void MessagesAnswer::put_full_usage(JsonWriter& writer) const {
  writer.Key("usage");
  writer.StartObject();
  put_counts(writer);
  writer.Key("cache_creation");
  writer.StartObject();
  put_count(writer, "ephemeral_5m_input_tokens", 0);
  put_count(writer, "ephemeral_1h_input_tokens", 0);
  writer.EndObject();
  put_text(writer, "service_tier", "standard");
  writer.EndObject();
}

Result<std::string> MessagesAnswer::whole(std::string_view gemini_body) {
  JsonDocument root;
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(gemini_body, "Gemini's answer", root));
  BlockSteps steps;
  take(answer, steps);
  close(steps);
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_opening(writer);
  writer.Key("content");
  writer.StartArray();
  for (const WholeBlock& block : gather(steps)) put_block(writer, block);
  writer.EndArray();
  put_ending(writer);
  put_full_usage(writer);
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

Result<std::string> token_count_to_anthropic(std::string_view gemini_body) {
  JsonDocument root;
  Status parsed = parse_object(gemini_body, "Gemini's count", root);
  if (!parsed.ok()) return Error{ErrorCode::UpstreamFailed, parsed.error().message, {}, {}, {}};
  const Json* count = member(root, "totalTokens");
  // What is 0 is left out.
  const std::int64_t tokens = count != nullptr && count->IsInt64() ? count->GetInt64() : 0;
  return "{\"input_tokens\":" + std::to_string(tokens) + "}";
}

}  // namespace geminate::translate
