# Headers only, for Beast's HTTP parsers.
geminate_header_dependency(boost boost/beast/http/parser.hpp)
