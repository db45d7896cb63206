// What goes over the wire reads the same on both ends: this program runs natively and as wasm, and both have
// to find the same texts. It is no GoogleTest, which is not there for wasm.

#include <cstdio>
#include <string>
#include <string_view>

#include "tests/unit/shared/filled_dto.h"

namespace geminate {
namespace {

int failures = 0;

void expect_equal(std::string_view what, std::string_view found, std::string_view expected) {
  if (found == expected) return;
  ++failures;
  std::printf("%.*s\n  found    %.*s\n  expected %.*s\n", static_cast<int>(what.size()), what.data(),
              static_cast<int>(found.size()), found.data(), static_cast<int>(expected.size()),
              expected.data());
}

void every_dto_survives() {
  int dtos = 0;
  for_each_filled_dto([&dtos]<class Dto>(const Dto& dto) {
    ++dtos;
    const std::string text = codec::to_json(dto);
    const auto read = codec::from_json<Dto>(text);
    expect_equal(text, read.ok() ? codec::to_json(*read) : read.error().message, text);
  });
  expect_equal("how many DTOs", std::to_string(dtos > 20), "1");
}

// A fixed text: two ends that err alike would survive the trip above.
void the_text_is_this_one() {
  KeyBulk bulk;
  bulk.ids = {1, -9007199254740993, 9223372036854775807};
  bulk.action = BulkAction::SetProject;
  expect_equal("integers beyond a double's, enum, null", codec::to_json(bulk),
               R"({"ids":[1,-9007199254740993,9223372036854775807],"action":"set_project","value":null})");
  CooldownView cooldown{"计划", "m", "", "429", Timestamp{std::chrono::milliseconds{-1}}};
  expect_equal(
      "time before 1970, Chinese", codec::to_json(cooldown),
      R"({"project":"计划","model":"m","quota":"","reason":"429","until":"1969-12-31T23:59:59.999Z"})");
  KeyPatch patch;
  patch.description = Patch<std::string>::cleared();
  patch.weight = Patch<std::int32_t>::to(-7);
  expect_equal("a patch says null, and leaves out", codec::to_json(patch),
               R"({"description":null,"weight":-7,"revision":null})");
}

void faults_are_named_alike() {
  const auto fault = [](std::string_view json) {
    const auto read = codec::from_json<KeyBulk>(json);
    return read.ok() ? std::string("taken") : read.error().field + ": " + read.error().message;
  };
  expect_equal("wrong element", fault(R"({"ids":[1,"2"],"action":"enable"})"),
               "ids[1]: ids[1] must be a whole number in range");
  expect_equal("unknown word", fault(R"({"ids":[],"action":"explode"})"),
               "action: action is not one of the allowed words");
  expect_equal("missing", fault(R"({"action":"enable"})"), "ids: ids is required");
  expect_equal("cut off", fault(R"({"ids":[)"), ": the body is not valid JSON (at byte 8)");
  expect_equal("open brackets", fault(std::string(1'000'000, '[')).substr(0, 28),
               ": the body is not valid JSON");
}

}  // namespace
}  // namespace geminate

int main() {
  geminate::every_dto_survives();
  geminate::the_text_is_this_one();
  geminate::faults_are_named_alike();
  std::printf(geminate::failures == 0 ? "passed\n" : "%d failures\n", geminate::failures);
  return geminate::failures == 0 ? 0 : 1;
}
