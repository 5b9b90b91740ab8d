package report

import (
	"fmt"
	"io"
	"strings"

	"penstock/model/rules"
)

// Rules writes the table of the rules of AWS, by service: what each says, how
// far it is known and from where, its setting, and the tests that pin it; and
// at the end what is left out. setting returns a key and its default.
func Rules(w io.Writer, setting func(r *rules.Rule) (key, value string)) error {
	var b strings.Builder
	counts := map[string]int{}
	all := rules.All()
	for i := range all {
		counts[all[i].Grade]++
	}
	fmt.Fprintf(&b, "%d rules of AWS that the simulator follows, by how far they are known:\n", len(all))
	for _, g := range rules.Grades() {
		fmt.Fprintf(&b, "  %s %3d  %s\n", g.Letter, counts[g.Letter], g.Meaning)
	}
	for _, s := range rules.Services() {
		b.WriteString("\n" + s.Name + "\n\n")
		for i := range all {
			if s.Of(&all[i]) {
				ruleText(&b, &all[i], setting)
			}
		}
	}
	b.WriteString("\nLeft out on purpose\n\n")
	for _, l := range rules.NotBuilt() {
		hang(&b, "  ", l.Rule+": "+l.Reason+".")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func ruleText(b *strings.Builder, r *rules.Rule, setting func(r *rules.Rule) (key, value string)) {
	head := fmt.Sprintf("%-6s  %s  ", r.ID, r.Grade)
	hang(b, head, r.Rule)
	under := strings.Repeat(" ", len(head))
	if r.Switch != "" || r.Key != "" {
		key, value := setting(r)
		hang(b, under, "setting: "+key+", default "+value)
	}
	hang(b, under, "source: "+r.Source)
	hang(b, under, "test: "+strings.Join(r.Tests, ", "))
}

// hang writes a text behind a head, and its further lines below it.
func hang(b *strings.Builder, head, text string) {
	for i, line := range wrap(text, manualWidth-len(head)) {
		if i > 0 {
			head = strings.Repeat(" ", len(head))
		}
		b.WriteString(head + line + "\n")
	}
}
