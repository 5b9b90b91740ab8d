package price

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each testdata/NAME.bad.json is refused with exactly the text of NAME.want.
func TestBadBooks(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(file, ".bad.json") + ".want")
		if err != nil {
			t.Fatal(err)
		}
		b, got := Parse(filepath.Base(file), data)
		if got == nil || got.Error() != strings.TrimSpace(string(want)) {
			t.Errorf("%s: got\n%v\nwant\n%s", file, got, want)
		}
		if b != nil {
			t.Errorf("%s: got a book with the error", file)
		}
	}
}

func TestAmountsKeepEveryDigit(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "0.0": 0, "0.0000166667": 0.0000166667, "100000000000": 1e11, "00.50": 0.5} {
		a, err := parseAmount(text)
		if err != nil || a.String() != text || a.Float64() != want {
			t.Errorf("%q: got %q, %v, %v", text, a, a.Float64(), err)
		}
	}
	if _, err := parseAmount(strings.Repeat("9", maxDigits)); err != nil {
		t.Errorf("%d digits: %v", maxDigits, err)
	}
	for _, text := range []string{"", ".", "1.", ".5", "-1", "+1", "1e3", "1/3", "0x1", "1_000", "1,5", "nan", "NaN", "inf", " 1", "1.2.3", "١", strings.Repeat("9", maxDigits+1)} {
		if a, err := parseAmount(text); err == nil {
			t.Errorf("%q: read as %s", text, a)
		}
	}
	if got := (Amount{}).String(); got != "0" {
		t.Errorf("zero value is %q", got)
	}
}

func TestNearestName(t *testing.T) {
	names := []string{"usd", "up_to", "lambda.duration.arm64", "lambda.duration.x86_64", "sqs.request"}
	for wrong, want := range map[string]string{
		"upto": "up_to", "USD": "", "sqs.requests": "sqs.request", "lambda.duration.arm": "lambda.duration.arm64", "zzzz": "", "": "",
	} {
		if got := nearest(wrong, names); got != want {
			t.Errorf("%q: got %q, want %q", wrong, got, want)
		}
	}
}

// Whatever the bytes, Parse gives a book or an error, and never panics.
func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		data, err := books.ReadFile("books/" + name + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(steps))
	f.Add([]byte(fifo))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Parse("fuzz.json", data)
		if (b == nil) == (err == nil) {
			t.Fatalf("got %v and %v", b, err)
		}
		if b != nil {
			for _, p := range b.Prices() {
				if len(p.Tiers) == 0 || p.Source == "" {
					t.Fatalf("got %+v", p)
				}
			}
		}
	})
}
