#include <algorithm>
#include <utility>

#include "frontend-wasm/app/reduce_step.h"
#include "shared/codec/codec.h"

namespace geminate::ui {
namespace {

/// The record is written a moment after the answer's end, later still when the client left before it.
constexpr int kStoryTries = 6;
constexpr double kStorySeconds = 0.7;
constexpr std::string_view kUsualModel = "gemini-2.5-flash";
/// Of an answer that is no stream: enough for any error.
constexpr std::size_t kMostPlain = 64 * 1024;
/// Browsers give a page some megabytes. What is longer is not remembered, rather than cut.
constexpr std::size_t kMostKept = 512 * 1024;
constexpr const char* kKeptName = "tab.prompt";

PlaygroundModel model_of(GeminiModel&& model) {
  constexpr std::string_view kPrefix = "models/";
  std::string name = std::move(model.name);
  if (name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
  return {std::move(name), std::move(model.displayName), model.outputTokenLimit, model.thinking};
}

bool answers_prompts(const GeminiModel& model) {
  const auto& methods = model.supportedGenerationMethods;
  return std::find(methods.begin(), methods.end(), "generateContent") != methods.end();
}

void fetch_models(Step& step) {
  PlaygroundState& page = step.state.playground;
  if (page.models_loading == ModelsLoading::Running) return;
  page.models_loading = ModelsLoading::Running;
  page.models_problem.reset();
  step.send(FetchModels{});
}

void look_for_story(Step& step) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  answer.story_due_at = 0;
  if (answer.request_id.empty()) return;
  ++answer.story_tries;
  step.send(FetchStory{answer.request_id});
}

void end_answer(Step& step, AnswerStage stage) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  answer.stage = stage;
  answer.ended_at = step.state.now;
  look_for_story(step);
}

void fail_answer(Step& step, TextId what, std::string said = {}) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  if (!answer.problem) answer.problem = Message{what, {}};
  if (answer.said.empty()) answer.said = std::move(said);
}

/// What a status means for whoever asked, in our words; the server's own follow.
TextId plain_words(std::uint16_t status) {
  if (status == 404) return TextId::AnswerNoModel;
  if (status == 413) return TextId::AnswerTooLarge;
  if (status == 429) return TextId::AnswerLimited;
  if (status == 502) return TextId::AnswerNoGoodKey;
  if (status == 503) return TextId::AnswerUnavailable;
  if (status == 504) return TextId::AnswerTooLate;
  return status < 500 ? TextId::AnswerRefused : TextId::AnswerUpstreamFailed;
}

void take_parts(PlaygroundAnswer& answer, const GeminiCandidate& candidate, double now) {
  for (const GeminiPart& part : candidate.content.parts) {
    if (part.thought) continue;
    if (!part.text) {
      ++answer.other_parts;
    } else if (!part.text->empty()) {
      if (!answer.first_text_at) answer.first_text_at = now;
      answer.text += *part.text;
    }
  }
  if (!candidate.finishReason.empty()) answer.finish_reason = candidate.finishReason;
}

/// One event. What broke off inside an event is followed by the server's word on that, in the same line.
Result<GeminiChunk> read_event(const std::string& data) {
  auto chunk = codec::from_json<GeminiChunk>(data);
  if (chunk.ok()) return chunk;
  constexpr std::string_view kField = "data: ";
  const auto last = data.rfind(kField);
  return last == std::string::npos
             ? std::move(chunk)
             : codec::from_json<GeminiChunk>(std::string_view(data).substr(last + kField.size()));
}

void take_event(Step& step, const FeedFrame& event) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  auto chunk = read_event(event.data);
  if (!chunk.ok()) return fail_answer(step, TextId::AnswerUnreadable, chunk.error().message);
  if (chunk->error) fail_answer(step, TextId::AnswerErrorInside, std::move(chunk->error->message));
  if (chunk->promptFeedback && !chunk->promptFeedback->blockReason.empty())
    fail_answer(step, TextId::AnswerPromptBlocked, std::move(chunk->promptFeedback->blockReason));
  if (chunk->usageMetadata) answer.usage = chunk->usageMetadata;
  for (const GeminiCandidate& candidate : chunk->candidates) take_parts(answer, candidate, step.state.now);
}

