#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "frontend-wasm/api/event_reader.h"
#include "frontend-wasm/api/gemini_types.h"
#include "frontend-wasm/app/prompt.h"
#include "frontend-wasm/text/text.h"
#include "shared/dto/usage.h"

namespace geminate::ui {

/// A model that can answer a prompt.
struct PlaygroundModel {
  std::string name;   // "gemini-2.5-flash"
  std::string title;  // "Gemini 2.5 Flash"
  std::int64_t most_output = 0;
  bool thinks = false;
};

enum class ModelsLoading : std::uint8_t { Never, Running, Done, Failed };
enum class AnswerStage : std::uint8_t { None, Waiting, Streaming, Done, Stopped, Failed };

/// One prompt that was sent, and what became of it. Moments are seconds of the platform's clock.
struct PlaygroundAnswer {
  /// Counts prompts: what comes for an earlier one is dropped.
  std::uint64_t serial = 0;
  AnswerStage stage = AnswerStage::None;
  std::string model;
  double sent_at = 0;
  double ended_at = 0;
  std::optional<double> first_text_at;

  std::uint16_t status = 0;  // 0: no head came
  std::string request_id;
  std::string text;
  std::string plain_body;  // of an answer that is no stream
  std::string finish_reason;
  int other_parts = 0;  // pictures and the like, which are not shown
  std::optional<GeminiUsage> usage;
  EventReader reader;

  std::optional<Message> problem;  // in our words
  std::string said;                // in the server's

  /// Which key served and why; asked for until the record is there, which may take a moment.
  std::optional<RequestStory> story;
  double story_due_at = 0;  // 0: not asked for again
  int story_tries = 0;

  bool running() const { return stage == AnswerStage::Waiting || stage == AnswerStage::Streaming; }
};

enum class PlaygroundTab : std::uint8_t { Answer, Curl, Python, JavaScript };

struct PlaygroundState {
  ModelsLoading models_loading = ModelsLoading::Never;
  std::vector<PlaygroundModel> models;
  std::optional<Message> models_problem;

  std::map<std::string, Message> faults;  // of the draft, by field; since it was sent last
  std::optional<Message> image_problem;
  bool parameters_open = false;
  PlaygroundTab tab = PlaygroundTab::Answer;
  PlaygroundAnswer answer;
  std::optional<PromptDraft> cleared;  // what the last clearing took away
  std::string kept;                    // the draft's texts (prompt_text) as they are remembered
  std::string sent;                    // and as they were sent last
  std::size_t images_sent = 0;         // how many went with them

  /// Null when it is not in the list.
  const PlaygroundModel* find(const std::string& model) const;
  /// Whether the model takes a thinking budget; one that is not in the list may.
  bool thinks(const std::string& model) const;
};

/// Whether the draft has something that would be lost with it: not what the answer on screen is to.
bool has_unsent_prompt(const PlaygroundState& page, const PromptDraft& draft);

// --- what a person can ask for, beyond typing into the draft
struct ChooseModel {
  std::string name;
};
struct RefreshModels {};
struct AddTurn {};
struct RemoveTurn {
  std::size_t turn{};
};
struct SetTurnRole {
  std::size_t turn{};
  bool by_model{};
};
struct PickImages {};
struct RemoveImage {
  std::size_t turn{};
  std::size_t image{};
};
struct ShowParameters {
  bool open{};
};
struct ShowPlaygroundTab {
  PlaygroundTab tab{};
};
struct AskModel {};  // sends the draft
struct StopAnswer {};
/// Takes the answer into the draft and begins the next message.
struct GoOnFromAnswer {};
struct ClearPrompt {};
struct UndoClearPrompt {};
/// To the page of requests, with this answer's story.
struct ShowAnswersRequest {};

using PlaygroundAction =
    std::variant<ChooseModel, RefreshModels, AddTurn, RemoveTurn, SetTurnRole, PickImages, RemoveImage,
                 ShowParameters, ShowPlaygroundTab, AskModel, StopAnswer, GoOnFromAnswer, ClearPrompt,
                 UndoClearPrompt, ShowAnswersRequest>;

}  // namespace geminate::ui
