// Counts words: enough templates and inlined calls for a symbolizer to get wrong.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "tally.h"

namespace words {

template <typename T>
struct Sorted {
  std::vector<T> items;
  void add(const T& item) { items.insert(std::upper_bound(items.begin(), items.end(), item), item); }
  template <typename F>
  void each(F f) const {
    for (const T& item : items) f(item);
  }
};

static std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::string part;
  for (char c : text) {
    if (c == ' ') {
      if (!part.empty()) parts.push_back(part);
      part.clear();
    } else {
      part += c;
    }
  }
  if (!part.empty()) parts.push_back(part);
  return parts;
}

}  // namespace words

int main(int argc, char** argv) {
  words::Sorted<std::string> sorted;
  tally::Tally tally;
  for (int i = 1; i < argc; i++) {
    for (const std::string& word : words::split(argv[i])) {
      sorted.add(word);
      tally.count(word);
    }
  }
  std::size_t length = 0;
  sorted.each([&](const std::string& word) { length += word.size(); });
  std::printf("%zu letters, %d of the most frequent word\n", length, tally.most());
}
