#include "backend/translate/gemini_answer.h"

#include <algorithm>
#include <array>

namespace geminate::translate {
namespace {

constexpr std::size_t kMostCandidates = 8;

constexpr std::array<std::string_view, 11> kFilterReasons = {
    "SAFETY",       "RECITATION",         "LANGUAGE",
    "BLOCKLIST",    "PROHIBITED_CONTENT", "SPII",
    "IMAGE_SAFETY", "IMAGE_RECITATION",   "IMAGE_PROHIBITED_CONTENT",
    "MODEL_ARMOR",  "IMAGE_OTHER"};

Piece piece_of(Piece::Kind kind, std::string_view text) {
  Piece piece;
  piece.kind = kind;
  piece.text = text;
  return piece;
}

Piece call_of(const Json& call) {
  Piece piece;
  piece.kind = Piece::Kind::ToolCall;
  piece.id = text_member(call, "id");
  piece.name = text_member(call, "name");
  const Json* arguments = member(call, "args");
  piece.arguments = arguments != nullptr && arguments->IsObject() ? to_text(*arguments) : "{}";
  return piece;
}

Piece media_of(const Json& data) {
  Piece piece;
  piece.kind = Piece::Kind::Media;
  piece.mime_type = text_member(data, "mimeType");
  piece.data = text_member(data, "data");
  return piece;
}

/// What the part holds; nothing for kinds of parts that aren't known.
std::optional<Piece> read_content(const Json& part) {
  const Json* thought = member(part, "thought");
  if (const Json* text = member(part, "text"); text != nullptr && text->IsString()) {
    const bool is_thought = thought != nullptr && thought->IsTrue();
    return piece_of(is_thought ? Piece::Kind::Thought : Piece::Kind::Text, text_of(*text));
  }
  if (const Json* call = member(part, "functionCall"); call != nullptr && call->IsObject())
    return call_of(*call);
  if (const Json* data = member(part, "inlineData"); data != nullptr) return media_of(*data);
  if (const Json* code = member(part, "executableCode"); code != nullptr)
    return piece_of(Piece::Kind::Code, text_member(*code, "code"));
  if (const Json* result = member(part, "codeExecutionResult"); result != nullptr) {
    Piece piece = piece_of(Piece::Kind::CodeResult, text_member(*result, "output"));
    piece.outcome = text_member(*result, "outcome");
    return piece;
  }
  return std::nullopt;
}

void read_part(const Json& part, Candidate& candidate) {
  if (!part.IsObject()) return;
  auto piece = read_content(part);
  const std::string_view signature = text_member(part, "thoughtSignature");
  if (!piece && !signature.empty()) piece.emplace();
  if (!piece) return;
  piece->signature = signature;
  candidate.pieces.push_back(*std::move(piece));
}

std::optional<std::size_t> offset(const Json& segment, const char* name) {
  const Json* value = member(segment, name);
  return value != nullptr && value->IsUint() ? std::optional<std::size_t>(value->GetUint()) : std::nullopt;
}

const Json* list_member(const Json& object, const char* name) {
  const Json* list = member(object, name);
  return list != nullptr && list->IsArray() ? list : nullptr;
}

/// The source that a support names by its number.
std::optional<Citation> source(const Json& chunks, const Json& number) {
  if (!number.IsUint() || number.GetUint() >= chunks.Size()) return std::nullopt;
  const Json& chunk = chunks[number.GetUint()];
  const Json* web = member(chunk, "web");
  if (web == nullptr) web = member(chunk, "maps");
  if (web == nullptr || text_member(*web, "uri").empty()) return std::nullopt;
  Citation citation;
  citation.uri = text_member(*web, "uri");
  citation.title = text_member(*web, "title");
  return citation;
}

void read_support(const Json& support, const Json& chunks, Candidate& candidate) {
  const Json* segment = member(support, "segment");
  const Json* numbers = list_member(support, "groundingChunkIndices");
  if (segment == nullptr || numbers == nullptr) return;
  for (const Json& number : numbers->GetArray()) {
    auto citation = source(chunks, number);
    if (!citation) continue;
    citation->begin = offset(*segment, "startIndex").value_or(0);
    citation->end = offset(*segment, "endIndex");
    citation->text = text_member(*segment, "text");
    candidate.citations.push_back(*citation);
  }
}

void read_grounding(const Json& grounding, Candidate& candidate) {
  if (const Json* queries = list_member(grounding, "webSearchQueries"); queries != nullptr) {
    for (const Json& query : queries->GetArray()) {
      if (query.IsString()) candidate.searches.push_back(text_of(query));
    }
  }
  const Json* chunks = list_member(grounding, "groundingChunks");
  if (chunks == nullptr) return;
  if (const Json* supports = list_member(grounding, "groundingSupports"); supports != nullptr) {
    for (const Json& support : supports->GetArray()) read_support(support, *chunks, candidate);
    return;
  }
  // Sources without a passage stand for the whole answer.
  for (rapidjson::SizeType i = 0; i < chunks->Size(); ++i) {
    if (auto citation = source(*chunks, Json(i)); citation) candidate.citations.push_back(*citation);
  }
}

TokenChance chance_of(const Json& object) {
  const Json* logprob = member(object, "logProbability");
  return {text_member(object, "token"), logprob != nullptr && logprob->IsNumber() ? logprob->GetDouble() : 0};
}

void read_logprobs(const Json& result, Candidate& candidate) {
  const Json* chosen = list_member(result, "chosenCandidates");
  const Json* top = list_member(result, "topCandidates");
  if (chosen == nullptr) return;
  for (rapidjson::SizeType i = 0; i < chosen->Size(); ++i) {
    TokenChances& chances = candidate.logprobs.emplace_back();
    chances.chosen = chance_of((*chosen)[i]);
    const Json* others = top == nullptr || i >= top->Size() ? nullptr : list_member((*top)[i], "candidates");
    if (others == nullptr) continue;
    for (const Json& other : others->GetArray()) chances.top.push_back(chance_of(other));
  }
}

Candidate read_candidate(const Json& object, std::size_t position) {
  Candidate candidate;
  candidate.index = position;
  if (const Json* index = member(object, "index"); index != nullptr && index->IsUint()) {
    candidate.index = std::min<std::size_t>(index->GetUint(), kMostCandidates - 1);
  }
  candidate.finish_reason = text_member(object, "finishReason");
  candidate.finish_message = text_member(object, "finishMessage");
  if (const Json* grounding = member(object, "groundingMetadata"); grounding != nullptr)
    read_grounding(*grounding, candidate);
  if (const Json* logprobs = member(object, "logprobsResult"); logprobs != nullptr)
    read_logprobs(*logprobs, candidate);
  const Json* content = member(object, "content");
  const Json* parts = content == nullptr ? nullptr : list_member(*content, "parts");
  if (parts == nullptr) return candidate;
  for (const Json& part : parts->GetArray()) read_part(part, candidate);
  return candidate;
}

Error upstream_error(const Json& error) {
  constexpr int kTooManyRequests = 429;
  const Json* code = member(error, "code");
  const bool limited = code != nullptr && code->IsInt() && code->GetInt() == kTooManyRequests;
  std::string message(text_member(error, "message"));
  if (message.empty()) message = "Gemini answered with an error";
  return {limited ? ErrorCode::RateLimited : ErrorCode::UpstreamFailed, std::move(message), {}, {}, {}};
}

}  // namespace

Result<GeminiAnswer> read_gemini_answer(std::string_view text, const char* what, JsonDocument& root) {
  Status parsed = parse_object(text, what, root);
  if (!parsed.ok()) return Error{ErrorCode::UpstreamFailed, parsed.error().message, {}, {}, {}};
  if (const Json* error = member(root, "error"); error != nullptr) return upstream_error(*error);
  GeminiAnswer answer;
  if (const Json* candidates = member(root, "candidates"); candidates != nullptr && candidates->IsArray()) {
    const std::size_t count = std::min<std::size_t>(candidates->Size(), kMostCandidates);
    for (std::size_t i = 0; i < count; ++i) {
      answer.candidates.push_back(read_candidate((*candidates)[static_cast<rapidjson::SizeType>(i)], i));
    }
  }
  if (const Json* feedback = member(root, "promptFeedback"); feedback != nullptr) {
    answer.block_reason = text_member(*feedback, "blockReason");
    answer.block_message = text_member(*feedback, "blockReasonMessage");
  }
  if (const Json* usage = member(root, "usageMetadata"); usage != nullptr) answer.usage = usage_of(*usage);
  return answer;
}

Ending ending_of(std::string_view gemini_reason, bool called_tools) {
  if (gemini_reason == "MAX_TOKENS") return Ending::Length;
  const bool filtered =
      std::find(kFilterReasons.begin(), kFilterReasons.end(), gemini_reason) != kFilterReasons.end();
  if (filtered) return Ending::Filtered;
  return called_tools ? Ending::ToolCalls : Ending::Stop;
}

std::string refusal_text(const char* what, std::string_view reason, std::string_view message) {
  std::string text = std::string(what) + " was blocked by Gemini (" + std::string(reason) + ")";
  return message.empty() ? text + "." : text + ": " + std::string(message);
}

std::string image_as_text(const Piece& piece) {
  return "![image](data:" + std::string(piece.mime_type) + ";base64," + std::string(piece.data) + ")";
}

std::string code_as_text(const Piece& piece) {
  const char* fence = piece.kind == Piece::Kind::Code ? "\n```python\n" : "\n```\n";
  return fence + std::string(piece.text) + "\n```\n";
}

std::size_t characters_in(std::string_view text, std::size_t bytes) {
  text = text.substr(0, bytes);
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool Candidate::calls_tools() const {
  return std::any_of(pieces.begin(), pieces.end(),
                     [](const Piece& piece) { return piece.kind == Piece::Kind::ToolCall; });
}

}  // namespace geminate::translate
