#include "shared/codec/openapi.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <set>
#include <string>

#include "shared/api/endpoints.h"
#include "tests/golden/committed_file.h"

namespace geminate {
namespace {

std::string document_text() { return codec::openapi_json("0.0.0-golden", "session_cookie"); }

rapidjson::Document document() {
  rapidjson::Document json;
  json.Parse(document_text().c_str());
  return json;
}

const char* verb_of(api::Verb verb) {
  constexpr const char* kNames[] = {"get", "post", "put", "delete"};
  return kNames[static_cast<std::size_t>(verb)];
}

TEST(OpenApi, IsWhatTheGoldenFileSays) {
  test::expect_committed("tests/golden/openapi.json", document_text());
}

TEST(OpenApi, IsValidJson) { EXPECT_FALSE(document().HasParseError()); }

TEST(OpenApi, HasEveryRouteWithItsVerbAndAnswer) {
  const auto json = document();
  int routes = 0;
  api::for_each_endpoint([&](const auto& endpoint) {
    ++routes;
    const std::string path(endpoint.path);
    ASSERT_TRUE(json["paths"].HasMember(path.c_str())) << path;
    const auto& item = json["paths"][path.c_str()];
    ASSERT_TRUE(item.HasMember(verb_of(endpoint.verb))) << path;
    const auto& operation = item[verb_of(endpoint.verb)];
    EXPECT_TRUE(operation["responses"].HasMember(std::to_string(endpoint.success).c_str())) << path;
    EXPECT_TRUE(operation["responses"].HasMember("default")) << path;
    EXPECT_EQ(operation["security"].Empty(), endpoint.access == api::Access::Public) << path;
  });
  EXPECT_GT(routes, 0);
}

TEST(OpenApi, GivesEveryOperationAnIdOfItsOwn) {
  const auto json = document();
  std::set<std::string> ids;
  std::size_t operations = 0;
  for (const auto& path : json["paths"].GetObject()) {
    for (const auto& operation : path.value.GetObject()) {
      ids.insert(operation.value["operationId"].GetString());
      ++operations;
    }
  }
  EXPECT_EQ(ids.size(), operations);
}

void collect_references(const rapidjson::Value& value, std::set<std::string>& references) {
  if (value.IsArray()) {
    for (const auto& element : value.GetArray()) collect_references(element, references);
  } else if (value.IsObject()) {
    for (const auto& member : value.GetObject()) {
      if (std::string_view(member.name.GetString()) == "$ref") references.insert(member.value.GetString());
      collect_references(member.value, references);
    }
  }
}

TEST(OpenApi, RefersOnlyToWhatItHolds) {
  const auto json = document();
  std::set<std::string> references;
  collect_references(json, references);
  EXPECT_TRUE(references.count("#/components/schemas/CooldownView") == 1)
      << "schemas inside schemas are held too";
  for (const std::string& reference : references) {
    const rapidjson::Value* place = &json;
    std::istringstream parts(reference.substr(2));
    for (std::string part; std::getline(parts, part, '/');) {
      ASSERT_TRUE(place->HasMember(part.c_str())) << reference;
      place = &(*place)[part.c_str()];
    }
  }
}

TEST(OpenApi, DemandsOfARequestOnlyWhatHasNoDefault) {
  const auto json = document();
  const auto& schemas = json["components"]["schemas"];
  ASSERT_EQ(schemas["KeyDraft"]["required"].Size(), 1U);
  EXPECT_STREQ(schemas["KeyDraft"]["required"][0].GetString(), "key_string");
  EXPECT_FALSE(schemas["KeyPatch"].HasMember("required"));
  EXPECT_EQ(schemas["UpstreamKeyView"]["required"].Size(),
            schemas["UpstreamKeyView"]["properties"].MemberCount());
}

}  // namespace
}  // namespace geminate
