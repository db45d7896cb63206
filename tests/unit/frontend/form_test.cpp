#include <gtest/gtest.h>

#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/form_values.h"

namespace geminate::ui {
namespace {

TEST(FormValues, LimitsTakeGroupedDigitsAndNothing) {
  EXPECT_EQ(parse_limit("600,000"), std::optional(std::optional<std::int64_t>(600'000)));
  EXPECT_EQ(parse_limit(" 10 "), std::optional(std::optional<std::int64_t>(10)));
  const auto none = parse_limit("  ");
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST(FormValues, LimitsRefuseWhatIsNoLimit) {
  for (const char* text : {"0", "-5", "1.5", "ten", "1e6", "99999999999999999999", "10 000"}) {
    EXPECT_EQ(parse_limit(text), std::nullopt) << text;
  }
}

TEST(FormValues, TimesAreLocalAndComeBackTheSame) {
  const auto parsed = parse_local_time("2027-01-31 08:15", 8 * 60);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ(format_rfc3339(**parsed), "2027-01-31T00:15:00Z");
  EXPECT_EQ(local_time_text(*parsed, 8 * 60), "2027-01-31 08:15");
  EXPECT_EQ(parse_local_time("2027-01-31", 0), parse_local_time("2027-01-31 00:00", 0));
  EXPECT_EQ(parse_local_time("2027-01-31T00:00", 0), parse_local_time("2027-01-31 00:00", 0));
}

TEST(FormValues, TimesThatDoNotExistAreRefused) {
  for (const char* text : {"2027-02-30 00:00", "2027-1-1", "2027-01-31 24:00", "2027-01-31 10:60", "tomorrow",
                           "2027-01-31 10:00:00", "2027-01-31x"}) {
    EXPECT_EQ(parse_local_time(text, 0), std::nullopt) << text;
  }
}

TEST(FormValues, TagsComeByAnyComma) {
  EXPECT_EQ(parse_tags("a, b，c、 a ,"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(parse_tags("  ").empty());
}

TEST(FormValues, KeysComeByLinesCommasAndBlanks) {
  EXPECT_EQ(split_keys("AIza1\n AIza2,AQ.3\t\r\n\n"), (std::vector<std::string>{"AIza1", "AIza2", "AQ.3"}));
}

UpstreamKeyView row() {
  UpstreamKeyView row;
  row.id = 7;
  row.description = "first";
  row.max_tokens_per_day = 1000;
  row.expires_at = Timestamp(std::chrono::milliseconds(1795415412345));
  row.tags = {"a"};
  row.revision = 4;
  return row;
}

TEST(KeyPatchOfForm, SendsOnlyWhatDiffers) {
  KeyForm form = form_of(row(), 60);
  form.description = "second";
  form.max_tokens_per_day = "";
  FieldErrors errors;
  const auto patch = patch_of(form, row(), 60, errors);
  ASSERT_TRUE(patch);
  EXPECT_EQ(patch->description.value, "second");
  EXPECT_TRUE(patch->max_tokens_per_day.present);
  EXPECT_FALSE(patch->max_tokens_per_day.value);
  EXPECT_FALSE(patch->expires_at.present) << "a field shows minutes; its seconds must not count as an edit";
  EXPECT_FALSE(patch->tags.present);
  EXPECT_FALSE(patch->is_active.present);
  EXPECT_EQ(patch->revision, 4);
}

TEST(KeyPatchOfForm, AnUntouchedFormAsksForNothing) {
  FieldErrors errors;
  const auto patch = patch_of(form_of(row(), 0), row(), 0, errors);
  ASSERT_TRUE(patch);
  EXPECT_TRUE(is_empty(*patch));
}

TEST(KeyPatchOfForm, NamesEveryFieldAtFault) {
  KeyForm form = form_of(row(), 0);
  form.max_tokens_per_day = "many";
  form.expires_at = "soon";
  form.weight = "0";
  form.priority = "high";
  FieldErrors errors;
  EXPECT_FALSE(patch_of(form, row(), 0, errors));
  EXPECT_EQ(errors.size(), 4U);
  EXPECT_TRUE(errors.contains("max_tokens_per_day"));
  EXPECT_TRUE(errors.contains("expires_at"));
  EXPECT_TRUE(errors.contains("weight"));
  EXPECT_TRUE(errors.contains("priority"));
}

TEST(KeyDraftOfForm, AnEmptyFormHasTheDefaults) {
  FieldErrors errors;
  const auto draft = key_draft_of({}, "AIzaX", 0, errors);
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->key_string, "AIzaX");
  EXPECT_EQ(draft->weight, 1);
  EXPECT_EQ(draft->priority, 0);
  EXPECT_FALSE(draft->description);
  EXPECT_FALSE(draft->max_tokens_per_day);
}

TEST(Rebase, KeepsWhatWasTypedAndTakesTheRest) {
  const KeyForm before = form_of(row(), 0);
  KeyForm form = before;
  form.description = "typed";
  UpstreamKeyView changed = row();
  changed.description = "theirs";
  changed.project = "alpha";
  changed.is_active = false;
  rebase(form, before, form_of(changed, 0));
  EXPECT_EQ(form.description, "typed");
  EXPECT_EQ(form.project, "alpha");
  EXPECT_FALSE(form.is_active);
}

TEST(TokenForms, GoBothWays) {
  ClientTokenView token;
  token.description = "ci";
  token.rate_limit_per_minute = 5;
  token.revision = 2;
  token.models = {"gemini-2.5-flash"};
  token.allowed_ips = {"192.0.2.1"};
  token.tokens_per_minute = 7;
  token.requests_per_day = 8;
  token.max_tokens_total = 9;
  TokenForm form = form_of(token, 0);
  form.rate_limit_per_minute = "";
  FieldErrors errors;
  const auto patch = patch_of(form, token, 0, errors);
  ASSERT_TRUE(patch);
  EXPECT_FALSE(patch->description.present);
  EXPECT_TRUE(patch->rate_limit_per_minute.present);
  EXPECT_FALSE(patch->rate_limit_per_minute.value);
  EXPECT_EQ(patch->revision, 2);
  EXPECT_FALSE(patch->models.present || patch->allowed_ips.present || patch->tokens_per_minute.present ||
               patch->requests_per_day.present || patch->max_tokens_total.present)
      << "what the form does not show stays as it is";
  form.max_tokens_per_day = "x";
  EXPECT_FALSE(token_draft_of(form, 0, errors));
  EXPECT_TRUE(errors.contains("max_tokens_per_day"));
}

}  // namespace
}  // namespace geminate::ui
