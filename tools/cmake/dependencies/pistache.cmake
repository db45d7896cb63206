# Listener, reactor and the management router; its HTTP parser never sees a client's bytes (backend/http).
geminate_dependency(pistache PKG_CONFIG libpistache)
