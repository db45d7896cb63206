#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "shared/core/describe.h"

namespace geminate {

/// What an account may do: an admin everything, a viewer look.
enum class Role : std::uint8_t { Admin, Viewer };

template <>
struct EnumNames<Role> {
  static constexpr std::array<std::pair<Role, std::string_view>, 2> kNames{
      {{Role::Admin, "admin"}, {Role::Viewer, "viewer"}}};
};

/// How somebody came in.
enum class Entrance : std::uint8_t {
  /// Nobody has said who it is: a public route.
  None,
  /// A session of the console.
  Session,
  /// A secret in `Authorization: Bearer`.
  Bearer,
  /// The program itself, or a command of its own.
  Server,
};

template <>
struct EnumNames<Entrance> {
  static constexpr std::array<std::pair<Entrance, std::string_view>, 4> kNames{
      {{Entrance::None, "none"},
       {Entrance::Session, "session"},
       {Entrance::Bearer, "bearer"},
       {Entrance::Server, "server"}}};
};

/// Who calls a management route. The pipeline's access check makes it, and it goes with the request to every
/// change of a store. Made without a word it is a nobody that may do the least.
struct Caller {
  /// Whoever has ADMIN_API_KEY; accounts that are made have larger ids.
  static constexpr std::int64_t kFirstAdmin = 0;

  /// None: a nobody, or the program itself.
  std::optional<std::int64_t> account_id{};
  std::string name{};
  Role role = Role::Viewer;
  /// As HttpRequest::peer has it.
  std::string address{};
  std::string request_id{};
  Entrance entrance = Entrance::None;

  static Caller first_admin(Entrance entrance) {
    return {kFirstAdmin, "admin", Role::Admin, {}, {}, entrance};
  }
  /// What the program does by itself.
  static Caller server() { return {{}, "server", Role::Admin, {}, {}, Entrance::Server}; }
};

}  // namespace geminate
