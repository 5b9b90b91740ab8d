package scenarios

import (
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// FuzzParse holds the tree against the library's own decoder: both take the
// same texts for TOML and read the same values. What the tree refuses besides
// are keys that are too long, nesting that is too deep, and nothing else.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"*.toml", "testdata/*.toml", "testdata/bad/*.toml"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(data))
		}
	}
	for _, s := range structures {
		f.Add(s.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.HasPrefix(text, "\xef\xbb\xbf") || len(text) > 4096 {
			return // the mark is ours to skip
		}
		r := &report{}
		root, _ := parse("f", []byte(text), r)
		var want map[string]any
		err := toml.Unmarshal([]byte(text), &want)
		dates := false
		walk(root, func(n *node) { dates = dates || n.kind == moment })
		for _, p := range r.problems() {
			if strings.Contains(p.Message, "too deep") || strings.Contains(p.Message, "too long") {
				return
			}
		}
		switch {
		case dates:
		case err == nil && len(r.found) > 0:
			t.Errorf("refused, but it is TOML: %v", r.problems())
		case err != nil && len(r.found) == 0:
			t.Errorf("taken, but it is no TOML: %v", err)
		case err == nil && !reflect.DeepEqual(plainValue(root), any(want)) && !strings.Contains(text, "nan"):
			t.Errorf("read as %v, not %v", plainValue(root), want)
		}
	})
}

// plainValue returns a node as the library would decode it.
func plainValue(n *node) any {
	switch n.kind {
	case table:
		m := map[string]any{}
		for _, name := range n.names {
			m[name] = plainValue(n.kids[name])
		}
		return m
	case list:
		l := []any{}
		for _, item := range n.items {
			l = append(l, plainValue(item))
		}
		return l
	case integer:
		v, _ := readCount(n)
		return v
	case decimal:
		x, _ := strconv.ParseFloat(strings.ReplaceAll(n.text, "_", ""), 64)
		return x
	case boolean:
		return n.text == "true"
	}
	return n.text
}

// structures are the rules of TOML about what may be opened and added to.
var structures = []struct {
	text string
	good bool
}{
	{"[a.b]\n[a]\nx = 1", true},
	{"[a]\n[a.b]\n[a.c]", true},
	{"[a]\n[a]", false},
	{"[a.b]\n[a]\nb.x = 1", false},
	{"a.b = 1\n[a]", false},
	{"a.b = 1\n[a.c]", true},
	{"a.b = 1\na.c = 2", true},
	{"[a]\nb.c = 1\n[a.b]", false},
	{"[a]\nb.c = 1\n[a.b.d]", true},
	{"a = { b = 1 }\na.c = 2", false},
	{"a = { b = 1 }\n[a.c]", false},
	{"a = { b.c = 1, b.d = 2 }", true},
	{"a = { b = 1, b = 2 }", false},
	{"a = [{ b = 1 }]\n[[a]]", false},
	{"a = [{ b = 1 }]\n[a.c]", false},
	{"a = []\n[a.c]", false},
	{"[[a]]\n[[a]]\n[a.b]\n[[a]]\n[a.b]", true},
	{"[[a]]\n[a]", false},
	{"[a]\n[[a]]", false},
	{"[[a.b]]\n[a]", true},
	{"[[a]]\n[[a.b]]\n[[a.b]]\n[a.b.c]", true},
	{"a = 1\na = 2", false},
	{"a = 1\n[a]", false},
	{"a = 1\n[a.b]", false},
	{"a = 1\na.b = 2", false},
	{"\"a\" = 1\na = 2", false},
	{"\"a.b\" = 1\na.b = 2", true},
	{"a = 1_000\nb = 0x_1", false},
	{"a = [1, 0xff, 1_000, +5, -0, 0b11, 0o7]", true},
	{"a = [1e3, -1.5E-3, +inf, 1_0.5_0]", true},
	{"a = 01", false},
	{"a = 1.", false},
	{"a = 9223372036854775808", false},
}

func TestStructures(t *testing.T) {
	for _, s := range structures {
		r := &report{}
		parse("f", []byte(s.text), r)
		if good := len(r.found) == 0; good != s.good {
			t.Errorf("%q: %v", s.text, r.problems())
		}
	}
}

// TestPositions: lines and columns of every way to write a key, columns in
// characters and not bytes.
func TestPositions(t *testing.T) {
	text := "\xef\xbb\xbf# first line\r\n" +
		"a = 1\n" +
		"  b . \"c d\" = 2\n" +
		"é = \"\"\n" + // no TOML key without quotes
		""
	text = strings.Replace(text, "é =", "\"é\" = { x = 1, 'ü' = 2, y.z = [3,\n  4] } #", 1)
	text += "[t . u]\nv=1\n[[l]]\n[[l]]\n w = {}\n"
	root, _ := parse("f", []byte(text), &report{})
	for key, want := range map[string]string{
		"a": "2:1", "b": "3:3", `b."c d"`: "3:7", `"é"`: "4:1", `"é".x`: "4:9", `"é"."ü"`: "4:16",
		`"é".y`: "4:25", `"é".y.z`: "4:27", `"é".y.z[0]`: "4:32", `"é".y.z[1]`: "5:3",
		"t": "6:2", "t.u": "6:6", "t.u.v": "7:1", "l": "8:3", "l[0]": "8:3", "l[1]": "9:3", "l[1].w": "10:2",
		"none": "1:1", "t.u.none": "6:6", "l[5]": "8:3",
	} {
		at := root.find(key).at
		if got := strconv.Itoa(at.line) + ":" + strconv.Itoa(at.column); got != want {
			t.Errorf("%s stands at %s, want %s", key, got, want)
		}
	}
}
