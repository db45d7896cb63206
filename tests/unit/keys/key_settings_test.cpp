#include <gtest/gtest.h>

#include "backend/keys/setting_rules.h"
#include "backend/keys/upstream_key.h"

namespace geminate::keys {
namespace {

KeyDraft draft_of(const std::string& text) {
  KeyDraft draft;
  draft.key_string = text;
  return draft;
}

std::string field_at_fault(const KeyDraft& draft) {
  const auto key = key_from_draft(draft);
  if (key.ok()) return "none";
  EXPECT_EQ(key.error().code, ErrorCode::BadRequest);
  EXPECT_FALSE(key.error().message.empty());
  return key.error().field;
}

TEST(KeySettings, ABareDraftHasTheContractsDefaults) {
  const auto key = key_from_draft(draft_of("AIzaSyBare"));
  ASSERT_TRUE(key.ok());
  EXPECT_TRUE(key->is_active);
  EXPECT_EQ(key->weight, 1);
  EXPECT_EQ(key->priority, 0);
  EXPECT_TRUE(key->tags.empty());
  EXPECT_FALSE(key->enable_context_management);
  EXPECT_FALSE(key->context_window || key->max_tokens_per_day || key->rate_limit_per_minute ||
               key->expires_at);
  EXPECT_EQ(key->origin, Origin::Console);
}

TEST(KeySettings, TakeAnyOpaqueTextWithoutBlanks) {
  for (const char* text : {"AIzaSyA", "AQ.Ab8_x-1", "x", "~!@#$%^&*()"}) {
    EXPECT_EQ(key_from_draft(draft_of(text))->text.reveal(), text);
  }
  EXPECT_EQ(key_from_draft(draft_of(" \t AIzaSyA \r\n"))->text.reveal(), "AIzaSyA");
  EXPECT_EQ(field_at_fault(draft_of(std::string(4096, 'k'))), "none");
}

TEST(KeySettings, RefuseTextsThatNoHeaderCanCarry) {
  const std::string with_null("AIza\0Sy", 7);
  for (const std::string& text :
       {std::string(), std::string("   "), std::string("AIza Sy"), std::string("AIza\r\nX: y"), with_null,
        std::string("AIza\x7f"), std::string("密钥"), std::string(4097, 'k')}) {
    EXPECT_EQ(field_at_fault(draft_of(text)), "key_string") << text.size();
  }
}

TEST(KeySettings, NeverRepeatTheKeyInAFault) {
  const auto key = key_from_draft(draft_of("AIzaSecret Secret"));
  ASSERT_FALSE(key.ok());
  EXPECT_EQ((key.error().message + key.error().detail).find("Secret"), std::string::npos);
}

TEST(KeySettings, AZeroOrNegativeLimitIsAFaultAndNeverUnlimited) {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN, INT64_MAX}) {
    for (const auto& [field, name] : {std::pair{&KeyDraft::context_window, "context_window"},
                                      std::pair{&KeyDraft::max_tokens_per_day, "max_tokens_per_day"},
                                      std::pair{&KeyDraft::rate_limit_per_minute, "rate_limit_per_minute"}}) {
      KeyDraft draft = draft_of("AIzaSyA");
      draft.*field = value;
      EXPECT_EQ(field_at_fault(draft), name) << value;
      draft.*field = 1;
      EXPECT_EQ(field_at_fault(draft), "none");
    }
  }
}

TEST(KeySettings, WeightAndPriorityHaveRanges) {
  for (const auto& [value, fault] : {std::pair{0, "weight"}, std::pair{1, "none"}, std::pair{1000, "none"},
                                     std::pair{1001, "weight"}, std::pair{-1, "weight"}}) {
    KeyDraft draft = draft_of("AIzaSyA");
    draft.weight = value;
    EXPECT_EQ(field_at_fault(draft), fault) << value;
  }
  for (const auto& [value, fault] : {std::pair{-1001, "priority"}, std::pair{-1000, "none"},
                                     std::pair{1000, "none"}, std::pair{1001, "priority"}}) {
    KeyDraft draft = draft_of("AIzaSyA");
    draft.priority = value;
    EXPECT_EQ(field_at_fault(draft), fault) << value;
  }
}

