#include "frontend-wasm/app/prompt.h"

#include <gtest/gtest.h>

#include "frontend-wasm/api/base64.h"
#include "frontend-wasm/app/snippets.h"

namespace geminate::ui {
namespace {

PromptDraft draft_saying(std::string text) {
  PromptDraft draft;
  draft.model = "gemini-2.5-flash";
  draft.turns[0].text = std::move(text);
  return draft;
}

GivenFile image(std::string name, std::string bytes, std::string type = "image/png") {
  const auto size = bytes.size();
  return {std::move(name), std::move(type), std::move(bytes), size};
}

/// JSON without what only makes it readable; good for texts without blanks.
std::string dense(std::string json) {
  std::erase_if(json, [](char c) { return c == ' ' || c == '\n'; });
  return json;
}

TEST(Prompt, IsWrittenAsGeminiTakesIt) {
  PromptDraft draft = draft_saying("Hello");
  draft.system = "Answer\nbriefly \"quoted\"";
  draft.turns.push_back({true, "Hi", {}});
  draft.turns.push_back({false, "再见", {}});
  draft.temperature = " .70 ";
  draft.top_p = "1";
  draft.max_tokens = "256";
  draft.thinking_budget = "-1";
  draft.stop = "END\n\nSTOP";
  EXPECT_EQ(
      dense(prompt_body(draft, true)),
      R"({"systemInstruction":{"parts":[{"text":"Answer\nbriefly\"quoted\""}]},)"
      R"("contents":[{"role":"user","parts":[{"text":"Hello"}]},{"role":"model","parts":[{"text":"Hi"}]},)"
      R"({"role":"user","parts":[{"text":"再见"}]}],)"
      R"("generationConfig":{"temperature":0.70,"topP":1,"maxOutputTokens":256,)"
      R"("stopSequences":["END","STOP"],"thinkingConfig":{"thinkingBudget":-1}}})");
}

TEST(Prompt, LeavesOutWhatIsEmptyAndWhatTheModelDoesNotTake) {
  PromptDraft draft = draft_saying("Hello");
  draft.turns.emplace_back();
  draft.thinking_budget = "1024";
  EXPECT_EQ(dense(prompt_body(draft, false)), R"({"contents":[{"role":"user","parts":[{"text":"Hello"}]}]})");
}

TEST(Prompt, CarriesImagesBeforeTheText) {
  PromptDraft draft = draft_saying("What?");
  ASSERT_FALSE(add_image(draft, image("a.png", "\x89PNG")));
  EXPECT_EQ(
      dense(prompt_body(draft, false)),
      R"({"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw=="}},)"
      R"({"text":"What?"}]}]})");
}

