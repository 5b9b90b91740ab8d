package chaos

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// WriteJSON writes the report as one JSON document.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// WriteText writes what the seeds exercised, then what failed.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	c := &r.Coverage
	if r.Done > 0 {
		counted(&b, "lines of trace", c.Events)
		counted(&b, "tasks by outcome", c.Outcome)
		if r.Scenario == "" {
			c.space(&b)
		}
		fmt.Fprintf(&b, "\n%d seeds had to drain in calm and did, unless they are listed below; %d need not:\n", c.Drains, r.Done-c.Drains)
		for _, why := range slices.Sorted(maps.Keys(c.Free)) {
			fmt.Fprintf(&b, "  %d: %s\n", c.Free[why], why)
		}
	}
	for i := range r.Found {
		r.Found[i].write(&b, r)
	}
	fmt.Fprintf(&b, "\n%s: %d tasks, %d failed\n", r.done(), c.Tasks, r.Failed)
	_, err := io.WriteString(w, b.String())
	return err
}

// done says how many seeds were run.
func (r *Report) done() string {
	s := fmt.Sprintf("%d seeds from %d", r.Done, r.From)
	if r.Done < r.Seeds {
		s = fmt.Sprintf("%d of %d seeds from %d", r.Done, r.Seeds, r.From)
	}
	if r.Scenario != "" {
		s += " of " + r.Scenario
	}
	return s
}

// counted writes a line of counts, in order of the alphabet.
func counted[N int | int64](b *strings.Builder, what string, counts map[string]N) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s\n", what)
	names := slices.Sorted(maps.Keys(counts))
	const columns = 4
	for i := 0; i < len(names); i += columns {
		for _, n := range names[i:min(i+columns, len(names))] {
			fmt.Fprintf(t, "  %s\t%d\t", n, counts[n])
		}
		fmt.Fprintln(t)
	}
	_ = t.Flush() // a strings.Builder takes everything
}

// space says how much of the configuration space was reached, and what of it
// was not or hardly.
func (c *Coverage) space(b *strings.Builder) {
	keys, words := drawable()
	fmt.Fprintf(b, "\nconfiguration space\n")
	c.reached(b, "keys", keys, c.Keys)
	c.reached(b, "words", words, c.Words)
}

func (c *Coverage) reached(b *strings.Builder, what string, all []string, counts map[string]int) {
	n, least, rarest := 0, 0, ""
	var missing []string
	for _, k := range all {
		if counts[k] == 0 {
			missing = append(missing, k)
			continue
		}
		if n == 0 || counts[k] < least {
			least, rarest = counts[k], k
		}
		n++
	}
	fmt.Fprintf(b, "  %d of %d %s; the rarest is %s, in %d seeds\n", n, len(all), what, rarest, least)
	if len(missing) > 0 {
		fmt.Fprintf(b, "  never: %s\n", strings.Join(missing, ", "))
	}
}

// write tells of one failure, with the command that repeats it.
func (f *Found) write(b *strings.Builder, r *Report) {
	fmt.Fprintf(b, "\nFAILED: %s\n  seed %d, and %d more; %s\n", f.Rule, f.Seed, f.Seeds-1, f.Detail)
	scenario := ""
	if r.Scenario != "" {
		scenario = " " + quoted(r.Scenario)
	}
	if r.AsIs {
		scenario += " --as-is"
	}
	command := fmt.Sprintf("penstock chaos%s --from %d --seeds 1", scenario, f.Seed)
	if f.Rule == valid {
		fmt.Fprintf(b, "  neither the scenario nor the simulator is at fault, but chaos: what it drew is refused, and no run shows it\n")
	}
	if f.File != "" {
		size := ""
		if f.Unfinished {
			size = " (not to the end: the work allowed for that was used up, and a smaller one may fail as well)"
		}
		fmt.Fprintf(b, "  shrunk to %s%s\n", f.File, size)
		command = f.Command(f.File)
	}
	fmt.Fprintf(b, "  repeat it: %s\n", command)
	if f.Stack != "" {
		fmt.Fprintf(b, "%s\n", f.Stack)
	}
}
