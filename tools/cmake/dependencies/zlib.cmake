# gzip for answers of the management API.
geminate_dependency(zlib PKG_CONFIG zlib)
