#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "shared/api/endpoints.h"
#include "shared/codec/codec.h"

namespace geminate {

/// Fills every field of a DTO, through its description, with a value that is not its default and not its
/// neighbour's.
class DtoFiller {
 public:
  template <class T>
  void fill(T& value) {
    if constexpr (codec::kIsOptional<T>) {
      fill(value.emplace());
    } else if constexpr (codec::kIsPatch<T>) {
      value.present = true;
      fill(value.value);
    } else if constexpr (codec::kIsVector<T>) {
      value.resize(2);
      for (auto& element : value) fill(element);
    } else if constexpr (std::is_same_v<T, bool>) {
      value = !value;
    } else if constexpr (NamedEnum<T>) {
      value = EnumNames<T>::kNames.back().first;
    } else if constexpr (std::is_integral_v<T>) {
      // Beyond what a double holds exactly, where the type can.
      value = static_cast<T>(std::numeric_limits<T>::max() - static_cast<T>(++count_));
    } else if constexpr (std::is_floating_point_v<T>) {
      value = static_cast<T>(++count_) + T{0.25};
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = "值 \"" + std::to_string(++count_) + "\" \\ \n\x01 😀";
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      value = Timestamp{std::chrono::milliseconds{1'900'000'000'000 + ++count_}};
    } else {
      T::describe(value, [this](const char*, auto& member, const char*, Presence = Presence::Required) {
        this->fill(member);
      });
    }
  }

 private:
  int count_ = 0;
};

/// Calls `visit` with a filled DTO of every kind that a management route takes or gives, and with the error's
/// body.
template <class Visitor>
void for_each_filled_dto(Visitor&& visit) {
  const auto visit_filled = [&visit](auto dto) {
    DtoFiller().fill(dto);
    visit(dto);
  };
  api::for_each_endpoint([&]<class Request, class Answer>(const api::Endpoint<Request, Answer>&) {
    visit_filled(Request{});
    visit_filled(Answer{});
  });
  visit_filled(ManagementErrorBody{});
}

}  // namespace geminate
