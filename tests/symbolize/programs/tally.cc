#include "tally.h"

#include <algorithm>

namespace tally {

namespace {

inline int larger(int one, int other) { return one > other ? one : other; }

}  // namespace

void Tally::count(const std::string& word) { counts_[word] += 1; }

int Tally::most() const {
  int most = 0;
  for (const auto& entry : counts_) most = larger(most, entry.second);
  return most;
}

}  // namespace tally
