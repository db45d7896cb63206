#pragma once

#include <string_view>

namespace geminate::config {

/// Whether a value will do; settings.h says in words what each wants. Pure.
bool is_key_text(std::string_view value);
bool is_client_token(std::string_view value);
bool is_admin_secret(std::string_view value);
bool is_database_url(std::string_view value);
bool is_host(std::string_view value);
bool is_base_url(std::string_view value);
bool is_origin(std::string_view value);
/// An address or a CIDR block, as auth::AddressBlock reads them.
bool is_address_block(std::string_view value);
bool is_forwardable_header(std::string_view value);

}  // namespace geminate::config
