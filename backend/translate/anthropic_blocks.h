#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/translate/gemini_answer.h"
#include "backend/translate/text_signatures.h"
#include "backend/translate/translate.h"

namespace geminate::translate {

/// What the request said about its answer.
struct MessagesAnswerOptions {
  bool shows_thoughts = false;
  bool one_call_only = false;
  /// Of the conversation that is answered.
  TextDigest conversation{};
};

/// One step of writing an answer's content blocks: what the stream sends as an event, and the whole answer
/// gathers into blocks.
struct BlockStep {
  enum class Block : std::uint8_t { Text, Thinking, ToolUse, ServerToolUse, CodeResult };
  enum class Kind : std::uint8_t { Start, Text, Thinking, Input, Signature, Citation, Stop };
  Kind kind = Kind::Start;
  std::size_t index = 0;
  /// Of the block that this step belongs to.
  Block block = Block::Text;
  /// Start of a tool's block.
  std::string id;
  std::string name;
  /// Text, Thinking, Input (JSON), Signature; the output at the Start of a CodeResult.
  std::string text;
  /// Citation: where `text` comes from. CodeResult: whether the program failed.
  std::string url;
  std::string title;
  bool failed = false;
};
using BlockSteps = std::vector<BlockStep>;

/// Turns Gemini's pieces into Anthropic's content blocks, one block open at a time.
class BlockSequence {
 public:
  /// The ids of tool calls are made of `id` where Gemini gives none.
  BlockSequence(MessagesAnswerOptions options, std::string id) : options_(options), id_(std::move(id)) {}

  void add(const Piece& piece, BlockSteps& out);
  /// The sources of the text that is being written.
  void cite(const std::vector<Citation>& citations, BlockSteps& out);
  void say(std::string_view text, BlockSteps& out);
  void close(BlockSteps& out);

  [[nodiscard]] bool has_called_tools() const { return calls_ > 0; }
  [[nodiscard]] bool is_empty() const { return next_index_ == 0; }
  /// Those of the calls and texts that are closed, taken once.
  std::vector<CallSignature> take_signatures() { return std::exchange(signatures_, {}); }

 private:
  enum class Open : std::uint8_t { None, Text, Thinking };

  void open(Open kind, BlockSteps& out);
  BlockStep& step(BlockStep::Kind kind, BlockStep::Block block, BlockSteps& out) const;
  void think(const Piece& piece, BlockSteps& out);
  void call(const Piece& piece, BlockSteps& out);
  void run(const Piece& piece, BlockSteps& out);
  void show_output(const Piece& piece, BlockSteps& out);
  [[nodiscard]] std::string made_up_id(const char* prefix) const;

  MessagesAnswerOptions options_;
  std::string id_;
  Open open_ = Open::None;
  std::size_t next_index_ = 0;
  std::size_t calls_ = 0;
  /// Of the thinking block that is open, as it will be sent.
  std::string mark_;
  std::string program_id_;
  /// Of the text block that is open: what it says, and its signature.
  TextDigest said_;
  std::string text_signature_;
  std::vector<CallSignature> signatures_;
};

}  // namespace geminate::translate
