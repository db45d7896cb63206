#include "shared/codec/openapi.h"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "shared/api/endpoints.h"
#include "shared/codec/json_archive.h"
#include "shared/core/ascii.h"
#include "shared/core/error.h"

namespace geminate::codec {
namespace {

/// A body's way decides what `required` means: a request may leave out what has a default, an answer holds
/// every field.
enum class Direction : std::uint8_t { Request, Answer };

/// The type's own name, as the compiler spells it in this function's signature: "[with T = geminate::KeyList;
/// …]" (gcc) or "[T = geminate::KeyList]" (clang). So no list of names can fall behind.
template <class T>
std::string schema_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  name = name.substr(0, name.find_first_of(";]"));
  if (const std::size_t scope = name.rfind("::"); scope != std::string_view::npos)
    name.remove_prefix(scope + 2);
  return std::string(name);
}

class Document {
 public:
  std::string write(std::string_view version, std::string_view session_cookie);

 private:
  struct Operation {
    std::string verb;
    std::function<void()> write;
  };
  struct Path {
    std::string_view path;
    std::vector<Operation> operations;
  };

  void text(std::string_view value) { writer_.String(value.data(), static_cast<rj::SizeType>(value.size())); }
  void text_field(const char* name, std::string_view value) {
    writer_.Key(name);
    text(value);
  }
  void flag_field(const char* name, bool value) {
    writer_.Key(name);
    writer_.Bool(value);
  }
  template <class Inside>
  void object(Inside&& inside) {
    writer_.StartObject();
    inside();
    writer_.EndObject();
  }
  template <class Inside>
  void object_field(std::string_view name, Inside&& inside) {
    writer_.Key(name.data(), static_cast<rj::SizeType>(name.size()));
    object(inside);
  }
  template <class Inside>
  void array_field(const char* name, Inside&& inside) {
    writer_.Key(name);
    writer_.StartArray();
    inside();
    writer_.EndArray();
  }

  void write_info(std::string_view version);
  void write_paths();
  template <class Request, class Answer>
  void write_operation(const api::Endpoint<Request, Answer>& endpoint);
  void write_security(api::Access access);
  void write_id_parameter(std::string_view text_id);
  template <class Query>
  void write_query_parameters();
  template <class Request, class Answer>
  void write_parameters(const api::Endpoint<Request, Answer>& endpoint);
  /// A name that no operation before it has.
  std::string operation_id(api::Verb verb, std::string_view path);
  template <class Body>
  void write_content(Direction direction);
  void write_components(std::string_view session_cookie);
  void write_security_schemes(std::string_view session_cookie);
  void write_error_answer();

  /// Members of a schema object for T, without its braces.
  template <class T>
  void write_type(Direction direction, bool nullable);
  void write_primitive(const char* type, const char* format, bool nullable);
  template <class E>
  void write_enum(bool nullable);
  template <class T>
  void write_reference(Direction direction, bool nullable);
  template <class T>
  void write_schema(Direction direction);

  rj::StringBuffer buffer_;
  rj::PrettyWriter<rj::StringBuffer> writer_{buffer_};
  /// Schemas that something refers to, by name, with what writes them. Each DTO goes one way only.
  std::map<std::string, std::function<void()>> schemas_;
  std::set<std::string> operation_ids_;
};

/// OpenAPI spells methods small.
std::string verb_name(api::Verb verb) {
  std::string name(api::method_name(verb));
  std::transform(name.begin(), name.end(), name.begin(), ascii_lower);
  return name;
}

/// "/api/manage/keys/update/{id}" is keys_update.
std::string words_of(std::string_view path) {
  std::string id;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    if (part == "api" || part == "manage" || part.starts_with('{')) continue;
    if (!id.empty()) id += '_';
    id += part;
  }
  return id;
}

std::string Document::operation_id(api::Verb verb, std::string_view path) {
  std::string id = words_of(path);
  const std::string by_verb = '_' + verb_name(verb);
  for (const std::string& further : {std::string(), path.ends_with('}') ? "_one" : by_verb, by_verb}) {
    id += further;
    if (operation_ids_.insert(id).second) break;
  }
  return id;
}

void Document::write_primitive(const char* type, const char* format, bool nullable) {
  if (nullable) {
    array_field("type", [&] {
      text(type);
      text("null");
    });
  } else {
    text_field("type", type);
  }
  if (format != nullptr) text_field("format", format);
}

template <class E>
void Document::write_enum(bool nullable) {
  write_primitive("string", nullptr, nullable);
  array_field("enum", [&] {
    for (const auto& [value, name] : EnumNames<E>::kNames) text(name);
    if (nullable) writer_.Null();
  });
}

template <class T>
void Document::write_reference(Direction direction, bool nullable) {
  const std::string name = schema_name<T>();
  schemas_.try_emplace(name, [this, direction] { write_schema<T>(direction); });
  const std::string target = "#/components/schemas/" + name;
  if (!nullable) return text_field("$ref", target);
  array_field("anyOf", [&] {
    object([&] { text_field("$ref", target); });
    object([&] { text_field("type", "null"); });
  });
}

