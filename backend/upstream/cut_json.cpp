#include "backend/upstream/cut_json.h"

#include <cstddef>

namespace geminate::upstream {
namespace {

/// Runs through the bytes once and remembers up to where they can be kept.
class Mender {
 public:
  explicit Mender(std::string_view text) : text_(text) {}

  std::string mended() {
    for (at_ = 0; at_ < text_.size() && !complete_; ++at_) step(text_[at_]);
    std::string whole(text_.substr(0, keep_));
    // Whatever closes or opens a bracket is kept, so that the open ones are those of the kept part.
    for (auto bracket = open_.rbegin(); bracket != open_.rend(); ++bracket) {
      whole += *bracket == '{' ? '}' : ']';
    }
    return whole;
  }

 private:
  void step(char byte) {
    if (in_string_) return inside_string(byte);
    switch (byte) {
      case '"':
        in_string_ = true;
        return;
      case '{':
      case '[':
        open_ += byte;
        after_name_ = false;
        keep_ = at_ + 1;
        return;
      case '}':
      case ']':
        return close();
      case ':':
        after_name_ = true;
        return;
      case ',':
        after_name_ = false;
        keep_ = at_;
        return;
      default:
        return;
    }
  }

  void inside_string(char byte) {
    if (escaped_) {
      escaped_ = false;
    } else if (byte == '\\') {
      escaped_ = true;
    } else if (byte == '"') {
      in_string_ = false;
      const bool is_value = after_name_ || (!open_.empty() && open_.back() == '[');
      if (is_value) keep_ = at_ + 1;
    }
  }

  void close() {
    if (!open_.empty()) open_.pop_back();
    complete_ = open_.empty();
    after_name_ = false;
    keep_ = at_ + 1;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t keep_ = 0;
  std::string open_;
  bool in_string_ = false;
  bool escaped_ = false;
  bool after_name_ = false;
  bool complete_ = false;
};

}  // namespace

std::string mended_json(std::string_view cut) { return Mender(cut).mended(); }

}  // namespace geminate::upstream
