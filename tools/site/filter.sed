# What doxygen shall see of a header, by sed -E.
# Markdown takes four more spaces for code, and the headers have two.
s,^( *///) {3},\1       ,
# A type of the name module is not the keyword.
s,^module ,class &,
