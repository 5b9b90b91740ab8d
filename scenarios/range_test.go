package scenarios

import (
	"slices"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	for _, c := range []struct {
		typ        Type
		text, want string // values, or the error
		numbers    []float64
	}{
		{Duration, "5m..20m:5m", "5m 10m 15m 20m", []float64{300, 600, 900, 1200}},
		{Duration, "30s, 1h", "30s 1h", []float64{30, 3600}},
		{Number, "0.5..0.8:0.1,1.2", "0.5 0.6 0.7 0.8 1.2", []float64{0.5, 0.6, 0.7, 0.8, 1.2}},
		{Duration, "5", "--x: ", nil},
		{Duration, "5m..1m:1m", "--x: 5m..1m:1m: a range counts up", nil},
		{Number, "0.5..0.8", "--x: 0.5..0.8: a range of this key needs a step", nil},
		{Number, "0.5,0.50", "--x: 0.50 is there twice", nil},
		{Number, "99", "--x: 99 is out of range: 0.01 to 10", nil},
		{Duration, "1ms", "--x: 1ms is out of range: 1s to 30d", nil},
		{Number, "", "--x: ", nil},
	} {
		least, most := "0.01", "10"
		if c.typ == Duration {
			least, most = "1s", "30d"
		}
		values, numbers, err := List("--x", c.typ, least, most, c.text)
		switch {
		case c.numbers == nil && (err == nil || !strings.HasPrefix(err.Error(), c.want)):
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		case c.numbers != nil && (err != nil || strings.Join(values, " ") != c.want || !slices.Equal(numbers, c.numbers)):
			t.Errorf("%q: %q %v %v, want %q", c.text, values, numbers, err, c.want)
		}
	}
}