template <class T>
void Document::write_type(Direction direction, bool nullable) {
  if constexpr (kIsOptional<T>) {
    write_type<typename T::value_type>(direction, true);
  } else if constexpr (kIsPatch<T>) {
    write_type<decltype(T::value)>(direction, true);
  } else if constexpr (std::is_same_v<T, bool>) {
    write_primitive("boolean", nullptr, nullable);
  } else if constexpr (NamedEnum<T>) {
    write_enum<T>(nullable);
  } else if constexpr (std::is_integral_v<T>) {
    write_primitive("integer", sizeof(T) == 8 ? "int64" : "int32", nullable);
  } else if constexpr (std::is_floating_point_v<T>) {
    write_primitive("number", "double", nullable);
  } else if constexpr (std::is_same_v<T, std::string>) {
    write_primitive("string", nullptr, nullable);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    write_primitive("string", "date-time", nullable);
  } else if constexpr (kIsVector<T>) {
    write_primitive("array", nullptr, nullable);
    object_field("items", [&] { write_type<typename T::value_type>(direction, false); });
  } else {
    write_reference<T>(direction, nullable);
  }
}

template <class T>
void Document::write_schema(Direction direction) {
  T sample{};
  std::vector<std::string> required;
  text_field("type", "object");
  object_field("properties", [&] {
    T::describe(sample, [&](const char* name, auto& member, const char* sentence,
                            Presence presence = Presence::Required) {
      using Member = std::remove_reference_t<decltype(member)>;
      const bool may_be_left_out = presence == Presence::Optional || kIsOptional<Member> || kIsPatch<Member>;
      if (direction == Direction::Answer || !may_be_left_out) required.emplace_back(name);
      object_field(name, [&] {
        write_type<Member>(direction, false);
        text_field("description", sentence);
      });
    });
  });
  if (required.empty()) return;
  array_field("required", [&] {
    for (const std::string& name : required) text(name);
  });
}

template <class Body>
void Document::write_content(Direction direction) {
  constexpr bool kOfLines = requires { Body::kFirstOfLines; };
  object_field("content", [&] {
    object_field(kOfLines ? "application/x-ndjson" : "application/json",
                 [&] { object_field("schema", [&] { write_reference<Body>(direction, false); }); });
  });
}

void Document::write_security(api::Access access) {
  array_field("security", [&] {
    if (access == api::Access::Public) return;
    // Two objects: either will do.
    for (const char* scheme : {"session", "bearer"}) {
      object([&] { array_field(scheme, [] {}); });
    }
  });
}

void Document::write_id_parameter(std::string_view text_id) {
  object([&] {
    text_field("name", "id");
    text_field("in", "path");
    text_field("description", text_id.empty() ? "The row's number." : text_id);
    flag_field("required", true);
    object_field("schema", [&] {
      if (text_id.empty()) return write_primitive("integer", "int64", false);
      write_primitive("string", nullptr, false);
    });
  });
}

template <class Query>
void Document::write_query_parameters() {
  Query sample{};
  Query::describe(sample,
                  [&](const char* name, auto& member, const char* sentence, Presence = Presence::Required) {
                    using Member = std::remove_reference_t<decltype(member)>;
                    object([&] {
                      text_field("name", name);
                      text_field("in", "query");
                      text_field("description", sentence);
                      flag_field("required", !kIsOptional<Member>);
                      object_field("schema", [&] {
                        if constexpr (kIsOptional<Member>) {
                          write_type<typename Member::value_type>(Direction::Request, false);
                        } else {
                          write_type<Member>(Direction::Request, false);
                        }
                      });
                    });
                  });
}

template <class Request, class Answer>
void Document::write_parameters(const api::Endpoint<Request, Answer>& endpoint) {
  const bool has_id = endpoint.path.find("{id}") != std::string_view::npos;
  const bool has_query = endpoint.verb == api::Verb::Get && !std::is_same_v<Request, NoBody>;
  if (!has_id && !has_query) return;
  array_field("parameters", [&] {
    if (has_id) write_id_parameter(endpoint.text_id);
    if (has_query) write_query_parameters<Request>();
  });
}

