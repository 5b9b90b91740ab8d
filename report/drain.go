package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// WriteDrainDir writes the report of a drain map into the folder dir, as
// WriteDir does: drain.md, drain.svg, drain.png, drain.json and drain.csv.
func WriteDrainDir(dir string, m *plan.DrainMap) error {
	f := drainFigure(m)
	list := []document{
		{"drain.json", m.WriteJSON},
		{"drain.csv", func(w io.Writer) error { return drainCSV(w, m) }},
		{"drain.svg", f.WriteSVG}, {"drain.png", f.WritePNG},
		{"drain.md", func(w io.Writer) error { return drainMarkdown(w, m, f) }},
	}
	if err := writeDocuments(dir, list, createFile); err != nil {
		return fmt.Errorf("cannot write report to %s: %w", dir, bare(err))
	}
	return nil
}

// DrainText writes the map as a table.
func DrainText(w io.Writer, m *plan.DrainMap, opt Options) error {
	if opt.Width == 0 {
		opt.Width = 100
	}
	opt.Width = max(opt.Width, 40)
	var b strings.Builder
	p := paint(opt.Color)
	for i, line := range wrap(drainLine(m), opt.Width) {
		if i == 0 {
			line = p.bold(line)
		}
		b.WriteString(line + "\n")
	}
	b.WriteString(drainMessage(m) + "\n\n" + drainTable(m).terminal(opt.Width, p))
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// drainLine says what was run.
func drainLine(m *plan.DrainMap) string {
	return fmt.Sprintf("%s: drain time after an outage, %s a cell, watched for %s after it; a load of 1 is %s calls at full speed; seed %d, config %s, log %s, penstock %s", plain(m.Scenario),
		plural(m.Replications, "replication"), seconds().exact(m.WithinS), count().write(m.Capacity, 4), m.Seed, orNone(m.ConfigHash), orNone(m.LogHash), plain(m.Version))
}

// drainMessage is the one message of the map: from which load on the system does
// not recover.
func drainMessage(m *plan.DrainMap) string {
	within := seconds().exact(m.WithinS)
	for i, load := range m.Loads {
		never, open := 0, 0
		for k := range m.OutagesS {
			switch m.Cell(k, i).Verdict {
			case plan.Never:
				never++
			case plan.Undecided:
				open++
			}
		}
		switch {
		case never == len(m.OutagesS):
			return "From a load of " + drainLoad(load) + " on it does not recover from any outage within " + within
		case never+open > 0:
			return "From a load of " + drainLoad(load) + " on it does not recover from every outage within " + within
		}
	}
	if m.Interrupted {
		return "Interrupted: up to a load of " + drainLoad(m.Loads[len(m.Loads)-1]) + ", and no others were run, it recovers from every outage within " + within
	}
	return "It recovers from every outage within " + within
}

func drainLoad(x float64) string { return share().write(x, 3) }

// drainTable has a row for each outage and a column for each load.
func drainTable(m *plan.DrainMap) *table {
	t := &table{head: []string{"outage"}, align: "l"}
	for _, load := range m.Loads {
		t.head = append(t.head, "load "+drainLoad(load))
		t.align += "r"
	}
	for k, s := range m.OutagesS {
		cells := []string{seconds().exact(s)}
		for i := range m.Loads {
			c := m.Cell(k, i)
			text := seconds().estimate(c.Drain)
			switch {
			case c.Verdict == plan.Never:
				text = neverWords(m, c)
			case c.Drain.Value == nil:
				text = fmt.Sprintf("%d of %d", c.Recovered, m.Replications)
			}
			if val(c.Lost) >= 0.5 {
				text += " †"
			}
			cells = append(cells, text)
		}
		t.add(cells...)
		fluid := []string{"  fluid"}
		for i := range m.Loads {
			text := "∞"
			if f := m.Cell(k, i).Fluid; f != nil {
				text = seconds().value(*f)
			}
			fluid = append(fluid, text)
		}
		t.add(fluid...)
	}
	t.notes = []string{
		"> " + seconds().exact(m.WithinS) + ": no replication recovered while it was watched; never: the load is too much even without an outage; k of n: only so many recovered",
		"fluid: outage × load / (1 − load), as if work were a fluid and every message at hand",
		"†: messages were dead-lettered or expired, so that part of the backlog was lost, not worked off",
		"times are to the end of a step of " + seconds().exact(m.StepS),
	}
	return t
}

// neverWords says of a cell that did not recover what is known: a load that is too
// much even without an outage never will, another not within the time watched.
func neverWords(m *plan.DrainMap, c *plan.DrainCell) string {
	if m.Calm[slices.Index(m.Loads, c.Load)] == plan.Saturated {
		return "never"
	}
	return "> " + seconds().exact(m.WithinS)
}

// drainCSV writes a line for each cell.
func drainCSV(w io.Writer, m *plan.DrainMap) error {
	out := csv.NewWriter(w)
	number := func(x *float64) string {
		if x == nil {
			return ""
		}
		return strconv.FormatFloat(*x, 'g', -1, 64)
	}
	rows := [][]string{{"outage_s", "load", "fluid_s", "drain_s", "drain_low_s", "drain_high_s", "recovered", "replications", "lost", "lost_low", "lost_high", "verdict", "log_hash"}}
	for i := range m.Cells {
		c := &m.Cells[i]
		rows = append(rows, []string{number(&c.OutageS), number(&c.Load), number(c.Fluid), number(c.Drain.Value), number(c.Drain.Low), number(c.Drain.High),
			strconv.Itoa(c.Recovered), strconv.Itoa(m.Replications), number(c.Lost.Value), number(c.Lost.Low), number(c.Lost.High), c.Verdict, c.LogHash})
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return out.Error()
}

// drainMarkdown writes the report.
func drainMarkdown(w io.Writer, m *plan.DrainMap, f Figure) error {
	var b strings.Builder
	b.WriteString("# Recovery from an outage: " + escape(m.Scenario) + "\n\n" + escape(sentence(drainMessage(m))) + "\n\n" + escape(sentence(drainLine(m))) + "\n")
	figuresSection(&b, []Figure{f})
	tablesSection(&b, "## Every cell", []*table{drainTable(m)})
	b.WriteString("\nThe classes send Poisson arrivals in proportion to their mean rates, scaled to the load; the legacy system is down once. " +
		"The drain time runs from the end of the outage until no more tasks are open than in the same run without it, on the same random numbers. " +
		"`drain.json` and `drain.csv` hold every cell with its interval.\n\n")
	t := &table{head: []string{"", ""}, align: "ll"}
	t.add("scenario", plain(m.Scenario))
	t.add("seed", strconv.FormatUint(m.Seed, 10))
	t.add("config hash", plain(m.ConfigHash))
	t.add("log hash", plain(m.LogHash))
	t.add("penstock", plain(m.Version))
	b.WriteString(t.markdown())
	_, err := io.WriteString(w, b.String())
	return err
}