void moved(Step& step, const StreamHead& head) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  answer.status = head.status;
  answer.request_id = head.request_id;
  answer.stage = AnswerStage::Streaming;
  if (head.status != 401) return;
  // Nothing of ours answers so but the login; the draft waits behind it.
  answer.stage = AnswerStage::Failed;
  answer.ended_at = step.state.now;
  answer.problem = Message{TextId::SessionEnded, {}};
  step.effects.emplace_back(StopPrompt{});
  session_ended(step);
}

void moved(Step& step, const StreamPiece& piece) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  if (answer.status >= 400) {
    if (answer.plain_body.size() < kMostPlain) answer.plain_body += piece.bytes;
    return;
  }
  for (const FeedFrame& event : answer.reader.feed(piece.bytes)) take_event(step, event);
}

void moved(Step& step, const StreamEnd& end) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  if (answer.status == 0) {
    fail_answer(step, TextId::FailedUnreachable);
  } else if (answer.status >= 400) {
    const auto body = codec::from_json<GeminiErrorBody>(answer.plain_body);
    fail_answer(step, plain_words(answer.status), body.ok() && body->error ? body->error->message : "");
  } else {
    for (const FeedFrame& event : answer.reader.finish()) take_event(step, event);
    if (!end.whole) fail_answer(step, TextId::AnswerBrokeOff);
  }
  end_answer(step, answer.problem ? AnswerStage::Failed : AnswerStage::Done);
}

// --- actions
void asked(Step& step, const ChooseModel& action) { step.drafts.prompt.model = action.name; }
void asked(Step& step, const RefreshModels&) { fetch_models(step); }

void asked(Step& step, const AddTurn&) {
  auto& turns = step.drafts.prompt.turns;
  const bool after_user = !turns.empty() && !turns.back().by_model;
  turns.push_back({after_user, {}, {}});
}

void asked(Step& step, const RemoveTurn& action) {
  auto& turns = step.drafts.prompt.turns;
  if (action.turn >= turns.size()) return;
  turns.erase(turns.begin() + static_cast<std::ptrdiff_t>(action.turn));
  if (turns.empty()) turns.emplace_back();
}

void asked(Step& step, const SetTurnRole& action) {
  auto& turns = step.drafts.prompt.turns;
  if (action.turn < turns.size()) turns[action.turn].by_model = action.by_model;
}

void asked(Step& step, const PickImages&) {
  step.effects.emplace_back(PickFiles{"image/png,image/jpeg,image/webp,image/heic,image/heif"});
}

void asked(Step& step, const RemoveImage& action) {
  step.state.playground.image_problem.reset();
  auto& turns = step.drafts.prompt.turns;
  if (action.turn >= turns.size() || action.image >= turns[action.turn].images.size()) return;
  auto& images = turns[action.turn].images;
  images.erase(images.begin() + static_cast<std::ptrdiff_t>(action.image));
}

void asked(Step& step, const ShowParameters& action) { step.state.playground.parameters_open = action.open; }
void asked(Step& step, const ShowPlaygroundTab& action) { step.state.playground.tab = action.tab; }

void asked(Step& step, const AskModel&) {
  PlaygroundState& page = step.state.playground;
  PromptDraft& draft = step.drafts.prompt;
  if (page.answer.running()) return;
  const bool thinks = page.thinks(draft.model_name());
  page.image_problem.reset();
  page.cleared.reset();
  page.faults = faults_of(draft, thinks);
  if (!page.faults.empty()) {
    // A fault that nobody sees would look like a button that does nothing.
    if (page.faults.size() > page.faults.count("model") + page.faults.count("turns"))
      page.parameters_open = true;
    return;
  }
  const std::uint64_t serial = page.answer.serial + 1;
  page.answer = {};
  page.answer.serial = serial;
  page.answer.stage = AnswerStage::Waiting;
  page.answer.model = draft.model_name();
  page.answer.sent_at = step.state.now;
  page.sent = prompt_text(draft);
  page.images_sent = image_count(draft);
  page.tab = PlaygroundTab::Answer;
  step.effects.emplace_back(
      SendPrompt{serial, prompt_path(api::kPlaygroundRoot, draft), prompt_body(draft, thinks)});
}

void asked(Step& step, const StopAnswer&) {
  if (!step.state.playground.answer.running()) return;
  step.effects.emplace_back(StopPrompt{});
  end_answer(step, AnswerStage::Stopped);
}

void asked(Step& step, const GoOnFromAnswer&) {
  const PlaygroundAnswer& answer = step.state.playground.answer;
  if (answer.running() || answer.text.empty()) return;
  auto& turns = step.drafts.prompt.turns;
  while (!turns.empty() && turns.back().empty()) turns.pop_back();
  turns.push_back({true, answer.text, {}});
  turns.emplace_back();
}

