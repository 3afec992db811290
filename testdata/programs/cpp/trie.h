// A trie of words, each with a value.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace catalogue {

template <typename Value>
class Trie {
 public:
  Value& operator[](std::string_view word) {
    Node* node = &root_;
    for (char c : word) node = node->descend(c);
    if (!node->value) node->value = std::make_unique<Value>();
    return *node->value;
  }

  // Visits every word that can be made from `word` with at most `budget`
  // letters dropped, added or exchanged. The same word may come up more than
  // once.
  template <typename Visit>
  void near(std::string_view word, int budget, Visit&& visit) const {
    near(root_, word, budget, visit);
  }

 private:
  struct Node {
    std::map<char, std::unique_ptr<Node>> next;
    std::unique_ptr<Value> value;

    Node* descend(char c) {
      std::unique_ptr<Node>& slot = next[c];
      if (!slot) slot = std::make_unique<Node>();
      return slot.get();
    }
  };

  template <typename Visit>
  static void near(const Node& node, std::string_view rest, int budget,
                   Visit& visit) {
    if (rest.empty() && node.value) visit(*node.value, budget);
    for (const auto& [letter, child] : node.next) {
      if (!rest.empty() && letter == rest.front()) {
        near(*child, rest.substr(1), budget, visit);
        continue;
      }
      if (budget == 0) continue;
      near(*child, rest, budget - 1, visit);
      if (!rest.empty()) near(*child, rest.substr(1), budget - 1, visit);
    }
    if (budget > 0 && !rest.empty())
      near(node, rest.substr(1), budget - 1, visit);
  }

  Node root_;
};

}  // namespace catalogue
