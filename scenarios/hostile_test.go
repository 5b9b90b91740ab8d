package scenarios

import (
	"fmt"
	"strings"
	"testing"
)

// TestHostile: files at the limit of size that would be slow or large if the
// loader did more than a bounded amount of work for each byte. A loader that
// does runs into the time limit of the tests.
func TestHostile(t *testing.T) {
	repeat := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < maxFile-200; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	name := strings.Repeat("x", maxName)
	deep := "[" + strings.Repeat(name+".", maxDepth-1) + name + "]\n"
	for what, text := range map[string]string{
		"unknown keys":     repeat("visibility_timeot%d = 1\n"),
		"unknown tables":   repeat("[visibility_timeot%d]\n"),
		"classes":          repeat("[[class]] #%d\n"),
		"one class":        repeat("[[class]]\nname = \"A\"\n#%d\n"),
		"outages":          "[legacy]\noutage = [" + repeat("{ at = \"%ds\", for = \"1s\", kind = \"down\" },\n") + "]",
		"points":           "[[class]]\nname = \"A\"\narrivals = [{ kind = \"schedule\", points = [" + repeat("{ at = \"%ds\", rate = \"1/s\" },") + "] }]",
		"asserts":          repeat("[[assert]]\nmetric = \"classes.A%d.latency.p95\"\nop = \"<\"\nvalue = \"1s\"\n"),
		"knobs":            "[tune]\n" + repeat("\"worker.concurrenc%d\" = [1]\n"),
		"same key":         repeat("a = 1 #%d\n"),
		"nested lists":     "x = " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"more nested":      "x = " + strings.Repeat("[", 500_000),
		"nested tables":    "x = " + strings.Repeat("{ a = ", 9000) + "1" + strings.Repeat("}", 9000),
		"long key":         "x" + strings.Repeat(".a", 500_000) + " = 1",
		"long name":        strings.Repeat("a", 1_000_000) + " = 1",
		"long names below": deep + repeat("a%d = 1\n"),
		"long text":        "study = \"" + strings.Repeat("a", 1_000_000) + "\"",
		"one line":         "x = { " + repeat("a%d = 1, ") + "b = 1 }",
		"quoted":           repeat("\"%d\\u00e9\" = 1\n"),
		"parts":            "[legacy]\nservice = { kind = \"mixture\", parts = [" + repeat("{ weight = 1, kind = \"constant\", value = \"%ds\" },") + "] }",
		"too long":         strings.Repeat("#\n", maxFile),
	} {
		s := Source{name: "s.toml", fsys: files(map[string]string{"s.toml": text})}
		_, problems := s.Check([]string{"class.*.payload=1KiB", "class.A.queue.delay=1s"})
		if len(problems) == 0 || len(problems) > maxProblems+1 {
			t.Errorf("%s: %d problems", what, len(problems))
		}
	}
	long := strings.Repeat("a.", 100_000) + "=1"
	_, problems := Load("minimal.toml", []string{long, "x=" + strings.Repeat("[", 100_000), strings.Repeat("class[0].", 50_000) + "=1", ".=1", "[[[[=", `"=`})
	if len(problems) != 6 {
		t.Errorf("overrides: %d problems", len(problems))
	}
}
