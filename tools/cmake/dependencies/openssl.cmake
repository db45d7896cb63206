# TLS towards upstream.
geminate_dependency(openssl PKG_CONFIG openssl)
