#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "backend/config/config.h"

namespace geminate::config {
namespace {

class DotEnv : public testing::Test {
 protected:
  ~DotEnv() override {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  Environment read(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    return read_dot_env(path_, faults_);
  }

  std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) / ("geminate-dot-env-" + std::to_string(::getpid()));
  std::vector<std::string> faults_;
};

TEST_F(DotEnv, NoFileIsAnEmptyOne) {
  EXPECT_TRUE(read_dot_env(path_, faults_).empty());
  EXPECT_TRUE(faults_.empty());
}

TEST_F(DotEnv, ReadsLinesCommentsAndQuotes) {
  const Environment environment = read(
      "\xEF\xBB\xBF# a comment\r\n\r\nA=plain value  # with a comment\r\n  export B = spaced \nC='single # "
      "\\n \"x\"' # y\n"
      "D=\"double \\\"x\\\" \\n # \\\\ \"\nE=\nF=a#b\nG='' \nH=#only a comment\nA_2=x=y=z\nA=last one wins");
  EXPECT_TRUE(faults_.empty());
  EXPECT_EQ(environment.at("A"), "last one wins");
  EXPECT_EQ(environment.at("B"), "spaced");
  EXPECT_EQ(environment.at("C"), "single # \\n \"x\"");
  EXPECT_EQ(environment.at("D"), "double \"x\" \n # \\ ");
  EXPECT_EQ(environment.at("E"), "");
  EXPECT_EQ(environment.at("F"), "a#b");
  EXPECT_EQ(environment.at("G"), "");
  EXPECT_EQ(environment.at("H"), "");
  EXPECT_EQ(environment.at("A_2"), "x=y=z");
  EXPECT_EQ(environment.size(), 9U);
}

TEST_F(DotEnv, MalformedLinesAreFaultsWithTheirNumberAndWithoutTheirText) {
  const Environment environment =
      read("OK=1\ncanary\n2BAD=canary\nX Y=canary\nQ=\"canary\nR='canary' canary\n=canary\n");
  EXPECT_EQ(environment.size(), 1U);
  ASSERT_EQ(faults_.size(), 6U);
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    EXPECT_NE(faults_[i].find("line " + std::to_string(i + 2)), std::string::npos) << faults_[i];
    EXPECT_EQ(faults_[i].find("canary"), std::string::npos) << faults_[i];
  }
}

TEST_F(DotEnv, AFolderIsAFault) {
  EXPECT_TRUE(read_dot_env("/", faults_).empty());
  EXPECT_EQ(faults_.size(), 1U);
}

TEST_F(DotEnv, TheExampleFileIsReadableAndSaysNothing) {
  EXPECT_TRUE(read(dot_env_example()).empty());
  EXPECT_TRUE(faults_.empty());
}

TEST_F(DotEnv, TheExampleFileWithEveryLineSwitchedOnIsTheDefault) {
  std::string text = dot_env_example();
  // "#NAME=" is a setting, "# text" a comment.
  for (std::size_t at = 0; (at = text.find("\n#", at)) != std::string::npos; ++at) {
    if (at + 2 < text.size() && text[at + 2] >= 'A' && text[at + 2] <= 'Z') text.erase(at + 1, 1);
  }
  const Environment environment = read(text);
  EXPECT_TRUE(faults_.empty());
  EXPECT_GT(environment.size(), 20U);
  const ConfigReport report = load_config({}, environment);
  EXPECT_TRUE(report.faults.empty()) << report.faults.front();
  EXPECT_TRUE(report.warnings.empty());
  const ConfigReport defaults = load_config({}, {});
  EXPECT_EQ(report.config.max_body_bytes, defaults.config.max_body_bytes);
  EXPECT_EQ(report.config.port, defaults.config.port);
  EXPECT_EQ(report.config.database_url, defaults.config.database_url);
  EXPECT_EQ(report.config.log_level, defaults.config.log_level);
}

}  // namespace
}  // namespace geminate::config
