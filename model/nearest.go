package model

import (
	"fmt"
	"strings"
)

// nearestLength bounds the words that Nearest compares: names are shorter, and
// the work grows with the square of it.
const nearestLength = 64

// Nearest returns the one of names that word was most likely meant to be, or ""
// when none is near. Capitals do not count; among equals the first wins.
func Nearest(word string, names []string) string {
	best, least := "", 1<<30
	w := strings.ToLower(word)
	if w == "" || len(w) > nearestLength {
		return ""
	}
	for _, name := range names {
		if len(name) > nearestLength {
			continue
		}
		n := strings.ToLower(name)
		d := 2 * editDistance(w, n)
		if d > 3 && abbreviates(w, n) {
			d = 3 // less near than a name with one slip
		}
		if d <= max(3, 2*(min(len(w), len(n))/3)) && d < least {
			best, least = name, d
		}
	}
	return best
}

// editDistance is the Damerau-Levenshtein distance (optimal string alignment):
// insertions, deletions, changes and swaps of neighbours, each for 1.
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// abbreviates reports whether one of the words is a beginning of the other, of
// three letters or more: "conc" for "concurrency".
func abbreviates(a, b string) bool {
	return min(len(a), len(b)) >= 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// Meant ends the sentence that calls a word unknown, with the nearest of the
// names where there is one: `; did you mean "gamma"?`, or ".".
func Meant(word string, names []string) string {
	if near := Nearest(word, names); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return "."
}
