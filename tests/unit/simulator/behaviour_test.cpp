#include "tools/simulator/behaviour.h"

#include <gtest/gtest.h>

#include "tools/simulator/script.h"

namespace geminate::simulator {
namespace {

using std::chrono::milliseconds;

TEST(Behaviour, ReadsAPresetAndSettingsOnTopOfIt) {
  const auto behaviour = parse_behaviour("429, retry_ms=500,quota=PerDay,latency_ms=20,array=1");
  ASSERT_TRUE(behaviour.ok());
  EXPECT_EQ(behaviour->fault, Fault::RateLimited);
  EXPECT_EQ(behaviour->retry, milliseconds(500));
  EXPECT_EQ(behaviour->quota, "PerDay");
  EXPECT_EQ(behaviour->latency, milliseconds(20));
  EXPECT_TRUE(behaviour->array);
}

TEST(Behaviour, KeepsWhatTheTextDoesNotMention) {
  Behaviour base;
  base.latency = milliseconds(70);
  const auto behaviour = parse_behaviour("chunks=9", base);
  ASSERT_TRUE(behaviour.ok());
  EXPECT_EQ(behaviour->latency, milliseconds(70));
  EXPECT_EQ(behaviour->chunks, 9U);
}

TEST(Behaviour, RefusesWhatItDoesNotKnow) {
  for (const char* wrong : {"nonsense", "speed=3", "chunks=many", "chunks=", "chunks=1x"}) {
    EXPECT_FALSE(parse_behaviour(wrong).ok()) << wrong;
  }
}

TEST(Behaviour, EveryPresetIsReadByItsName) {
  for (const Preset& preset : kPresets) {
    const auto behaviour = parse_behaviour(preset.name);
    ASSERT_TRUE(behaviour.ok()) << preset.name;
    EXPECT_EQ(behaviour->fault, preset.fault);
  }
}

TEST(Behaviour, KeyTextsSpeakForThemselves) {
  EXPECT_EQ(behaviour_of_key("sim-dead-1", {})->fault, Fault::InvalidKey);
  EXPECT_EQ(behaviour_of_key("sim-429", {})->fault, Fault::RateLimited);
  EXPECT_FALSE(behaviour_of_key("sim-demo-1", {}).has_value());
  EXPECT_FALSE(behaviour_of_key("AIzaSomething", {}).has_value());
}

TEST(Script, TheFirstRuleThatFitsDecidesUntilItIsUsedUp) {
  Script script;
  Rule once;
  once.key = "a";
  once.times = 2;
  once.behaviour.fault = Fault::RateLimited;
  script.add(once);
  Rule always;
  always.model = "m";
  always.behaviour.fault = Fault::ServerError;
  script.add(always);
  EXPECT_EQ(script.take({"a", "m", "/x"})->fault, Fault::RateLimited);
  EXPECT_EQ(script.take({"b", "m", "/x"})->fault, Fault::ServerError);
  EXPECT_EQ(script.take({"a", "m", "/x"})->fault, Fault::RateLimited);
  EXPECT_EQ(script.take({"a", "m", "/x"})->fault, Fault::ServerError);
  EXPECT_FALSE(script.take({"a", "other", "/x"}).has_value());
  script.clear();
  EXPECT_FALSE(script.take({"b", "m", "/x"}).has_value());
}

TEST(Script, ARuleCanBeForAPathOnly) {
  Script script;
  Rule rule;
  rule.path = "/v1beta/files";
  script.add(rule);
  EXPECT_TRUE(script.take({"k", "", "/v1beta/files/7"}).has_value());
  EXPECT_FALSE(script.take({"k", "", "/v1beta/models"}).has_value());
}

}  // namespace
}  // namespace geminate::simulator
