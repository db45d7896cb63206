#include "backend/keys/pacific_day.h"

namespace geminate::keys {
namespace {

using namespace std::chrono;

/// 2:00 standard time (8 hours behind) on March's second Sunday; 2:00 daylight time (7 behind) on November's
/// first.
hours offset_at(Timestamp time) {
  const year in = year_month_day{floor<days>(time)}.year();
  const auto begin = sys_days{in / March / Sunday[2]} + hours{2 + 8};
  const auto end = sys_days{in / November / Sunday[1]} + hours{2 + 7};
  return time >= begin && time < end ? hours{-7} : hours{-8};
}

std::int32_t day_of(Timestamp time) {
  return static_cast<std::int32_t>(floor<days>(time + offset_at(time)).time_since_epoch().count());
}

/// The hour that was asked about last: offsets change at full hours, and every request asks several times.
struct KnownHour {
  Timestamp begin{};
  Timestamp end{};
  std::int32_t day = 0;
};

}  // namespace

std::int32_t pacific_day(Timestamp time) {
  thread_local KnownHour known;
  if (time < known.begin || time >= known.end) {
    known.begin = floor<hours>(time);
    known.end = known.begin + hours{1};
    known.day = day_of(time);
  }
  return known.day;
}

Timestamp next_pacific_midnight(Timestamp time) {
  const Timestamp local_midnight{days{pacific_day(time) + 1}};
  // Midnight is never within the hour that is skipped or repeated, so one of the two offsets is right for it.
  const Timestamp by_daylight_time = local_midnight + hours{7};
  return offset_at(by_daylight_time) == hours{-7} ? by_daylight_time : local_midnight + hours{8};
}

}  // namespace geminate::keys
