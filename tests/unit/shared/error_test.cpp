#include "shared/core/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "shared/core/result.h"

namespace geminate {
namespace {

TEST(Errors, StandInTheTableInTheEnumsOrder) {
  std::size_t index = 0;
  for (const ErrorFace& face : error_faces()) {
    EXPECT_EQ(static_cast<std::size_t>(face.code), index++) << face.name;
    EXPECT_EQ(&face_of(face.code), &face);
  }
}

TEST(Errors, HaveAFaceInEveryDialect) {
  for (const ErrorFace& face : error_faces()) {
    EXPECT_GE(face.http_status, 400) << face.name;
    EXPECT_LE(face.http_status, 599) << face.name;
    for (const auto text : {face.management_code, face.openai_type, face.openai_code, face.gemini_status,
                            face.anthropic_type}) {
      EXPECT_FALSE(text.empty()) << face.name;
    }
  }
}

TEST(Errors, AreToldApartByTheirManagementCode) {
  std::set<std::string_view> codes;
  for (const ErrorFace& face : error_faces())
    EXPECT_TRUE(codes.insert(face.management_code).second) << face.name;
}

TEST(Errors, HaveTheStatusesOfTheContract) {
  EXPECT_EQ(face_of(ErrorCode::RateLimited).http_status, 429);
  EXPECT_EQ(face_of(ErrorCode::NoUpstreamKey).http_status, 503);
  EXPECT_EQ(face_of(ErrorCode::CredentialsExhausted).http_status, 502);
  EXPECT_EQ(face_of(ErrorCode::CredentialsExhausted).openai_code, "upstream_credentials_exhausted");
  EXPECT_EQ(face_of(ErrorCode::HeadersTooLarge).http_status, 431);
  EXPECT_EQ(face_of(ErrorCode::BodyTooLarge).http_status, 413);
  EXPECT_EQ(face_of(ErrorCode::InsufficientStorage).http_status, 507);
}

Result<int> half_of(int number) {
  if (number % 2 != 0) return Error{ErrorCode::BadRequest, "odd", {}, "number", {}};
  return number / 2;
}

Result<int> quarter_of(int number) {
  GEMINATE_TRY(const int half, half_of(number));
  return half_of(half);
}

Status check_quarter(int number) {
  GEMINATE_CHECK_OK(quarter_of(number));
  return Status::success();
}

TEST(Results, CarryAValueOrTheFirstError) {
  EXPECT_EQ(*quarter_of(8), 2);
  ASSERT_FALSE(quarter_of(6).ok());
  EXPECT_EQ(quarter_of(6).error().field, "number");
  EXPECT_TRUE(check_quarter(4).ok());
  EXPECT_EQ(check_quarter(7).error().message, "odd");
}

}  // namespace
}  // namespace geminate
