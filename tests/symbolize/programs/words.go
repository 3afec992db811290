// Command words counts words: enough generic and inlined code for a symbolizer to get wrong.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
)

type number interface{ ~int | ~int64 }

func sum[N number](values []N) (total N) {
	for _, value := range values {
		total += value
	}
	return total
}

type tally struct{ counts map[string]int }

func (t *tally) add(word string) { t.counts[word]++ }

func (t *tally) words() []string {
	words := make([]string, 0, len(t.counts))
	for word := range t.counts {
		words = append(words, word)
	}
	sort.Slice(words, func(i, j int) bool { return t.counts[words[i]] > t.counts[words[j]] })
	return words
}

func main() {
	t := &tally{counts: map[string]int{}}
	var lengths []int
	for _, argument := range os.Args[1:] {
		for _, word := range strings.Fields(argument) {
			t.add(word)
			lengths = append(lengths, len(word))
		}
	}
	fmt.Println(t.words(), sum(lengths))
}
