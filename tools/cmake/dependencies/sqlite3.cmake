# Database mode's store.
geminate_dependency(sqlite3 PKG_CONFIG sqlite3)