/// The statuses that a caller has to reckon with, for what the row asks of a request. Whatever else may
/// befall one (too long a head, a stop of the server) is the default's.
template <class Request, class Answer>
std::vector<std::string> refusals_of(const api::Endpoint<Request, Answer>& endpoint) {
  constexpr bool kTakesFields = !std::is_same_v<Request, NoBody>;
  const bool changes = endpoint.verb != api::Verb::Get;
  std::set<ErrorCode> codes;
  if (endpoint.access != api::Access::Public || endpoint.path == api::kLogin.path)
    codes.insert({ErrorCode::Unauthenticated, ErrorCode::RateLimited});
  // From a page of another origin, beyond the caller's role, or of what the environment alone may change.
  if (changes || endpoint.access == api::Access::Admin) codes.insert(ErrorCode::Forbidden);
  if (endpoint.path.find("{id}") != std::string_view::npos || kTakesFields)
    codes.insert({ErrorCode::BadRequest, ErrorCode::NotFound});
  if (changes && endpoint.access != api::Access::Public) codes.insert(ErrorCode::Conflict);
  if (changes && kTakesFields) codes.insert({ErrorCode::UnsupportedMediaType, ErrorCode::BodyTooLarge});
  std::set<std::string> statuses;
  for (const ErrorCode code : codes) statuses.insert(std::to_string(face_of(code).http_status));
  return {statuses.begin(), statuses.end()};
}

template <class Request, class Answer>
void Document::write_operation(const api::Endpoint<Request, Answer>& endpoint) {
  text_field("operationId", operation_id(endpoint.verb, endpoint.path));
  text_field("summary", endpoint.summary);
  write_security(endpoint.access);
  write_parameters(endpoint);
  if constexpr (!std::is_same_v<Request, NoBody>) {
    if (endpoint.verb != api::Verb::Get) {
      object_field("requestBody", [&] {
        flag_field("required", true);
        write_content<Request>(Direction::Request);
      });
    }
  }
  object_field("responses", [&] {
    object_field(std::to_string(endpoint.success), [&] {
      text_field("description", "Done.");
      if constexpr (!std::is_same_v<Answer, NoBody>) write_content<Answer>(Direction::Answer);
    });
    for (const std::string& status : refusals_of(endpoint))
      object_field(status, [&] { text_field("$ref", "#/components/responses/Error"); });
    object_field("default", [&] { text_field("$ref", "#/components/responses/Error"); });
  });
}

void Document::write_paths() {
  // Two verbs of one path are two rows of the list and one object here.
  std::vector<Path> paths;
  api::for_each_endpoint([&](const auto& endpoint) {
    auto path = std::find_if(paths.begin(), paths.end(),
                             [&](const Path& known) { return known.path == endpoint.path; });
    if (path == paths.end()) path = paths.insert(path, {endpoint.path, {}});
    path->operations.push_back({verb_name(endpoint.verb), [this, &endpoint] { write_operation(endpoint); }});
  });
  object_field("paths", [&] {
    for (const Path& path : paths) {
      object_field(path.path, [&] {
        for (const Operation& operation : path.operations) object_field(operation.verb, operation.write);
      });
    }
  });
}

void Document::write_info(std::string_view version) {
  object_field("info", [&] {
    text_field("title", "Geminate management API");
    text_field("description",
               "Upstream keys, client tokens and usage of a Geminate server. Times are RFC 3339 in UTC; null "
               "means none.");
    text_field("version", version);
    object_field("license", [&] {
      text_field("name", "MIT");
      text_field("identifier", "MIT");
    });
  });
}

void Document::write_security_schemes(std::string_view session_cookie) {
  object_field("securitySchemes", [&] {
    object_field("session", [&] {
      text_field("type", "apiKey");
      text_field("in", "cookie");
      text_field("name", session_cookie);
      text_field("description", "Given by a log-in.");
    });
    object_field("bearer", [&] {
      text_field("type", "http");
      text_field("scheme", "bearer");
      text_field("description", "The admin's secret itself, for scripts.");
    });
  });
}

void Document::write_error_answer() {
  std::string codes;
  for (const ErrorFace& face : error_faces()) {
    codes += (codes.empty() ? "" : ", ") + std::string(face.management_code) + " (" +
             std::to_string(face.http_status) + ')';
  }
  object_field("responses", [&] {
    object_field("Error", [&] {
      text_field("description", "What went wrong; the codes and their statuses: " + codes + '.');
      write_content<ManagementErrorBody>(Direction::Answer);
    });
  });
}

void Document::write_components(std::string_view session_cookie) {
  object_field("components", [&] {
    write_security_schemes(session_cookie);
    write_error_answer();
    object_field("schemas", [&] {
      // Writing one schema may ask for others, which may stand before it in the alphabet: go on until none is
      // new.
      std::set<std::string> written;
      while (written.size() != schemas_.size()) {
        for (const auto& [name, write] : std::map(schemas_)) {
          if (written.insert(name).second) object_field(name, write);
        }
      }
    });
  });
}

std::string Document::write(std::string_view version, std::string_view session_cookie) {
  writer_.SetIndent(' ', 2);
  object([&] {
    text_field("openapi", "3.1.0");
    write_info(version);
    write_paths();
    write_components(session_cookie);
  });
  return std::string(buffer_.GetString(), buffer_.GetSize()) + '\n';
}

}  // namespace

std::string openapi_json(std::string_view version, std::string_view session_cookie) {
  return Document().write(version, session_cookie);
}

}  // namespace geminate::codec
