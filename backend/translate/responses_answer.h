#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/translate/gemini_answer.h"
#include "backend/translate/responses.h"

namespace geminate::translate {

/// What the request said about its answer.
struct ResponsesAnswerOptions {
  bool one_call_only = false;
  /// Thought signatures go out as encrypted_content of reasoning items.
  bool encrypted_content = false;
  /// A search's item lists what it found.
  bool sources = false;
  /// Names of the functions that stand for tools which take a text.
  std::vector<std::string> custom_tools;
  /// The client itself searches for further tools: a function stands for its search.
  bool client_searches = false;
  /// Names of functions, and of the namespaces that they were declared in.
  std::vector<std::pair<std::string, std::string>> namespaces;
  /// Members of the answer that repeat the request: names and JSON texts.
  std::vector<std::pair<std::string, std::string>> echo;
};

/// The function that stands for a search of the client's.
constexpr std::string_view kSearchTool = "tool_search";

/// OpenAI responses: a response object, or the events of a stream. Both are made by one walk through Gemini's
/// pieces, so that they hold the same items in the same order; only a search comes first in a whole answer
/// and last in a stream, where Gemini tells of it at the end.
class ResponsesAnswer final : public AnswerTranslator {
 public:
  /// `record` takes what is to be stored, and may be null.
  ResponsesAnswer(AnswerContext context, ResponsesAnswerOptions options,
                  std::shared_ptr<ResponseRecord> record = {})
      : context_(std::move(context)), options_(std::move(options)), record_(std::move(record)) {}

  Result<std::string> whole(std::string_view gemini_body) override;
  Result<std::string> feed(std::string_view event_data) override;
  std::string finish() override;
  [[nodiscard]] std::string error_event(const Error& error) const override;

 private:
  /// The output item that is being said.
  struct OpenItem {
    enum class Kind : std::uint8_t { Reasoning, Message, Code };
    Kind kind = Kind::Message;
    std::size_t index = 0;
    std::string id;
    /// The summary, the message's text, the program.
    std::string text;
    /// What the program put out.
    std::string output;
    std::string signature;
    /// JSON objects, each once.
    std::vector<std::string> annotations;
    /// Members of a JSON list, with commas between them.
    std::string logprobs;
  };

  void take(const GeminiAnswer& answer);
  void take_candidate(const Candidate& candidate);
  void take_piece(const Piece& piece);
  void take_thought(const Piece& piece);
  void take_text(const Piece& piece);
  void take_code(const Piece& piece);
  void take_image(const Piece& piece);
  void take_call(const Piece& piece);
  void take_signature(const Piece& piece);
  void take_searches(const Candidate& candidate);
  void annotate(const std::vector<Citation>& citations);

  /// The open item of that kind; another is closed before.
  OpenItem& open(OpenItem::Kind kind);
  void open_reasoning();
  void open_message();
  void open_code();
  void close(std::string_view status);
  void close_reasoning();
  void close_message(std::string_view status);
  /// Items that are said at once.
  void say_searches();
  void say_refusal(const std::string& refusal);
  /// Closes what is open, and makes the final answer and the record of it.
  std::string complete();

  /// A place among the output items, and the item's id ("msg_…_2").
  std::size_t reserve(const char* prefix, std::string& id);
  void announce(std::size_t index, const std::string& item);
  void settle(std::size_t index, std::string item);

  // JSON texts of items.
  [[nodiscard]] std::string reasoning_item(const OpenItem& item) const;
  [[nodiscard]] std::string message_item(const OpenItem& item, std::string_view status,
                                         const std::string& part) const;
  [[nodiscard]] std::string code_item(const OpenItem& item, std::string_view status) const;
  /// What a call is to the client. `arguments`: of a custom tool its text, else a JSON object.
  enum class CallForm : std::uint8_t { Function, Custom, Search };
  struct Call {
    CallForm form = CallForm::Function;
    std::string id;
    std::string call_id;
    std::string_view name;
    std::string arguments;
    std::string_view signature;
  };
  [[nodiscard]] Call call_of(const Piece& piece) const;
  [[nodiscard]] std::string call_item(const Call& call, bool is_complete) const;
  void put_call(JsonWriter& writer, const Call& call, bool is_complete) const;
  void say_arguments(const Call& call, std::size_t index);
  [[nodiscard]] std::string search_item(const std::string& id, std::string_view status) const;
  [[nodiscard]] static std::string text_part(const OpenItem& item);
  [[nodiscard]] std::string response_text(std::string_view status) const;

  void begin();
  /// One event, whose members beside type and number `put(writer)` writes; nothing in a whole answer.
  template <class Put>
  void say(std::string_view type, Put put);
  /// An event about an item: `item_id` and `output_index` come first.
  template <class Put>
  void say_of(std::string_view type, std::size_t index, const std::string& id, Put put);
  void say_response(std::string_view type, const std::string& response);

  const AnswerContext context_;
  const ResponsesAnswerOptions options_;
  const std::shared_ptr<ResponseRecord> record_;
  bool streams_ = false;
  std::size_t sequence_ = 0;
  std::string out_;
  std::optional<OpenItem> open_;
  std::vector<ResponseItem> items_;
  std::size_t calls_ = 0;
  /// Bytes of text in the messages that are closed: Gemini counts citations' places from the beginning.
  std::size_t text_before_ = 0;
  bool has_text_ = false;
  std::vector<std::string> searches_;
  std::vector<std::string> sources_;
  std::string finish_reason_;
  std::string finish_message_;
  std::string blocked_;
  /// Of the finished answer.
  std::string_view status_;
};

}  // namespace geminate::translate
