package scenarios

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the wanted messages of testdata/bad and testdata/warn; read the difference")

// TestBad reads every file of testdata/bad. Its leading lines "# want: …" are
// the messages that it has to produce, all of them and no other; lines
// "# set: …" are overrides.
func TestBad(t *testing.T) { wanted(t, "testdata/bad", 60, Source.Load) }

// TestWarn does the same for testdata/warn, lints included.
func TestWarn(t *testing.T) { wanted(t, "testdata/warn", 15, Source.Check) }

func wanted[C any](t *testing.T, dir string, least int, load func(Source, []string) (C, []Problem)) {
	paths, err := filepath.Glob(dir + "/*.toml")
	if err != nil || len(paths) < least {
		t.Fatalf("%d files in %s, %v", len(paths), dir, err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, set, body := header(t, path)
			s := Source{name: filepath.Base(path), fsys: os.DirFS(dir)}
			got := messages(load, s, set)
			if *update && got != want {
				rewrite(t, path, set, body, got)
				got = messages(load, s, set) // further down by now
				rewrite(t, path, set, body, got)
				return
			}
			if got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func messages[C any](load func(Source, []string) (C, []Problem), s Source, set []string) string {
	var b strings.Builder
	_, problems := load(s, set)
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

// header splits a file into the wanted messages, the overrides and the rest.
func header(t *testing.T, path string) (want string, set []string, body string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	body = string(data)
	for {
		line, rest, _ := strings.Cut(body, "\n")
		if w, ok := strings.CutPrefix(line, "# want: "); ok {
			want += w + "\n"
		} else if s, ok := strings.CutPrefix(line, "# set: "); ok {
			set = append(set, s)
		} else {
			return want, set, body
		}
		body = rest
	}
}

func rewrite(t *testing.T, path string, set []string, body, want string) {
	var b strings.Builder
	for line := range strings.Lines(want) {
		b.WriteString("# want: " + line)
	}
	for _, s := range set {
		b.WriteString("# set: " + s + "\n")
	}
	if err := os.WriteFile(path, []byte(b.String()+body), 0o644); err != nil {
		t.Fatal(err)
	}
}
