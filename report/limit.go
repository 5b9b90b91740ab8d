package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// Limit writes the answer of a search for a limit.
func Limit(w io.Writer, r *plan.LimitResult, opt Options) error {
	if opt.Width == 0 {
		opt.Width = 100
	}
	opt.Width = max(opt.Width, 40)
	p := paint(opt.Color)
	var b strings.Builder
	b.WriteString(p.bold(strings.Join(wrap(limitAnswer(r), opt.Width), "\n")) + "\n")
	for _, line := range limitNotes(r) {
		b.WriteString(strings.Join(wrap(line, opt.Width), "\n") + "\n")
	}
	b.WriteString("\n" + probesTable(r).terminal(opt.Width, p))
	b.WriteString(strings.Join(wrap(limitIdentity(r), opt.Width), "\n") + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// limitAnswer is what was found, in a sentence.
func limitAnswer(r *plan.LimitResult) string {
	name, key, kept := plain(r.Scenario), plain(r.Key), keptWords(r)
	span := fmt.Sprintf("between %s and %s", plain(r.Probes[0].Text), plain(r.Probes[len(r.Probes)-1].Text))
	switch {
	case r.Outcome == plan.LimitFound:
		return fmt.Sprintf("%s: the %s %s that keeps %s is %s; %s breaks it", name, r.Limit, key, kept, plain(r.Kept.Text), plain(r.Broken.Text))
	case r.Outcome == plan.LimitEverywhere:
		return fmt.Sprintf("%s: every %s tried %s keeps %s", name, key, span, kept)
	case r.Outcome == plan.LimitNowhere:
		return fmt.Sprintf("%s: no %s tried %s keeps %s", name, key, span, kept)
	case r.Outcome == plan.LimitNotMonotone:
		return fmt.Sprintf("%s: there is no single limit of %s to %s", name, key, kept)
	case r.Kept != nil && r.Broken != nil:
		between := "in between undecided"
		if r.Interrupted {
			between = "it was to be narrowed down further"
		}
		return fmt.Sprintf("%s: the %s %s that keeps %s lies between %s (kept) and %s (broken); %s", name, r.Limit, key, kept, plain(r.Kept.Text), plain(r.Broken.Text), between)
	case r.Kept != nil:
		return fmt.Sprintf("%s: undecided; %s=%s keeps %s, nothing tried breaks it for certain", name, key, plain(r.Kept.Text), kept)
	case r.Broken != nil:
		return fmt.Sprintf("%s: undecided; %s=%s breaks %s, nothing tried keeps it for certain", name, key, plain(r.Broken.Text), kept)
	}
	return fmt.Sprintf("%s: undecided; where %s keeps %s is open", name, key, kept)
}

// keptWords writes the conditions.
func keptWords(r *plan.LimitResult) string {
	var all []string
	for _, c := range r.Conditions {
		all = append(all, conditionWords(c))
	}
	return strings.Join(all, " and ")
}

func conditionWords(c plan.Condition) string {
	return plain(c.Metric) + " " + c.Op + " " + measureOf(c.Metric).exact(c.Bound)
}

// limitNotes says how sure the answer is, and what it rests on.
func limitNotes(r *plan.LimitResult) []string {
	var notes []string
	if r.Why != "" {
		notes = append(notes, sentence(r.Why))
	}
	errs := share().write(r.Errs, 4)
	switch r.Outcome {
	case plan.LimitFound, plan.Undecided:
		if r.Kept != nil || r.Broken != nil {
			side, beyond := "below", "above"
			if r.Limit == "smallest" {
				side, beyond = beyond, side
			}
			notes = append(notes, fmt.Sprintf("This is wrong with a probability of %s at most, provided that whatever lies %s the limit keeps what is asked, and nothing %s it does.", errs, side, beyond))
		}
	default:
		notes = append(notes, fmt.Sprintf("What is said of these values is wrong with a probability of %s at most.", errs))
	}
	return notes
}

// limitIdentity names the search.
func limitIdentity(r *plan.LimitResult) string {
	return fmt.Sprintf("%s study, %s of %s, seed %d, log %s, penstock %s", plain(r.Study), plural(r.Replications, "replication"),
		plural(len(r.Probes), "value"), r.Seed, orNone(r.LogHash), plain(r.Version))
}

// probesTable has a row for each value that was simulated.
func probesTable(r *plan.LimitResult) *table {
	t := &table{title: "Values tried", head: []string{lastPart(plain(r.Key)), "outcome"}, align: "rl"}
	for _, c := range r.Conditions {
		t.head = append(t.head, conditionWords(c))
		t.align += "r"
	}
	t.head = append(t.head, "runs", "")
	t.align += "rl"
	for i := range r.Probes {
		p := &r.Probes[i]
		row := []string{plain(p.Text), p.Outcome}
		for _, a := range p.Conditions {
			row = append(row, measureOf(a.Metric).estimate(a.Value))
		}
		mark := ""
		switch {
		case r.Kept != nil && p.Value == r.Kept.Value:
			mark = "the " + r.Limit + " that keeps it"
			if r.Outcome != plan.LimitFound {
				mark += " for certain"
			}
		case r.Broken != nil && p.Value == r.Broken.Value:
			mark = "the next"
			if r.Outcome != plan.LimitFound {
				mark = "breaks it for certain"
			}
		}
		t.add(append(row, strconv.Itoa(p.Replications), mark)...)
	}
	t.notes = append(t.notes, fmt.Sprintf("Intervals: %s each, so that all decisions hold together. Replication k of every value meets the same tasks.", share().write(r.Confidence, 5)))
	return t
}

// lastPart shortens a key for the head of a table.
func lastPart(key string) string {
	parts := strings.Split(key, ".")
	return strings.Join(parts[max(0, len(parts)-2):], ".")
}
