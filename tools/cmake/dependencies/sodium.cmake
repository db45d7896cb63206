# Sealed secrets, password hashes, random bytes, constant-time comparison.
geminate_dependency(sodium PKG_CONFIG libsodium)
