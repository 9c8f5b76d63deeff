// SPDX-License-Identifier: MIT
// Texts: streams over strings, numbers, views and patterns.
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iomanip>
#include <ios>
#include <istream>
#include <limits>
#include <locale>
#include <ostream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

using namespace std::literals;

struct point {
  double x, y;
  friend std::ostream& operator<<(std::ostream& out, const point& p) {
    return out << std::fixed << std::setprecision(2) << p.x << "," << p.y;
  }
  friend std::istream& operator>>(std::istream& in, point& p) {
    char comma = 0;
    return in >> std::skipws >> p.x >> comma >> p.y;
  }
};

std::vector<std::string> words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> all;
  for (std::string one; in >> one;) all.push_back(one);
  return all;
}

int main() {
  std::stringstream both;
  both << point{1, 2} << std::endl << std::quoted("a b") << std::hex << 255;
  point again{};
  both >> again;
  const std::string line = "key = value"s;
  std::smatch match;
  if (!std::regex_match(line, match, std::regex(R"((\w+) = (\w+))"))) return 1;
  int number = 0;
  const std::from_chars_result ended =
      std::from_chars(line.data(), line.data() + line.size(), number);
  if (ended.ec == std::errc()) return 2;
  std::uint8_t bytes[4] = {};
  std::memset(bytes, std::toupper('a'), sizeof bytes);
  return std::to_string(again.x).size() > std::size_t(bytes[0]) ||
         words(line).size() == std::numeric_limits<std::size_t>::max() ||
         std::use_facet<std::numpunct<char>>(std::locale::classic())
                 .decimal_point() != '.';
}
