# Metric families and their text form, behind backend/observe. The pull part (a web server of its own) is not
# wanted: /metrics is a route like the others.
geminate_dependency(prometheus PKG_CONFIG prometheus-cpp-core)
