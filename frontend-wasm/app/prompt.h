#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend-wasm/app/json_text.h"
#include "frontend-wasm/platform/given_file.h"
#include "frontend-wasm/text/text.h"

namespace geminate::ui {

// What the playground asks: as typed, checked, and written in Gemini's dialect. Pure.

struct PromptImage {
  std::string name;
  std::string type;  // MIME's
  std::string bytes;
  std::uint32_t id = 0;  // of its picture on the page
};

struct PromptTurn {
  bool by_model = false;
  std::string text;
  std::vector<PromptImage> images;

  bool empty() const { return text.empty() && images.empty(); }
};

/// Everything as typed; an empty parameter leaves it to the model.
struct PromptDraft {
  std::string model;
  std::string system;
  std::vector<PromptTurn> turns{1};
  std::string temperature, top_p, max_tokens, thinking_budget;
  std::string stop;  // sequences, one a line
  std::uint32_t images_given = 0;

  /// The model without the "models/" that its full name begins with, and without blanks around it.
  std::string model_name() const;
  std::vector<std::string> stop_sequences() const;
};

/// The draft's texts in one, to be remembered by the browser, and back. Images are left out: a browser has no
/// room for them.
std::string prompt_text(const PromptDraft& draft);
PromptDraft read_prompt(std::string_view text);
std::size_t image_count(const PromptDraft& draft);

/// A field of the draft → what is wrong with it; "turns" stands for the messages as a whole. `thinks`:
/// whether the model takes a thinking budget, which is not looked at otherwise.
std::map<std::string, Message> faults_of(const PromptDraft& draft, bool thinks);

/// Where to post it, below the server's root; `root` is empty for clients.
std::string prompt_path(std::string_view root, const PromptDraft& draft);
/// The body. Turns without anything in them are left out. `image` writes an image's data where it stands;
/// without one it is written as base64.
std::string prompt_body(const PromptDraft& draft, bool thinks,
                        const std::function<std::string(const PromptImage&)>& image = {});

/// Google takes 20 MB in one request, and base64 makes four bytes of three.
inline constexpr std::uint64_t kMostImageBytes = 14ULL << 20;
inline constexpr std::size_t kMostImages = 16;
/// Puts the image into the last message of the user's, or says why not.
std::optional<Message> add_image(PromptDraft& draft, GivenFile file);

/// "1.2 MB", "840 kB", "12 B".
std::string byte_count(std::uint64_t bytes);

}  // namespace geminate::ui
