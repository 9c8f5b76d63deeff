# The libraries beside green, one a line: the names of its files and folders in
# green/, CMake's targets and pkg-config's packages for its users. The option
# GREEN_OPENSSL=OFF leaves green::openssl out, and so on.
declare_part(openssl FILES openssl
  LIBRARIES OpenSSL::SSL OpenSSL::Crypto PACKAGES openssl)
declare_part(http FILES http)
declare_part(patched FILES patched patcher)
declare_part(testing FILES testing)
