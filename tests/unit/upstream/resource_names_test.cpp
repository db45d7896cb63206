#include "backend/upstream/resource_names.h"

#include <gtest/gtest.h>

#include "backend/upstream/resource_scan.h"

namespace geminate::upstream {
namespace {

using Names = std::vector<std::string>;
using Of = ResourceScan::Of;

Names names_in(Of of, std::string_view body) {
  ResourceScan scan(of);
  scan.feed(body);
  return scan.names();
}

TEST(ResourceNames, StandForTheThingAndAllBelowIt) {
  const auto of = [](std::string_view path) { return resource_of_path(path).name; };
  EXPECT_EQ(of("/v1beta/files/abc"), "files/abc");
  EXPECT_EQ(of("/v1beta/files/abc:download?alt=media"), "files/abc");
  EXPECT_EQ(of("/v1beta/files/a%62c%3Adownload"), "files/abc");
  EXPECT_EQ(of("/v1alpha/cachedContents/x?key=1"), "cachedContents/x");
  EXPECT_EQ(of("/upload/v1beta/fileSearchStores/s:uploadToFileSearchStore"), "fileSearchStores/s");
  EXPECT_EQ(of("/v1beta/fileSearchStores/s/upload/operations/o"), "fileSearchStores/s");
  EXPECT_EQ(of("/v1beta/models/veo-3/operations/o"), "models/veo-3/operations/o");
  EXPECT_EQ(of("/v1beta/tunedModels/t/operations/o"), "tunedModels/t");
  EXPECT_EQ(of("/v1beta/tunedModels/t:generateContent"), "tunedModels/t");
  EXPECT_EQ(of("/v1beta/operations/o"), "operations/o");
  EXPECT_EQ(of("/v1beta/batches/b:cancel"), "batches/b");
  EXPECT_EQ(of("/v1beta/interactions/v1_i/cancel"), "interactions/v1_i");
  EXPECT_EQ(of("/v1beta/openai/batches/batches%2Fb"), "batches/b");
  EXPECT_EQ(of("/v1beta/openai/batches/b/cancel"), "batches/b");
}

TEST(ResourceNames, AreNotInPathsThatBelongToEverybody) {
  for (const char* path :
       {"/v1beta/files", "/upload/v1beta/files", "/v1beta/files:register",
        "/v1beta/models/files:generateContent", "/v1beta/models/m/operations/", "/v1beta/models/m",
        "/v1beta/cachedContents/", "/v1beta/cachedContents/:x", "/v1beta/openai/chat/completions",
        "/v1beta/files%2Fabc", "/v1beta/files/a%2Fb", "/", ""}) {
    EXPECT_EQ(resource_of_path(path).name, "") << path;
  }
}

TEST(ResourceNames, KnowAThingFromAPartOfIt) {
  EXPECT_TRUE(resource_of_path("/v1beta/fileSearchStores/s?force=true").is_whole);
  EXPECT_FALSE(resource_of_path("/v1beta/fileSearchStores/s/documents/d").is_whole);
}

TEST(ResourceNames, AreReadFromNamesAndAddresses) {
  EXPECT_EQ(resource_of_text("files/abc"), "files/abc");
  EXPECT_EQ(resource_of_text("https://generativelanguage.googleapis.com/v1beta/files/abc"), "files/abc");
  EXPECT_EQ(resource_of_text("https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media"),
            "files/abc");
  for (const char* text : {"https://example.com/files/abc", "https://youtube.com/watch?v=x", "gs://files/abc",
                           "text", "files", "files/", "files/a b", "models/m", ""}) {
    EXPECT_EQ(resource_of_text(text), "") << text;
  }
}

constexpr std::string_view kPrompt = R"({"contents": [{"parts": [
    {"fileData": {"mimeType": "a/b", "fileUri": "https://g.example/v1beta/files/one"}},
    {"file_data": {"file_uri": "files\/two"}}, {"text": "\"fileUri\": \"files/no\" \\"},
    {"inlineData": {"data": "AAAA/files/no/BBBB"}}]}],
  "cachedContent": "cachedContents/three", "note": "files/no",
  "tools": [{"file_search": {"file_search_store_names": ["fileSearchStores/four", "fileSearchStores/five"]}}]})";
