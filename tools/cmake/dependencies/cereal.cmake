# The `serialize()` that the DTOs speak. Debian's copy uses the system's RapidJSON (namespace `rapidjson`).
geminate_header_dependency(cereal cereal/cereal.hpp)
target_link_libraries(geminate_dep_cereal INTERFACE geminate_dep_rapidjson)