TEST(Prompt, IsPostedToItsModelWhateverItIsCalled) {
  EXPECT_EQ(prompt_path("/root", draft_saying("x")),
            "/root/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
  PromptDraft draft;
  draft.model = "  models/a/../b?c ";
  EXPECT_EQ(prompt_path("", draft), "/v1beta/models/a%2F..%2Fb%3Fc:streamGenerateContent?alt=sse");
}

TEST(Prompt, NamesEachFaultAtItsField) {
  PromptDraft draft;
  draft.temperature = "2.1";
  draft.top_p = "a lot";
  draft.max_tokens = "0";
  draft.thinking_budget = "-2";
  draft.stop = "1\n2\n3\n4\n5\n6";
  const auto faults = faults_of(draft, true);
  for (const char* field :
       {"model", "turns", "temperature", "top_p", "max_tokens", "thinking_budget", "stop"})
    EXPECT_TRUE(faults.contains(field)) << field;
  EXPECT_FALSE(faults_of(draft, false).contains("thinking_budget"));
}

TEST(Prompt, TakesPlainNumbersOnly) {
  PromptDraft draft = draft_saying("x");
  for (const char* good : {"", "0", "2", "0.05", ".5", "1.", "02", "2.0"}) {
    draft.temperature = good;
    EXPECT_TRUE(faults_of(draft, false).empty()) << good;
  }
  for (const char* bad : {".", "-1", "+1", "1e0", "0x1", "nan", "2.0001", "1,5", "１", "0000000000000"}) {
    draft.temperature = bad;
    EXPECT_FALSE(faults_of(draft, false).empty()) << bad;
  }
}

TEST(PromptImages, AreRefusedWhenTheyAreNoneOrTooLarge) {
  PromptDraft draft;
  EXPECT_EQ(add_image(draft, image("a.pdf", "x", "application/pdf"))->id, TextId::ImageWrongType);
  EXPECT_EQ(add_image(draft, {"big.png", "image/png", {}, 40ULL << 20})->id, TextId::ImageTooLarge);
  EXPECT_FALSE(add_image(draft, image("half.png", std::string(kMostImageBytes - 1, 'x'))));
  EXPECT_EQ(add_image(draft, image("more.png", "xx"))->id, TextId::ImageTooLarge);
  EXPECT_FALSE(add_image(draft, image("more.png", "x")));
  EXPECT_EQ(draft.turns[0].images.size(), 2U);
}

TEST(PromptImages, AreSixteenAtMost) {
  PromptDraft draft;
  for (std::size_t i = 0; i < kMostImages; ++i) ASSERT_FALSE(add_image(draft, image("a.png", "x")));
  EXPECT_EQ(add_image(draft, image("a.png", "x"))->id, TextId::ImagesTooMany);
}

TEST(PromptImages, GoToTheLastMessageOfTheUsersUnderNamesOfTheirOwn) {
  PromptDraft draft = draft_saying("first");
  draft.turns.push_back({false, "second", {}});
  draft.turns.push_back({true, "third", {}});
  add_image(draft, image("image.png", "x"));
  add_image(draft, image("image.png", "y"));
  ASSERT_EQ(draft.turns[1].images.size(), 2U);
  EXPECT_EQ(draft.turns[1].images[1].name, "image-2.png");
}

TEST(Base64, PadsAsTheStandardSays) {
  EXPECT_EQ(base64_encoded(""), "");
  EXPECT_EQ(base64_encoded("f"), "Zg==");
  EXPECT_EQ(base64_encoded("fo"), "Zm8=");
  EXPECT_EQ(base64_encoded("foo"), "Zm9v");
  EXPECT_EQ(base64_encoded("\xff\xfe\xfd\x00"), "//79");
  EXPECT_EQ(base64_encoded(std::string_view("\xff\xef\0", 3)), "/+8A");
}

TEST(ByteCounts, AreShort) {
  EXPECT_EQ(byte_count(12), "12 B");
  EXPECT_EQ(byte_count(840 * 1024), "840 kB");
  EXPECT_EQ(byte_count(1258291), "1.2 MB");
  EXPECT_EQ(byte_count(14ULL << 20), "14 MB");
}

TEST(Snippets, NameThisServerTheModelAndAPlaceForTheToken) {
  for (const auto language : {SnippetLanguage::Curl, SnippetLanguage::Python, SnippetLanguage::JavaScript}) {
    const std::string code = snippet(language, draft_saying("Hello"), true, "http://host:7860");
    EXPECT_NE(code.find("http://host:7860/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"),
              std::string::npos);
    EXPECT_NE(code.find(kTokenPlaceholder), std::string::npos);
    EXPECT_NE(code.find("\"Hello\""), std::string::npos);
  }
}

TEST(Snippets, KeepQuotesFromEndingTheShellsText) {
  PromptDraft draft = draft_saying("it's $HOME `id` \"x\"");
  EXPECT_NE(snippet(SnippetLanguage::Curl, draft, true, "http://h").find(R"("it's $HOME `id` \"x\"")"),
            std::string::npos)
      << "in a quoted here document nothing is special";
  add_image(draft, image("it's.png", "x"));
  const std::string code = snippet(SnippetLanguage::Curl, draft, true, "http://h");
  EXPECT_NE(code.find(R"(base64 < 'it'\''s.png')"), std::string::npos) << code;
  EXPECT_NE(code.find(R"("it'\''s $HOME `id` \"x\"")"), std::string::npos) << code;
}

TEST(Prompt, IsRememberedWithAllItsTexts) {
  PromptDraft draft = draft_saying("What?\nAnd why?");
  draft.model = "gemini-2.5-pro";
  draft.system = "Be brief. 简短。";
  draft.temperature = "0.4";
  draft.top_p = "1";
  draft.max_tokens = "20";
  draft.thinking_budget = "-1";
  draft.stop = "END\nSTOP";
  draft.turns.push_back({true, "Because.", {}});
  draft.turns.push_back({});
  add_image(draft, image("photo.png", "bytes"));
  EXPECT_EQ(image_count(draft), 1U);
  const PromptDraft again = read_prompt(prompt_text(draft));
  EXPECT_EQ(prompt_text(again), prompt_text(draft));
  ASSERT_EQ(again.turns.size(), 3U);
  EXPECT_TRUE(again.turns[1].by_model);
  EXPECT_EQ(again.turns[1].text, "Because.");
  EXPECT_EQ(again.stop, "END\nSTOP");
  EXPECT_EQ(image_count(again), 0U) << "images are too large for that";
}

TEST(Prompt, WhatWasRememberedByAnotherVersionBreaksNothing) {
  for (const char* text : {"", "gemini", "\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e",
                           "a\x1e"
                           "b"})
    EXPECT_FALSE(read_prompt(text).turns.empty()) << text;
}

TEST(Snippets, ReadImagesFromFiles) {
  PromptDraft draft = draft_saying("What?");
  add_image(draft, image("photo.png", "bytes"));
  EXPECT_NE(snippet(SnippetLanguage::Python, draft, true, "http://h").find(R"(open("photo.png", "rb"))"),
            std::string::npos);
  EXPECT_NE(snippet(SnippetLanguage::JavaScript, draft, true, "http://h").find(R"(readFile("photo.png"))"),
            std::string::npos);
  for (const auto language : {SnippetLanguage::Curl, SnippetLanguage::Python, SnippetLanguage::JavaScript})
    EXPECT_EQ(snippet(language, draft, true, "http://h").find(base64_encoded("bytes")), std::string::npos);
}

}  // namespace
}  // namespace geminate::ui
