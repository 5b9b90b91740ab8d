package report

import (
	"io"
	"strings"

	"penstock/model/theory"
)

// Screen writes which objectives cannot be met and what is at risk, by formulas
// alone; nothing where there is nothing to say.
func Screen(w io.Writer, v theory.Verdict, opt Options) error {
	var b strings.Builder
	write := func(head string, list []theory.Reason) {
		for _, r := range list {
			line := head
			if r.Metric != "" {
				line += plain(r.Metric) + ": "
			}
			b.WriteString(strings.Join(wrap(line+plain(r.Text), max(opt.Width, 40)), "\n") + "\n")
		}
	}
	write("cannot be met: ", v.Impossible)
	write("risk: ", v.Risks)
	_, err := io.WriteString(w, b.String())
	return err
}
