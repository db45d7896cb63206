#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace geminate {

/// Text that must not be seen: an upstream key, a client token, the admin's password.
/// It has no stream operator and no implicit conversion; every place that takes the text out
/// says `reveal()`, so that those places can be searched for. Wiped when destroyed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      text_ = other.text_;
    }
    return *this;
  }
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      text_ = std::move(other.text_);
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  /// As SecretView::preview.
  [[nodiscard]] std::string preview() const;

 private:
  void wipe() noexcept {
    // All of the memory, not just the text: a short text that was moved away leaves its bytes behind in
    // place.
    text_.resize(text_.capacity());
    // Through a volatile pointer, or the compiler drops stores to memory that is about to be freed.
    volatile char* bytes = text_.data();
    for (std::size_t i = 0; i < text_.size(); ++i) bytes[i] = 0;
    text_.clear();
  }

  std::string text_;
};

/// A secret that somebody else keeps: a Secret, or where one is kept in another form.
class SecretView {
 public:
  // A reference to a secret is one already.
  SecretView(const Secret& secret) : text_(secret.reveal()) {}  // NOLINT(google-explicit-constructor)
  explicit SecretView(std::string_view text) : text_(text) {}

  [[nodiscard]] std::string_view reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  /// The last four characters; nothing at all of a text so short that they would give it away.
  [[nodiscard]] std::string preview() const {
    return std::string(text_.size() < 8 ? std::string_view() : text_.substr(text_.size() - 4));
  }

 private:
  std::string_view text_;
};

inline std::string Secret::preview() const { return SecretView(*this).preview(); }

}  // namespace geminate
