#include "backend/config/setting_values.h"

#include <gtest/gtest.h>

namespace geminate::config {
namespace {

TEST(SettingValues, SizesTakeBytesAndBinarySuffixes) {
  const std::pair<const char*, std::uint64_t> examples[] = {
      {"0", 0},     {"1024", 1024},         {"1KiB", 1024},        {"1 kib", 1024},
      {"3K", 3072}, {"64MiB", 64ULL << 20}, {"2 GiB", 2ULL << 30}, {"2g", 2ULL << 30}};
  for (const auto& [text, bytes] : examples) EXPECT_EQ(number_value(text, Unit::Bytes), bytes) << text;
  for (const char* text : {"", "KiB", "1 KB", "1.5MiB", "-1", "1KiBKiB", "one", "0x10"}) {
    EXPECT_FALSE(number_value(text, Unit::Bytes)) << text;
  }
}

TEST(SettingValues, ANumberBeyondAllRangesIsStillANumber) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(number_value("18446744073709551615", Unit::None), kMax);
  EXPECT_EQ(number_value("18446744073709551616", Unit::None), kMax);
  EXPECT_EQ(number_value("99999999999GiB", Unit::Bytes), kMax);
  EXPECT_FALSE(number_value("1KiB", Unit::None));
}

TEST(SettingValues, SizesAreWrittenAsTheyAreRead) {
  for (const std::uint64_t bytes : {0ULL, 1ULL, 1023ULL, 1024ULL, 1536ULL, 1ULL << 20, 3ULL << 30}) {
    EXPECT_EQ(number_value(number_text(bytes, Unit::Bytes), Unit::Bytes), bytes);
  }
  EXPECT_EQ(number_text(64ULL << 20, Unit::Bytes), "64 MiB");
  EXPECT_EQ(number_text(7860, Unit::None), "7860");
}

TEST(SettingValues, ListsDropBlanksAndRepetitions) {
  EXPECT_EQ(list_value(" a ,,b,a, c d ", false), (std::vector<std::string>{"a", "b", "c d"}));
  EXPECT_EQ(list_value(" a ,,b,a, c d ", true), (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(list_value("a\nb\r\nc", false), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(list_value(" , ", true).empty());
}

TEST(SettingValues, EnumsListTheirDocumentedWords) {
  EXPECT_EQ(enum_choices<KeyStorageMode>(), "memory or database");
  EXPECT_EQ(enum_choices<LogLevel>(), "trace, debug, info, warning or error");
}

}  // namespace
}  // namespace geminate::config
