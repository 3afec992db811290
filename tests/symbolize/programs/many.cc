// Much code of many types: templates in templates, and what the standard library makes of them.
//
// TYPES says how many types; WITHOUT_MAIN leaves out the main program, for other programs to have it too.
#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#ifndef TYPES
#define TYPES 4
#endif

namespace many {

// A type for each number, so that nothing of it is shared.
template <int N>
struct Key {
  int value = N;
  std::string name = "key";
  bool operator<(const Key& other) const { return std::tie(value, name) < std::tie(other.value, other.name); }
  bool operator==(const Key& other) const { return value == other.value && name == other.name; }
};

template <int N>
struct Hash {
  std::size_t operator()(const Key<N>& key) const { return std::hash<std::string>()(key.name) + key.value; }
};

template <int N>
struct Table {
  using K = Key<N>;
  using Value = std::variant<int, std::string, K>;
  std::map<K, std::vector<K>> sorted;
  std::unordered_map<K, std::shared_ptr<K>, Hash<N>> hashed;
  std::deque<std::pair<K, Value>> queue;
  std::vector<std::function<int(const K&)>> calls;

  void add(int seed) {
    K key{seed % (N + 3), std::string(seed % 7, 'a')};
    sorted[key].push_back(key);
    hashed.emplace(key, std::make_shared<K>(key));
    queue.emplace_back(key, seed % 2 ? Value(seed) : Value(key.name));
    calls.push_back([seed, kept = key](const K& other) { return other < kept ? seed : other.value; });
  }

  int sum() {
    int total = 0;
    for (auto& [key, list] : sorted) {
      std::sort(list.begin(), list.end(), [](const K& one, const K& other) { return other < one; });
      std::stable_sort(list.begin(), list.end());
      total += std::accumulate(list.begin(), list.end(), key.value, [](int so_far, const K& k) { return so_far + k.value; });
    }
    for (auto& [key, value] : queue) {
      total += std::visit(
          [](const auto& held) {
            using Held = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, int>) return held;
            else if constexpr (std::is_same_v<Held, std::string>) return static_cast<int>(held.size());
            else return held.value;
          },
          value);
      for (auto& call : calls) total += call(key);
    }
    std::set<K> distinct;
    for (auto& [key, shared] : hashed) distinct.insert(*shared);
    return total + static_cast<int>(distinct.size());
  }
};

template <int N>
int run_table(int seed) {
  Table<N> table;
  for (int i = 0; i < seed; i++) table.add(i * N);
  return table.sum();
}

template <int... N>
int run_tables(int seed, std::integer_sequence<int, N...>) {
  return (run_table<N>(seed) + ...);
}

int run(int seed) { return run_tables(seed, std::make_integer_sequence<int, TYPES>()); }

}  // namespace many

#ifndef WITHOUT_MAIN
int main(int argc, char**) { return many::run(argc) & 1; }
#endif
