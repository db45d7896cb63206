# Tests, with GoogleTest's own main. No gmock: tests use fakes, and matchers would be one more package.
find_package(GTest)
if(NOT GTest_FOUND)
  geminate_missing_dependency(gtest)
endif()
include(GoogleTest)
geminate_dependency(gtest TARGETS GTest::gtest GTest::gtest_main)
