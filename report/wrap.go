package report

import (
	"strings"
	"sync"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
)

// narrow makes the table library count ±, ≥ and – as one column wide whatever
// the locale, so that the same result gives the same bytes everywhere.
var narrow = sync.OnceFunc(func() { text.OverrideRuneWidthEastAsianWidth(false) })

// wrap breaks s into lines of at most width columns, between words where it
// can. It keeps the line breaks that s has.
func wrap(s string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(s, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			switch {
			case line == "":
				line = word
			case text.StringWidthWithoutEscSequences(line)+1+text.StringWidthWithoutEscSequences(word) <= width:
				line += " " + word
			default:
				lines = append(lines, line)
				line = word
			}
			for text.StringWidthWithoutEscSequences(line) > width {
				head, rest := breakAt(line, width)
				lines = append(lines, head)
				line = rest
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// breakAt cuts s after at most width columns, and after one rune at least;
// after a dot, a dash or the like where one stands in the second half.
func breakAt(s string, width int) (head, rest string) {
	sum, last := 0, 0
	for i, r := range s {
		if strings.ContainsRune("._-/", r) && sum+1 <= width {
			last = i + 1
		}
		sum += text.RuneWidth(r)
		if sum > width && i > 0 {
			if 2*last > i {
				i = last
			}
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// plain replaces what could steer a terminal or break a table: control and
// invisible formatting characters, and bytes that are not UTF-8.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// clip shortens s to at most width columns.
func clip(s string, width int) string {
	if text.StringWidthWithoutEscSequences(s) <= width {
		return s
	}
	head, _ := breakAt(s, width-1)
	return head + "…"
}
