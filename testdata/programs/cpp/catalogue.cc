// Builds a catalogue of articles and searches it with misspelt words, on two
// threads.
//
// Usage: catalogue [ARTICLES [SECONDS]]
//
// gperftools profiles it: the environment says with which profiler, see
// testdata/README.md.
#include <gperftools/heap-profiler.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ranking.h"
#include "trie.h"

namespace catalogue {

using Random = std::mt19937;
using Clock = std::chrono::steady_clock;

struct Article {
  std::string name;
  std::vector<std::string> words;
};

struct Posting {
  std::uint32_t article;
  std::uint32_t count;
};

using Postings = std::vector<Posting>;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

std::string make_word(Random& random) {
  static constexpr const char* kSyllables[] = {
      "ba", "con", "del", "er",  "fi",  "gra", "hol", "in",  "ka", "lu",
      "mo", "nex", "or",  "pri", "qua", "ros", "ste", "tor", "un", "vi"};
  std::string word;
  for (std::size_t n = 2 + below(random, 3); n > 0; --n)
    word += kSyllables[below(random, std::size(kSyllables))];
  return word;
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

class Catalogue {
 public:
  void add(const std::string& name, const std::string& description) {
    const auto id = static_cast<std::uint32_t>(articles_.size());
    articles_.push_back({name, split(description)});
    std::map<std::string, std::uint32_t> counts;
    for (const std::string& word : articles_.back().words) ++counts[word];
    for (const auto& [word, count] : counts)
      index_[word].push_back({id, count});
  }

  std::vector<std::pair<double, std::uint32_t>> search(
      const std::vector<std::string>& query, const Scorer& scorer) const {
    std::unordered_map<std::uint32_t, double> scores;
    for (const std::string& word : query) {
      index_.near(word, 2, [&](const Postings& postings, int spare) {
        for (const Posting& posting : postings)
          scores[posting.article] += scorer.score(match(posting, spare));
      });
    }
    Best<std::pair<double, std::uint32_t>> best(10);
    for (const auto& [article, score] : scores) best.add({score, article});
    return std::move(best).take();
  }

  const Article& article(std::uint32_t id) const { return articles_[id]; }
  std::size_t size() const { return articles_.size(); }

 private:
  Match match(const Posting& posting, int spare) const {
    const std::size_t length = articles_[posting.article].words.size();
    return {static_cast<double>(posting.count), static_cast<double>(length),
            spare};
  }

  std::vector<Article> articles_;
  Trie<Postings> index_;
};

Catalogue build(std::size_t articles) {
  Random random(7);
  std::vector<std::string> vocabulary;
  for (int i = 0; i < 3000; ++i) vocabulary.push_back(make_word(random));
  Catalogue catalogue;
  for (std::size_t i = 0; i < articles; ++i) {
    std::string description;
    for (std::size_t n = 5 + below(random, 15); n > 0; --n)
      description += vocabulary[below(random, vocabulary.size())] + ' ';
    catalogue.add("article " + std::to_string(i), description);
  }
  return catalogue;
}

std::string misspell(std::string word, Random& random) {
  word[below(random, word.size())] = static_cast<char>('a' + below(random, 26));
  return word;
}

std::size_t customer(const Catalogue& catalogue, const Scorer& scorer,
                     unsigned seed, Clock::time_point end) {
  Random random(seed);
  std::size_t found = 0;
  while (Clock::now() < end) {
    const Article& wanted = catalogue.article(
        static_cast<std::uint32_t>(below(random, catalogue.size())));
    std::vector<std::string> query;
    for (int i = 0; i < 3; ++i)
      query.push_back(
          misspell(wanted.words[below(random, wanted.words.size())], random));
    found += catalogue.search(query, scorer).size();
  }
  return found;
}

}  // namespace catalogue

int main(int argc, char** argv) {
  using namespace catalogue;
  const std::size_t articles =
      argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20000;
  const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 3;
  if (articles == 0) {
    std::fprintf(stderr, "usage: catalogue [ARTICLES [SECONDS]]\n");
    return 2;
  }

  const Catalogue catalogue = build(articles);
  // By the end of main next to nothing would be in use any more.
  if (IsHeapProfilerRunning()) HeapProfilerDump("catalogue is built");

  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(seconds));
  std::size_t found[2] = {};
  std::thread other(
      [&] { found[1] = customer(catalogue, SaturatingScorer(), 2, end); });
  found[0] = customer(catalogue, LogScorer(), 1, end);
  other.join();
  std::printf("%zu articles, %zu found\n", catalogue.size(),
              found[0] + found[1]);
}
