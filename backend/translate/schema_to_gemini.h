#pragma once

#include <string>

#include "backend/translate/json_reading.h"

namespace geminate::translate {

/// A JSON Schema as Gemini takes one in `parametersJsonSchema` and `responseJsonSchema`
/// (https://ai.google.dev/api/generate-content#FIELDS.response_json_schema lists the keywords). What can be
/// said with those is said with them (const, allOf, oneOf, definitions, nullable, exclusive limits of
/// integers); limits that can't (pattern, minLength …) become part of the description, so that the model
/// still reads them; annotations are left out. BadRequest that names the keyword for what changes the meaning
/// and has no expression (not, if, patternProperties, a reference to elsewhere …).
Result<std::string> schema_to_gemini(const Json& schema, const std::string& path);

}  // namespace geminate::translate
