package policy

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the policy does into testdata")

// TestTranscripts replays what a worker observed and compares what the policy
// wants done. A file holds several cases: a line "config …" starts a fresh
// policy, a line with a time is an event, and the indented lines below it are
// the actions that follow.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := replay(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			differ(t, string(want), got)
		})
	}
}

// replay returns the transcript with the actions that the policy really takes.
func replay(t *testing.T, text string) string {
	var out strings.Builder
	var p *Policy
	for n, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		fields := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, " "):
			continue
		case len(fields) == 0 || fields[0][0] == '#':
			fmt.Fprintln(&out, line)
			continue
		}
		fmt.Fprintln(&out, line)
		args := arguments{t, n + 1, fields[1:]}
		if fields[0] == "config" {
			p = New(args.config(), testPauses())
			continue
		}
		at := epoch.Add(duration(t, n+1, fields[0]))
		args.fields = fields[2:]
		for _, a := range happen(p, at, fields[1], args) {
			fmt.Fprintln(&out, "  "+a)
		}
	}
	return out.String()
}

func differ(t *testing.T, want, got string) {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := lineAt(w, i), lineAt(g, i)
		if a != b {
			t.Fatalf("line %d\n want %s\n got  %s", i+1, a, b)
		}
	}
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(end)"
}
