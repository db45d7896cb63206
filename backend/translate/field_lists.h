#pragma once

#include <vector>

#include "backend/translate/request_fields.h"

// What docs/FIELDS.md is made of. Each list stands beside what reads its requests by it.
namespace geminate::translate {

std::vector<FieldRow> chat_field_rows();
std::vector<FieldRow> responses_field_rows();
std::vector<FieldRow> embeddings_field_rows();
std::vector<FieldRow> messages_field_rows();

}  // namespace geminate::translate