const Names kNamed{"files/one", "files/two", "cachedContents/three", "fileSearchStores/four",
                   "fileSearchStores/five"};

TEST(ResourceScan, FindsWhatARequestUses) {
  EXPECT_EQ(resources_of_body(kPrompt), kNamed);
  EXPECT_EQ(resources_of_body(R"( {"previous_interaction_id": "v1_abc"})"), Names{"interactions/v1_abc"});
  EXPECT_EQ(resources_of_body(R"({"input_file_id": "files/in"})"), Names{"files/in"});
  for (const char* body : {"", "{}", "[\"fileUri\"", "\x89PNG \"fileUri\":\"files/x\"", "{\"fileUri\":"}) {
    EXPECT_TRUE(resources_of_body(body).empty()) << body;
  }
}

TEST(ResourceScan, FindsTheSameHoweverABodyIsCut) {
  for (std::size_t cut = 0; cut <= kPrompt.size(); ++cut) {
    ResourceScan scan(Of::Request);
    scan.feed(kPrompt.substr(0, cut));
    scan.feed(kPrompt.substr(cut));
    EXPECT_EQ(scan.names(), kNamed) << cut;
  }
  ResourceScan by_byte(Of::Request);
  for (const char byte : kPrompt) by_byte.feed({&byte, 1});
  EXPECT_EQ(by_byte.names(), kNamed);
}

TEST(ResourceScan, PassesLongStringsWithoutKeepingThem) {
  const std::string picture(20'000'000, 'A');
  EXPECT_EQ(resources_of_body("{\"data\":\"" + picture + "\",\"fileUri\":\"files/x\"}"), Names{"files/x"});
  EXPECT_TRUE(resources_of_body("{\"fileUri\":\"files/" + picture + "\"}").empty());
}

TEST(ResourceScan, FindsWhatAnAnswerTells) {
  EXPECT_EQ(names_in(Of::Answer, R"({"file":{"name":"files/a","uri":"https://g.example/v1beta/files/a"}})"),
            Names{"files/a"});
  EXPECT_EQ(
      names_in(Of::Answer, R"({"files":[{"name":"files/a"},{"name":"files/b"}],"nextPageToken":"files/c"})"),
      (Names{"files/a", "files/b"}));
  EXPECT_EQ(names_in(Of::Answer, R"({"name":"models/veo/operations/o","done":true,"response":{"samples":[
      {"video":{"uri":"https://g.example/v1beta/files/v:download?alt=media"}}]}})"),
            (Names{"models/veo/operations/o", "files/v"}));
  ResourceScan cache(Of::Answer);
  cache.feed(R"({"expireTime":"2026-05-28T14:47:16.701652823Z","name":"cachedContents/c"})");
  EXPECT_EQ(cache.names(), Names{"cachedContents/c"});
  EXPECT_EQ(cache.expires_at(), parse_rfc3339("2026-05-28T14:47:16.701Z"));
}

TEST(ResourceScan, FindsAnInteractionsOwnIdOnly) {
  EXPECT_EQ(names_in(Of::Interaction, R"({"outputs":[{"id":"call-1"}],"id":"v1_a"})"),
            Names{"interactions/v1_a"});
  EXPECT_EQ(
      names_in(
          Of::Interaction,
          "event: interaction.created\ndata: {\"interaction\":{\"id\":\"v1_b\"},\"event_type\":\"x\"}\n\n"
          "data: {\"delta\":{\"id\":\"call-2\"},\"event_id\":\"e\"}\n\n"
          "data: {\"interaction_id\":\"v1_b\",\"event_type\":\"interaction.status_update\"}\n\n"),
      Names{"interactions/v1_b"});
}

}  // namespace
}  // namespace geminate::upstream