std::string repeated(const std::string& piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(KeySettings, TextsAreCountedInCharactersAndCleaned) {
  KeyDraft draft = draft_of("AIzaSyA");
  draft.description = repeated("字", 500);
  EXPECT_EQ(field_at_fault(draft), "none");
  draft.description = repeated("字", 501);
  EXPECT_EQ(field_at_fault(draft), "description");
  draft.description = "two\nlines";
  EXPECT_EQ(field_at_fault(draft), "none");
  draft.description = "bell\a";
  EXPECT_EQ(field_at_fault(draft), "description");
  draft.description = "  ";
  EXPECT_FALSE(key_from_draft(draft)->description) << "an empty note is none";
  draft.description.reset();
  draft.project = "two\nlines";
  EXPECT_EQ(field_at_fault(draft), "project");
  draft.project = "  my project ";
  EXPECT_EQ(key_from_draft(draft)->project, "my project");
  draft.user_id = repeated("x", 201);
  EXPECT_EQ(field_at_fault(draft), "user_id");
}

TEST(KeySettings, TextsThatAreNotUtf8AreRefused) {
  for (const char* text : {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                           "\xF8\x88\x80\x80\x80", "ok\xFF"}) {
    KeyDraft draft = draft_of("AIzaSyA");
    draft.description = text;
    EXPECT_EQ(field_at_fault(draft), "description");
  }
}

TEST(KeySettings, TagsAreFewShortAndEachOnce) {
  KeyDraft draft = draft_of("AIzaSyA");
  draft.tags = std::vector<std::string>{" a ", "b", "a", "", "  "};
  EXPECT_EQ(key_from_draft(draft)->tags, (std::vector<std::string>{"a", "b"}));
  draft.tags = std::vector<std::string>{repeated("字", 51)};
  EXPECT_EQ(field_at_fault(draft), "tags");
  std::vector<std::string> many;
  for (int i = 0; i < 21; ++i) many.push_back(std::to_string(i));
  draft.tags = many;
  EXPECT_EQ(field_at_fault(draft), "tags");
  many.pop_back();
  draft.tags = many;
  EXPECT_EQ(field_at_fault(draft), "none");
}

TEST(KeySettings, AnEditTouchesOnlyWhatItNames) {
  KeyDraft draft = draft_of("AIzaSyA");
  draft.description = "note";
  draft.rate_limit_per_minute = 5;
  UpstreamKey key = key_from_draft(draft).value();
  KeyPatch patch;
  patch.description = Patch<std::string>::cleared();
  patch.tags = Patch<std::vector<std::string>>::to({"t"});
  ASSERT_TRUE(apply_patch(key, patch).ok());
  EXPECT_FALSE(key.description);
  EXPECT_EQ(key.rate_limit_per_minute, 5);
  EXPECT_EQ(key.tags, std::vector<std::string>{"t"});
  EXPECT_EQ(key.text.reveal(), "AIzaSyA");
  patch = {};
  patch.tags = Patch<std::vector<std::string>>::cleared();
  ASSERT_TRUE(apply_patch(key, patch).ok());
  EXPECT_TRUE(key.tags.empty());
}

template <class T>
std::string fault_of_clearing(Patch<T> KeyPatch::*field) {
  UpstreamKey key = key_from_draft(draft_of("AIzaSyA")).value();
  KeyPatch patch;
  patch.*field = Patch<T>::cleared();
  const auto outcome = apply_patch(key, patch);
  return outcome.ok() ? "none" : outcome.error().field;
}

TEST(KeySettings, OnlyWhatHasANoneCanBeCleared) {
  EXPECT_EQ(fault_of_clearing(&KeyPatch::key_string), "key_string");
  EXPECT_EQ(fault_of_clearing(&KeyPatch::is_active), "is_active");
  EXPECT_EQ(fault_of_clearing(&KeyPatch::enable_context_management), "enable_context_management");
  EXPECT_EQ(fault_of_clearing(&KeyPatch::weight), "weight");
  EXPECT_EQ(fault_of_clearing(&KeyPatch::priority), "priority");
  EXPECT_EQ(fault_of_clearing(&KeyPatch::expires_at), "none");
  EXPECT_EQ(fault_of_clearing(&KeyPatch::context_window), "none");
  EXPECT_EQ(fault_of_clearing(&KeyPatch::user_id), "none");
  EXPECT_EQ(fault_of_clearing(&KeyPatch::project), "none");
}

TEST(KeySettings, AFaultyEditChangesNothingAtAll) {
  UpstreamKey key = key_from_draft(draft_of("AIzaSyA")).value();
  KeyPatch patch;
  patch.key_string = Patch<std::string>::to("AIzaSyB");
  patch.description = Patch<std::string>::to("x");
  patch.weight = Patch<std::int32_t>::to(0);
  EXPECT_FALSE(apply_patch(key, patch).ok());
  EXPECT_EQ(key.text.reveal(), "AIzaSyA");
  EXPECT_FALSE(key.description);
}

TEST(KeySettings, OnlyANewTextRevives) {
  UpstreamKey key = key_from_draft(draft_of("AIzaSyA")).value();
  key.is_dead = true;
  key.dead_reason = "leaked";
  KeyPatch patch;
  patch.key_string = Patch<std::string>::to("AIzaSyA");
  ASSERT_TRUE(apply_patch(key, patch).ok());
  EXPECT_TRUE(key.is_dead);
  patch.key_string = Patch<std::string>::to("AIzaSyB");
  ASSERT_TRUE(apply_patch(key, patch).ok());
  EXPECT_FALSE(key.is_dead);
  EXPECT_EQ(key.dead_reason, "");
}

}  // namespace
}  // namespace geminate::keys
