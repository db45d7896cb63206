#include "backend/translate/anthropic_blocks.h"

#include <algorithm>

#include "backend/translate/anthropic_signature.h"

namespace geminate::translate {
namespace {

using Block = BlockStep::Block;
using Kind = BlockStep::Kind;
using Belongs = ThinkingSignature::Belongs;

/// Anthropic's ids are letters, digits, "_" and "-".
bool is_plain_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string mark_of(Belongs belongs, std::string_view signature) {
  return thinking_signature_text({belongs, signature});
}

}  // namespace

BlockStep& BlockSequence::step(Kind kind, Block block, BlockSteps& out) const {
  BlockStep& made = out.emplace_back();
  made.kind = kind;
  made.block = block;
  made.index = kind == Kind::Start ? next_index_ : next_index_ - 1;
  return made;
}

std::string BlockSequence::made_up_id(const char* prefix) const {
  return prefix + id_ + "_" + std::to_string(next_index_);
}

void BlockSequence::open(Open kind, BlockSteps& out) {
  if (open_ == kind) return;
  close(out);
  step(Kind::Start, kind == Open::Text ? Block::Text : Block::Thinking, out);
  ++next_index_;
  open_ = kind;
  mark_ = mark_of(Belongs::ToNothing, {});
  said_ = options_.conversation;
}

void BlockSequence::close(BlockSteps& out) {
  if (open_ == Open::None) return;
  const Block block = open_ == Open::Text ? Block::Text : Block::Thinking;
  if (open_ == Open::Thinking) step(Kind::Signature, block, out).text = mark_;
  step(Kind::Stop, block, out);
  if (!text_signature_.empty()) signatures_.push_back({said_.key(), std::exchange(text_signature_, {})});
  open_ = Open::None;
}

void BlockSequence::add(const Piece& piece, BlockSteps& out) {
  const bool says_something =
      piece.kind != Piece::Kind::Thought && (piece.kind != Piece::Kind::Text || !piece.text.empty());
  // The signature of what follows the thoughts travels with them: no other block has a place for it.
  if (open_ == Open::Thinking && says_something && !piece.signature.empty())
    mark_ = mark_of(Belongs::ToNext, piece.signature);
  switch (piece.kind) {
    case Piece::Kind::Text:
      say(piece.text, out);
      // It may come after the text, with none of its own.
      if (open_ == Open::Text && !piece.signature.empty()) text_signature_ = piece.signature;
      return;
    case Piece::Kind::Thought:
      return think(piece, out);
    case Piece::Kind::Media:
      if (piece.mime_type.starts_with("image/")) say(image_as_text(piece), out);
      return;
    case Piece::Kind::Code:
      return run(piece, out);
    case Piece::Kind::CodeResult:
      return show_output(piece, out);
    case Piece::Kind::ToolCall:
      return call(piece, out);
  }
}

void BlockSequence::say(std::string_view text, BlockSteps& out) {
  if (text.empty()) return;
  open(Open::Text, out);
  step(Kind::Text, Block::Text, out).text = text;
  said_.add(text);
}

void BlockSequence::think(const Piece& piece, BlockSteps& out) {
  if (!options_.shows_thoughts || piece.text.empty()) return;
  open(Open::Thinking, out);
  step(Kind::Thinking, Block::Thinking, out).text = piece.text;
  if (!piece.signature.empty()) mark_ = mark_of(Belongs::ToThought, piece.signature);
}

void BlockSequence::call(const Piece& piece, BlockSteps& out) {
  if (options_.one_call_only && calls_ > 0) return;
  close(out);
  BlockStep& start = step(Kind::Start, Block::ToolUse, out);
  start.id = is_plain_id(piece.id) ? std::string(piece.id) : made_up_id("toolu_");
  start.name = piece.name;
  if (!piece.signature.empty()) signatures_.push_back({start.id, std::string(piece.signature)});
  ++next_index_;
  ++calls_;
  step(Kind::Input, Block::ToolUse, out).text = piece.arguments;
  step(Kind::Stop, Block::ToolUse, out);
}

void BlockSequence::run(const Piece& piece, BlockSteps& out) {
  close(out);
  program_id_ = made_up_id("srvtoolu_");
  BlockStep& start = step(Kind::Start, Block::ServerToolUse, out);
  start.id = program_id_;
  start.name = "code_execution";
  ++next_index_;
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "code", piece.text);
  writer.EndObject();
  step(Kind::Input, Block::ServerToolUse, out).text.assign(buffer.GetString(), buffer.GetSize());
  step(Kind::Stop, Block::ServerToolUse, out);
}

void BlockSequence::show_output(const Piece& piece, BlockSteps& out) {
  // An output belongs to a program; without one it is a text.
  if (program_id_.empty()) return say(code_as_text(piece), out);
  close(out);
  BlockStep& start = step(Kind::Start, Block::CodeResult, out);
  start.id = std::exchange(program_id_, {});
  start.text = piece.text;
  start.failed = !piece.outcome.empty() && piece.outcome != "OUTCOME_OK";
  ++next_index_;
  step(Kind::Stop, Block::CodeResult, out);
}

void BlockSequence::cite(const std::vector<Citation>& citations, BlockSteps& out) {
  if (open_ != Open::Text) return;
  for (const Citation& citation : citations) {
    BlockStep& cited = step(Kind::Citation, Block::Text, out);
    cited.text = citation.text;
    cited.url = citation.uri;
    cited.title = citation.title;
  }
}

}  // namespace geminate::translate
