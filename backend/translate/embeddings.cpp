// https://platform.openai.com/docs/api-reference/embeddings as
// https://ai.google.dev/api/embeddings#method:-models.batchembedcontents
#include "backend/translate/embeddings.h"

#include <bit>
#include <optional>
#include <vector>

#include "backend/crypto/encoding.h"
#include "backend/translate/field_lists.h"
#include "backend/translate/gemini_answer.h"
#include "backend/translate/request_fields.h"

namespace geminate::translate {
namespace {

/// What Gemini takes in one call, and says so when there are more: "at most 100 requests can be in one
/// batch".
constexpr std::size_t kMostTexts = 100;
constexpr std::int64_t kMostDimensions = 3072;
constexpr std::size_t kBytesPerToken = 4;

struct EmbeddingsRequest {
  std::string model;
  std::vector<std::string_view> texts;
  std::optional<std::int64_t> dimensions;
  bool base64 = false;
};

Status read_model(const char* field, const Json& value, EmbeddingsRequest& request) {
  GEMINATE_TRY(request.model, read_model_name(field, value));
  return Status::success();
}

Status add_text(const std::string& path, const Json& value, EmbeddingsRequest& request) {
  if (value.IsInt() || value.IsArray())
    return unsupported_field(path, "Gemini embeds texts: give the text in place of its tokens");
  if (!value.IsString()) return bad_field(path, "must be a string");
  if (value.GetStringLength() == 0) return bad_field(path, "must not be empty");
  request.texts.push_back(text_of(value));
  return Status::success();
}

Status read_input(const char* field, const Json& value, EmbeddingsRequest& request) {
  if (!value.IsArray()) return add_text(field, value, request);
  if (value.Empty()) return bad_field(field, "must not be empty");
  for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
    const std::string place = std::string(field) + "[" + std::to_string(i) + "]";
    GEMINATE_CHECK_OK(add_text(value[i].IsInt() ? field : place, value[i], request));
  }
  if (request.texts.size() > kMostTexts) {
    return bad_field(field, "can hold " + std::to_string(kMostTexts) +
                                " texts at most, which is what Gemini takes in one call");
  }
  return Status::success();
}

Status read_dimensions(const char* field, const Json& value, EmbeddingsRequest& request) {
  GEMINATE_TRY(request.dimensions, read_integer(field, value, 1, kMostDimensions));
  return Status::success();
}

Status read_encoding(const char* field, const Json& value, EmbeddingsRequest& request) {
  const std::string_view format = value.IsString() ? text_of(value) : std::string_view();
  if (format != "float" && format != "base64") return bad_field(field, "must be \"float\" or \"base64\"");
  request.base64 = format == "base64";
  return Status::success();
}

Status accept(const char*, const Json&, EmbeddingsRequest&) { return Status::success(); }

// Every field that is understood. What becomes of each stands in docs/FIELDS.md, which is made of this list.
constexpr RequestField<EmbeddingsRequest> kFields[] = {
    {"model", read_model, "the path; aliases are looked up"},
    {"input", read_input, "`requests[].content`, up to 100 texts; tokens are refused"},
    {"dimensions", read_dimensions, "`requests[].outputDimensionality`"},
    {"encoding_format", read_encoding, "ours: `float`, or `base64` of 32-bit floats"},
    {"user", accept, "accepted, a label"},
};

std::string gemini_body(const EmbeddingsRequest& request) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("requests");
  writer.StartArray();
  for (const std::string_view text : request.texts) {
    writer.StartObject();
    put_text(writer, "model", "models/" + request.model);
    writer.Key("content");
    writer.StartObject();
    writer.Key("parts");
    writer.StartArray();
    writer.StartObject();
    put_text(writer, "text", text);
    writer.EndObject();
    writer.EndArray();
    writer.EndObject();
    if (request.dimensions) {
      writer.Key("outputDimensionality");
      writer.Int64(*request.dimensions);
    }
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

/// Little-endian floats of 32 bits, as OpenAI's clients decode them.
std::string base64_of(const Json& values) {
  std::string bytes;
  bytes.reserve(values.Size() * sizeof(float));
  for (const Json& value : values.GetArray()) {
    const auto bits = std::bit_cast<std::uint32_t>(value.IsNumber() ? value.GetFloat() : 0.0F);
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(bits >> (8 * i) & 0xff);
  }
  return crypto::base64_encode(bytes);
}

void put_count(JsonWriter& writer, const char* name, std::int64_t count) {
  writer.Key(name);
  writer.Int64(count);
}

Status put_data(JsonWriter& writer, const Json& root, bool base64, std::size_t count) {
  const Json* embeddings = member(root, "embeddings");
  const bool all = embeddings != nullptr && embeddings->IsArray() && embeddings->Size() == count;
  if (!all) return Error{ErrorCode::UpstreamFailed, "Gemini's answer holds not every embedding", {}, {}, {}};
  writer.Key("data");
  writer.StartArray();
  for (rapidjson::SizeType i = 0; i < embeddings->Size(); ++i) {
    const Json* values = member((*embeddings)[i], "values");
    if (values == nullptr || !values->IsArray())
      return Error{
          ErrorCode::UpstreamFailed, "Gemini's answer holds an embedding without values", {}, {}, {}};
    writer.StartObject();
    put_text(writer, "object", "embedding");
    writer.Key("index");
    writer.Uint(i);
    writer.Key("embedding");
    if (base64) {
      put_text(writer, base64_of(*values));
    } else {
      values->Accept(writer);
    }
    writer.EndObject();
  }
  writer.EndArray();
  return Status::success();
}

struct AnswerFacts {
  std::string model;
  bool base64 = false;
  std::size_t count = 0;
  /// Where Gemini does not count.
  std::int64_t estimate = 0;
};

Result<std::string> openai_answer(std::string_view gemini, const AnswerFacts& facts) {
  JsonDocument root;
  // It tells an error in the clothes of a good answer, and reads the usage.
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(gemini, "Gemini's answer", root));
  const bool is_counted = answer.usage && answer.usage->prompt > 0;
  const std::int64_t tokens = is_counted ? answer.usage->prompt : facts.estimate;
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "object", "list");
  GEMINATE_CHECK_OK(put_data(writer, root, facts.base64, facts.count));
  put_text(writer, "model", facts.model);
  writer.Key("usage");
  writer.StartObject();
  put_count(writer, "prompt_tokens", tokens);
  put_count(writer, "total_tokens", tokens);
  writer.EndObject();
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

std::int64_t tokens_in(const EmbeddingsRequest& request) {
  std::size_t tokens = 0;
  for (const std::string_view text : request.texts)
    tokens += (text.size() + kBytesPerToken - 1) / kBytesPerToken;
  return static_cast<std::int64_t>(tokens);
}

}  // namespace

Result<EmbeddingsTranslation> translate_embeddings(std::string_view body, std::string_view alias) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_object(body, "the body", root));
  EmbeddingsRequest request;
  GEMINATE_CHECK_OK(read_fields(kFields, root, "", request));
  if (request.model.empty()) return bad_field("model", "is missing");
  if (request.texts.empty()) return bad_field("input", "is missing");
  EmbeddingsTranslation translation;
  translation.model = request.model;
  translation.body = gemini_body(request);
  translation.estimated_tokens = tokens_in(request);
  translation.answer = [facts = AnswerFacts{alias.empty() ? request.model : std::string(alias),
                                            request.base64, request.texts.size(),
                                            translation.estimated_tokens}](std::string_view gemini) {
    return openai_answer(gemini, facts);
  };
  return translation;
}

std::vector<FieldRow> embeddings_field_rows() { return rows_of(kFields); }

}  // namespace geminate::translate
