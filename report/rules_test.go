package report

import (
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"penstock/model/rules"
)

// TestRules: every rule stands in the table once, with all that is known of it,
// and no line is too long.
func TestRules(t *testing.T) {
	var b strings.Builder
	err := Rules(&b, func(r *rules.Rule) (string, string) { return "key of " + r.ID, "its default" })
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	flat := strings.Join(strings.Fields(b.String()), " ")
	for _, r := range rules.All() {
		want := r.ID + " " + r.Grade + " " + r.Rule + " "
		if r.Switch != "" || r.Key != "" {
			want += "setting: key of " + r.ID + ", default its default "
		}
		want += "source: " + r.Source + " test: " + strings.Join(r.Tests, ", ")
		if strings.Count(flat, want) != 1 {
			t.Errorf("not once: %s", want)
		}
	}
	for _, l := range rules.NotBuilt() {
		if !strings.Contains(flat, l.Rule+": "+l.Reason) {
			t.Errorf("missing: %s", l.Rule)
		}
	}
}
