# JSON's bytes: shared/codec's archives stand on it, pure readers of Google's answers use it directly.
geminate_header_dependency(rapidjson rapidjson/document.h)
