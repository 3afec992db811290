// How often each word was counted.
#pragma once
#include <map>
#include <string>

namespace tally {

class Tally {
 public:
  void count(const std::string& word);
  int most() const;

 private:
  std::map<std::string, int> counts_;
};

}  // namespace tally