void asked(Step& step, const ClearPrompt&) {
  PlaygroundState& page = step.state.playground;
  if (page.answer.running()) asked(step, StopAnswer{});
  page.cleared = std::exchange(step.drafts.prompt, {});
  // Whoever begins anew mostly means the same model.
  step.drafts.prompt.model = page.cleared->model;
  page.faults.clear();
  page.image_problem.reset();
}

void asked(Step& step, const UndoClearPrompt&) {
  PlaygroundState& page = step.state.playground;
  if (page.cleared) step.drafts.prompt = std::move(*std::exchange(page.cleared, std::nullopt));
}

void asked(Step& step, const ShowAnswersRequest&) {
  const std::string id = step.state.playground.answer.request_id;
  on(step, ShowRequests{id});
  on(step, OpenRequest{id});
}

}  // namespace

bool has_unsent_prompt(const PlaygroundState& page, const PromptDraft& draft) {
  const auto turns = std::find_if(draft.turns.begin(), draft.turns.end(),
                                  [](const PromptTurn& turn) { return !turn.empty(); });
  if (turns == draft.turns.end() && draft.system.empty()) return false;
  return page.kept != page.sent || image_count(draft) != page.images_sent;
}

const PlaygroundModel* PlaygroundState::find(const std::string& model) const {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&model](const PlaygroundModel& each) { return each.name == model; });
  return found == models.end() ? nullptr : &*found;
}

bool PlaygroundState::thinks(const std::string& model) const {
  const PlaygroundModel* known = find(model);
  return known == nullptr || known->thinks;
}

void on(Step& step, const AtPlayground& action) {
  std::visit([&step](const auto& what) { asked(step, what); }, action.asked);
}

void on(Step& step, const ModelsLoaded& event) {
  server_answered(step);
  PlaygroundState& page = step.state.playground;
  page.models_loading = ModelsLoading::Done;
  page.models.clear();
  for (GeminiModel model : event.list.models) {
    if (answers_prompts(model)) page.models.push_back(model_of(std::move(model)));
  }
  std::string& chosen = step.drafts.prompt.model;
  if (chosen.empty() && !page.models.empty())
    chosen = page.find(std::string(kUsualModel)) != nullptr ? kUsualModel : page.models.front().name;
  step.redraw();
}

void on(Step& step, const AnswerMoved& event) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  if (event.serial != answer.serial || !answer.running()) return;
  std::visit([&step](const auto& what) { moved(step, what); }, event.step);
  step.redraw();
}

void on(Step& step, const FileGiven& event) {
  if (step.state.page != Page::Playground || !step.state.session.is_open) return;
  step.state.playground.image_problem = add_image(step.drafts.prompt, event.file);
  step.redraw();
}

void failed(Step& step, const FetchModels&, const Failure& failure) {
  PlaygroundState& page = step.state.playground;
  page.models_loading = ModelsLoading::Failed;
  page.models_problem = describe(failure);
}

void open_playground(Step& step) {
  if (step.state.playground.models_loading != ModelsLoading::Done) fetch_models(step);
}

void take_answers_story(Step& step, const RequestStory& story) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  if (story.request_id != answer.request_id || answer.running()) return;
  answer.story = story;
  answer.story_due_at = 0;
  step.redraw();
}

void miss_answers_story(Step& step, const std::string& id) {
  PlaygroundAnswer& answer = step.state.playground.answer;
  if (id == answer.request_id && !answer.story && answer.story_tries < kStoryTries)
    answer.story_due_at = step.state.now + kStorySeconds;
}

void restore_prompt(Step& step, const std::string& text) {
  step.state.playground.kept = text;
  if (!text.empty()) step.drafts.prompt = read_prompt(text);
}

void keep_prompt(Step& step) {
  std::string text = prompt_text(step.drafts.prompt);
  std::string& kept = step.state.playground.kept;
  if (text == kept) return;
  kept = std::move(text);
  step.effects.emplace_back(RememberChoice{kKeptName, kept.size() > kMostKept ? std::string() : kept});
}

void follow_playground(Step& step) {
  const auto due = playground_due(step.state);
  if (due && step.state.now >= *due) look_for_story(step);
}

std::optional<double> playground_due(const AppState& state) {
  const double due = state.playground.answer.story_due_at;
  return due > 0 ? std::optional(due) : std::nullopt;
}

}  // namespace geminate::ui
