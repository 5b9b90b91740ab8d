package report

import (
	"fmt"
	"io"
	"strings"

	"penstock/model/price"
)

// Key is what a manual says of one scenario key.
type Key struct {
	Name    string
	Type    string
	Default string // "": none
	Allowed string // "": whatever the type allows
	Doc     string
}

// manualWidth is the width of the manual's lines in columns.
const manualWidth = 96

// Keys writes the manual of some scenario keys: two or more lines each.
func Keys(w io.Writer, keys []Key) error {
	for _, k := range keys {
		head := k.Name + "  " + k.Type
		if k.Default != "" {
			head += ", default " + k.Default
		}
		if k.Allowed != "" {
			head += ", " + k.Allowed
		}
		lines := wrapped(head, manualWidth, "        ")
		lines = append(lines, wrapped("    "+k.Doc, manualWidth, "    ")...)
		if _, err := fmt.Fprintln(w, strings.Join(lines, "\n")); err != nil {
			return err
		}
	}
	return nil
}

// Prices writes a price book: every price with its tiers, and where it was
// found.
func Prices(w io.Writer, b *price.Book) error {
	if _, err := fmt.Fprintf(w, "%s, prices of %s in USD before tax\n", b.Name, b.Date); err != nil {
		return err
	}
	for _, p := range b.Prices() {
		var tiers []string
		for _, t := range p.Tiers {
			tiers = append(tiers, tierText(t))
		}
		line := fmt.Sprintf("%-38s %s per %s", p.Key, strings.Join(tiers, ", "), p.Unit)
		if free := p.Free.String(); free != "0" {
			line += fmt.Sprintf("; %s a month free", free)
		}
		lines := wrapped(line, manualWidth, "        ")
		source := fmt.Sprintf("    grade %s, %s, %s", p.Grade, p.Seen, p.Source)
		lines = append(lines, wrapped(source, manualWidth, "    ")...)
		if _, err := fmt.Fprintln(w, strings.Join(lines, "\n")); err != nil {
			return err
		}
	}
	for _, key := range b.Missing() {
		if _, err := fmt.Fprintf(w, "%-38s unknown: a scenario that needs it is refused\n", key); err != nil {
			return err
		}
	}
	return nil
}

func tierText(t price.Tier) string {
	if !t.Open {
		return fmt.Sprintf("%s up to %s", t.USD, t.UpTo)
	}
	return t.USD.String()
}

// wrapped breaks a text into lines of at most width columns; all but the first
// begin with the indent.
func wrapped(text string, width int, indent string) []string {
	lead := text[:len(text)-len(strings.TrimLeft(text, " "))]
	line, used := lead, false
	var lines []string
	for _, word := range strings.Fields(text) {
		if used && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line, used = indent, false
		}
		if used {
			line += " "
		}
		line += word
		used = true
	}
	return append(lines, line)
}
