# The log's sinks, behind backend/observe.
geminate_dependency(spdlog PKG_CONFIG spdlog)
