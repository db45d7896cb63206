#include "backend/translate/field_document.h"

#include <string_view>
#include <vector>

#include "backend/translate/field_lists.h"

namespace geminate::translate {
namespace {

constexpr const char* kOpening =
    R"(# What becomes of each field of a request

<!-- Generated from the lists of fields in backend/translate; do not edit.
     tests/golden/field_document_test.cpp says how to renew it. -->

A request is read by these very lists. A field that is not in its list is refused with 400, and the answer names
it; so is a value that Gemini has nothing like, a field's own members included (UNSUPPORTED.md lists those that
real programs send). Null counts as absent. A word in `code` that is no value is the place in Gemini's request;
"ours" is done by Geminate itself; "accepted" changes nothing about the answer.
)";

void append_section(std::string& text, const char* title, const std::vector<FieldRow>& rows) {
  text += std::string("\n## ") + title + "\n\n| field | becomes |\n|---|---|\n";
  for (const FieldRow& row : rows) {
    text += "| `" + std::string(row.name) + "` | " + std::string(row.becomes) + " |\n";
  }
}

}  // namespace

std::string fields_markdown() {
  std::string text = kOpening;
  append_section(text, "OpenAI: `POST /v1/chat/completions`", chat_field_rows());
  append_section(text, "OpenAI: `POST /v1/responses`", responses_field_rows());
  append_section(text, "OpenAI: `POST /v1/embeddings`", embeddings_field_rows());
  append_section(text, "Anthropic: `POST /v1/messages` and `POST /v1/messages/count_tokens`",
                 messages_field_rows());
  return text;
}

}  // namespace geminate::translate
