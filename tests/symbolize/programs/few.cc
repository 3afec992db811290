// A little code of few types, as most units of a large program are, and of types of the standard library alone, whose
// functions are the same in all units, so that a linker keeps one copy. It has no main program, for others to have it.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace many {

struct Entry {
  int key;
  int value;
  std::string name;
};

class Index {
 public:
  void add(Entry entry) {
    named_[entry.name]++;
    entries_.push_back(std::move(entry));
  }

  void order() {
    std::sort(entries_.begin(), entries_.end(), [](const Entry& one, const Entry& other) { return one.key < other.key; });
  }

  const Entry* find(int key) const {
    auto found = std::lower_bound(entries_.begin(), entries_.end(), key,
                                  [](const Entry& entry, int wanted) { return entry.key < wanted; });
    return found != entries_.end() && found->key == key ? &*found : nullptr;
  }

  int sum() const {
    int total = static_cast<int>(named_.size());
    for (const Entry& entry : entries_) total += entry.value;
    return total;
  }

 private:
  std::vector<Entry> entries_;
  std::map<std::string, int> named_;
};

int run(int seed) {
  Index index;
  for (int i = 0; i < seed; i++) index.add(Entry{i * 7 % 11, i, std::string(i % 5, 'a')});
  index.order();
  const Entry* found = index.find(seed);
  return index.sum() + (found ? found->value : 0);
}

}  // namespace many
