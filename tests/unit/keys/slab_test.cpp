#include "backend/keys/slab.h"

#include <gtest/gtest.h>

namespace geminate::keys {
namespace {

struct Thing {
  explicit Thing(int& living) : living_(living) { ++living_; }
  Thing(const Thing&) = delete;
  Thing& operator=(const Thing&) = delete;
  ~Thing() { --living_; }
  [[nodiscard]] bool is_unused() const { return !is_held; }

  bool is_held = false;
  int& living_;
};

TEST(Slab, EndsWhatWasRetiredOnlyWhenItIsUnused) {
  int living = 0;
  Slab<Thing> slab;
  Thing& held = slab.make(living);
  Thing& idle = slab.make(living);
  held.is_held = true;
  slab.retire(held);
  slab.retire(idle);
  slab.sweep();
  EXPECT_EQ(living, 1);
  held.is_held = false;
  slab.sweep();
  EXPECT_EQ(living, 0);
}

TEST(Slab, UsesAPlaceAgain) {
  int living = 0;
  Slab<Thing> slab;
  Thing& first = slab.make(living);
  slab.retire(first);
  slab.sweep();
  EXPECT_EQ(&slab.make(living), &first);
}

TEST(Slab, EndsAllThatIsLeftWithItself) {
  int living = 0;
  {
    Slab<Thing> slab;
    for (int i = 0; i < 1000; ++i) slab.make(living);
    slab.retire(slab.make(living));
    slab.sweep();
    EXPECT_EQ(living, 1000);
  }
  EXPECT_EQ(living, 0);
}

}  // namespace
}  // namespace geminate::keys
