// SPDX-License-Identifier: MIT
// Durations, random numbers, ratios, complex numbers and arrays of values.
#include <chrono>
#include <cmath>
#include <complex>
#include <ctime>
#include <numbers>
#include <numeric>
#include <random>
#include <ranges>
#include <ratio>
#include <valarray>
#include <vector>

using namespace std::chrono_literals;
using std::chrono::steady_clock;

using frames = std::chrono::duration<int, std::ratio<1, 60>>;

std::chrono::milliseconds average(const std::vector<frames>& all) {
  const frames sum = std::accumulate(all.begin(), all.end(), frames(0));
  return std::chrono::duration_cast<std::chrono::milliseconds>(sum) /
         int(all.size());
}

int main() {
  const auto start = steady_clock::now();
  std::mt19937 engine(7);
  std::uniform_int_distribution<int> die(1, 6);
  std::vector<frames> all;
  for (int i : std::views::iota(0, 10) | std::views::reverse)
    all.emplace_back(die(engine) + i);
  std::ranges::sort(all);
  const std::complex<double> turned =
      std::polar(1.0, std::numbers::pi) * std::complex<double>(0, 1);
  std::valarray<double> waves = {0, 1, 2};
  waves = std::sin(waves) + std::lerp(0.0, 1.0, 0.5);
  const std::time_t now =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return average(all) < 1s && steady_clock::now() - start < 1min &&
                 std::abs(turned) > std::hypot(3.0, 4.0) && waves.sum() > 0
             ? 0
             : int(now % 2);
}
