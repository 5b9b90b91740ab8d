package model

import (
	"strings"
	"testing"
)

func TestNearestAtTheEnds(t *testing.T) {
	long := strings.Repeat("ab", nearestLength/2)
	slip := "x" + long[1:]
	for _, c := range []struct {
		word  string
		names []string
		want  string
	}{
		{"gama", []string{"erlang", "gamma"}, "gamma"},
		{"GAMMA", []string{"gamma"}, "gamma"},
		{"con", []string{"concurrency"}, "concurrency"},
		{"co", []string{"concurrency"}, ""},
		{"", []string{"a"}, ""},
		{slip, []string{long}, long},
		{slip + "b", []string{long}, ""}, // too long a word
		{slip, []string{long + "b", "zzz"}, ""},
		{slip, []string{long + "b", long}, long}, // too long a name is stepped over
	} {
		if got := Nearest(c.word, c.names); got != c.want {
			t.Errorf("%s: %q, want %q", c.word, got, c.want)
		}
	}
}

func TestMeantEndsTheSentence(t *testing.T) {
	if got, want := Meant("gama", []string{"gamma"}), `; did you mean "gamma"?`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Meant("qqqqqq", []string{"gamma"}); got != "." {
		t.Errorf("got %q, want the end of the sentence", got)
	}
}
