// SPDX-License-Identifier: MIT
// Containers and algorithms.
#include <algorithm>
#include <array>
#include <bitset>
#include <deque>
#include <forward_list>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <numeric>
#include <set>
#include <span>
#include <stack>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

class inventory {
 public:
  void add(std::string name, int count) { counts_[std::move(name)] += count; }
  int count(const std::string& name) const {
    const auto found = counts_.find(name);
    if (found == counts_.end()) throw std::out_of_range(name);
    return found->second;
  }
  std::vector<std::pair<std::string, int>> sorted() const {
    std::vector<std::pair<std::string, int>> all(counts_.begin(),
                                                 counts_.end());
    std::sort(all.begin(), all.end(), std::greater<>());
    return all;
  }

 private:
  std::unordered_map<std::string, int> counts_;
};

int main() {
  inventory shelf;
  for (const char* name : std::array{"bolt", "nut"}) shelf.add(name, 3);
  std::vector<int> numbers(10);
  std::iota(numbers.begin(), numbers.end(), 1);
  numbers.erase(std::remove(numbers.begin(), numbers.end(), 4), numbers.end());
  std::erase_if(numbers, [](int n) { return n % 2 == 0; });
  const std::set<int> odd(std::begin(numbers), std::end(numbers));
  std::deque<int> waiting;
  std::copy(odd.begin(), odd.end(), std::back_inserter(waiting));
  std::stack<int, std::deque<int>> pile(waiting);
  std::list<int> some = {3, 1, 2};
  some.sort(std::less<int>());
  const std::span<const int> view(numbers);
  std::bitset<8> bits("1010");
  std::unordered_set<std::string> seen = {"a"};
  std::forward_list<int> chain(view.begin(), view.end());
  std::map<int, int> squares = {{2, 4}};
  return shelf.count("bolt") + pile.top() + int(bits.count() + seen.size()) +
         std::accumulate(chain.begin(), chain.end(), squares.at(2)) +
         std::min(some.front(), shelf.sorted().front().second);
}
