#include "backend/proxy/body_models.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <array>

namespace geminate::proxy {
namespace {

using Reader = rapidjson::Reader;

/// Follows the reader through the body's first levels and remembers where they name a model.
class ModelFinder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ModelFinder> {
 public:
  ModelFinder(std::string_view body, const rapidjson::MemoryStream& stream) : body_(body), stream_(stream) {}

  bool Default() {
    at_model_ = false;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view name(text, length);
    at_model_ = name == "model" && names_models();
    value_from_ = stream_.Tell();
    if (depth_ != 1) return true;
    member_ = name == "requests" ? Member::Requests
                                 : (name == "generateContentRequest" ? Member::Generate : Member::Other);
    if (at_model_) ++own_;
    return true;
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    if (at_model_ && models_.size() <= kMostBodyModels) {
      const std::size_t begin = body_.find('"', value_from_) + 1;
      models_.push_back({begin, stream_.Tell() - 1 - begin, std::string(text, length), depth_ == 1});
    }
    return Default();
  }
  bool StartObject() { return open(true); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(false); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  std::vector<BodyModel> take() {
    const bool is_clear = own_ <= 1 && models_.size() <= kMostBodyModels;
    return is_clear ? std::move(models_) : std::vector<BodyModel>();
  }

 private:
  enum class Member { Other, Requests, Generate };

  bool open(bool is_object) {
    ++depth_;
    if (depth_ < is_object_.size()) is_object_[depth_] = is_object;
    return Default();
  }
  bool close() {
    --depth_;
    return Default();
  }
  /// Whether the object that is open may have a "model" that counts.
  [[nodiscard]] bool names_models() const {
    if (depth_ == 1) return true;
    if (depth_ == 2) return member_ == Member::Generate;
    return depth_ == 3 && member_ == Member::Requests && is_object_[1] && !is_object_[2];
  }

  std::string_view body_;
  const rapidjson::MemoryStream& stream_;
  std::size_t depth_ = 0;
  std::array<bool, 4> is_object_{};
  Member member_ = Member::Other;
  bool at_model_ = false;
  std::size_t value_from_ = 0;
  int own_ = 0;
  std::vector<BodyModel> models_;
};

}  // namespace

std::vector<BodyModel> body_models(std::string_view body) {
  // Not by recursion: the body is the client's, and as deep as it likes.
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  rapidjson::MemoryStream stream(body.data(), body.size());
  ModelFinder finder(body, stream);
  Reader reader;
  if (reader.Parse<kFlags>(stream, finder).IsError()) return {};
  return finder.take();
}

}  // namespace geminate::proxy
