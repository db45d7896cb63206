#include "backend/admin/key_portions.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <sstream>

#include "shared/codec/codec.h"
#include "shared/codec/columns.h"
#include "tests/unit/keys/pool_fixture.h"

namespace geminate::admin {
namespace {

std::string unpacked(std::string_view packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string copy(packed);
  std::string bytes(4'000'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

struct Told {
  KeyPortionHead head;
  std::vector<UpstreamKeyView> rows;
};

class KeyPortionsTest : public keys::PoolTest {
 protected:
  static Told read(const KeyPortion& portion) {
    std::istringstream lines(portion.is_gzip ? unpacked(portion.body) : portion.body);
    Told told;
    std::string line;
    std::getline(lines, line);
    told.head = codec::from_json<KeyPortionHead>(line).value();
    EXPECT_EQ(told.head.version, portion.version);
    while (std::getline(lines, line)) {
      codec::ColumnReader<UpstreamKeyView> reader(line);
      for (std::size_t at = 0; at < reader.rows(); ++at) reader.read(at, told.rows.emplace_back());
      EXPECT_EQ(reader.fault(), std::nullopt);
    }
    return told;
  }
  KeyPortion ask(KeyPart part, const std::optional<std::string>& since = {}, bool takes_gzip = true) {
    portions_.refresh_if_due(now_);
    return portions_.portion(part, since, takes_gzip, now_);
  }
  static std::vector<std::int64_t> ids_of(const Told& told) {
    std::vector<std::int64_t> ids;
    for (const UpstreamKeyView& row : told.rows) ids.push_back(row.id);
    return ids;
  }

  KeyPortions portions_{pool_};
};

TEST_F(KeyPortionsTest, TellsBothHalvesOfEveryKey) {
  KeyDraft draft;
  draft.key_string = "AIzaTheKeysOwnText-9876";
  draft.description = "first";
  add(draft);
  const KeyPortion facts = ask(KeyPart::Facts);
  EXPECT_EQ(unpacked(facts.body).find("AIzaTheKeys"), std::string::npos);
  const Told told = read(facts);
  ASSERT_EQ(told.rows.size(), 1U);
  EXPECT_TRUE(told.head.is_whole);
  EXPECT_EQ(told.head.total_keys, 1);
  EXPECT_EQ(told.rows[0].description, "first");
  EXPECT_EQ(told.rows[0].key_preview, "9876");
  const Told activity = read(ask(KeyPart::Activity));
  EXPECT_EQ(ids_of(activity), ids_of(told));
  EXPECT_EQ(activity.rows[0].description, std::nullopt);
}

TEST_F(KeyPortionsTest, LaterTellsOnlyWhatChanged) {
  const auto ids = add_many(4);
  const std::string seen = ask(KeyPart::Facts).version;
  EXPECT_TRUE(read(ask(KeyPart::Facts, seen)).rows.empty());
  edit(ids[2], keys::patch_with(&KeyPatch::description, std::string("renamed")));
  ASSERT_TRUE(pool_.erase(ids[0], kChange).ok());
  const Told told = read(ask(KeyPart::Facts, seen));
  EXPECT_FALSE(told.head.is_whole);
  EXPECT_EQ(ids_of(told), std::vector<std::int64_t>{ids[2]});
  EXPECT_EQ(told.head.gone, std::vector<std::int64_t>{ids[0]});
  EXPECT_TRUE(read(ask(KeyPart::Facts, told.head.version)).rows.empty());
}

TEST_F(KeyPortionsTest, AVersionOfAnotherRunGetsEverything) {
  add_many(3);
  for (const char* strange : {"", "x", "0123456789ab-f1", "-f1"}) {
    const Told told = read(ask(KeyPart::Facts, strange));
    EXPECT_TRUE(told.head.is_whole) << strange;
    EXPECT_EQ(told.rows.size(), 3U);
  }
  const std::string facts = ask(KeyPart::Facts).version;
  EXPECT_TRUE(read(ask(KeyPart::Activity, facts)).head.is_whole) << "the other half's";
  EXPECT_TRUE(read(ask(KeyPart::Facts, facts + "99")).head.is_whole) << "one that is still to come";
}

TEST_F(KeyPortionsTest, EverythingIsPutTogetherOnceAndWhatCameSinceFollows) {
  const auto ids = add_many(100);
  const KeyPortion first = ask(KeyPart::Facts);
  edit(ids[5], keys::patch_with(&KeyPatch::description, std::string("renamed")));
  const KeyPortion again = ask(KeyPart::Facts);
  EXPECT_EQ(again.version, first.version);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(ids_of(read(ask(KeyPart::Facts, again.version))), std::vector<std::int64_t>{ids[5]});
  for (int i = 0; i < 50; ++i)
    edit(ids[static_cast<std::size_t>(i)], keys::patch_with(&KeyPatch::description, std::string("all anew")));
  EXPECT_NE(ask(KeyPart::Facts).version, first.version);
}

TEST_F(KeyPortionsTest, WhoTakesNoGzipGetsTheLinesAsTheyAre) {
  add_many(3);
  const KeyPortion plain = ask(KeyPart::Facts, {}, false);
  EXPECT_FALSE(plain.is_gzip);
  EXPECT_EQ(ids_of(read(plain)), ids_of(read(ask(KeyPart::Facts))));
}

TEST_F(KeyPortionsTest, ManyKeysComeInSeveralLines) {
  std::string text;
  for (int i = 0; i < 9000; ++i) text += "AIzaSyMany" + std::to_string(i) + "\n";
  KeyImport request;
  request.text = text;
  ASSERT_TRUE(pool_.import(request, kChange).ok());
  const KeyPortion portion = ask(KeyPart::Facts);
  const std::string lines = unpacked(portion.body);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 4);
  EXPECT_EQ(read(portion).rows.size(), 9000U);
}

TEST_F(KeyPortionsTest, AnEmptyPoolIsToldToo) {
  const Told told = read(ask(KeyPart::Facts));
  EXPECT_TRUE(told.head.is_whole);
  EXPECT_TRUE(told.rows.empty());
  EXPECT_FALSE(read(ask(KeyPart::Facts, told.head.version)).head.is_whole)
      << "it would be asked for again for ever";
}

}  // namespace
}  // namespace geminate::admin
