// Scores of articles, and the best of many.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace catalogue {

struct Match {
  double frequency;
  double length;
  int spare;  // edits that the query could still have made
};

// A virtual call per match, as in engines with pluggable scores: profiles of
// such programs have frames that no compiler could inline.
class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual double score(const Match& match) const = 0;
};

class LogScorer final : public Scorer {
 public:
  double score(const Match& match) const override {
    return damped(match.frequency) * (1 + match.spare) /
           std::sqrt(match.length);
  }

 private:
  static double damped(double x) { return std::log1p(x); }
};

class SaturatingScorer final : public Scorer {
 public:
  double score(const Match& match) const override {
    return weight(match.spare) *
           saturate(match.frequency, 1.2 + match.length / 8);
  }

 private:
  static double saturate(double x, double half) { return x / (x + half); }
  static double weight(int spare) { return std::exp2(spare); }
};

// Keeps the `limit` greatest of the values that it is given.
template <typename T, typename Less = std::less<T>>
class Best {
 public:
  explicit Best(std::size_t limit) : limit_(limit) { heap_.reserve(limit + 1); }

  void add(T value) {
    if (heap_.size() == limit_ && !less_(heap_.front(), value)) return;
    heap_.push_back(std::move(value));
    std::push_heap(heap_.begin(), heap_.end(), reversed());
    if (heap_.size() <= limit_) return;
    std::pop_heap(heap_.begin(), heap_.end(), reversed());
    heap_.pop_back();
  }

  std::vector<T> take() && {
    std::sort(heap_.begin(), heap_.end(), reversed());
    return std::move(heap_);
  }

 private:
  auto reversed() const {
    return [this](const T& a, const T& b) { return less_(b, a); };
  }

  std::size_t limit_;
  Less less_;
  std::vector<T> heap_;
};

}  // namespace catalogue
