package report

import (
	"github.com/jedib0t/go-pretty/v6/text"
)

// gap is the number of blanks between two columns in a terminal.
const gap = 2

// nameWidth is the widest that a head or the first column stays in a table
// that is too wide.
const nameWidth = 20

// A table is what a report shows in rows, before it is known whether it goes
// to a terminal or into Markdown.
type table struct {
	title string
	head  []string
	align string // one letter a column: l, r, or w for words that may wrap
	keys  int    // columns that name the row; 0: the first
	rows  [][]string
	total []string // the last row, set apart; nil: none
	notes []string // below the table
}

// add appends a row.
func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// all returns head, rows and total.
func (t *table) all() [][]string {
	rows := append([][]string{t.head}, t.rows...)
	if t.total != nil {
		rows = append(rows, t.total)
	}
	return rows
}

// widths returns the width of each column in a terminal.
func (t *table) widths() []int {
	w := make([]int, len(t.head))
	for _, row := range t.all() {
		for i, cell := range row {
			w[i] = max(w[i], text.LongestLineLen(cell))
		}
	}
	return w
}

func (t *table) width() int {
	sum := 0
	for _, w := range t.widths() {
		sum += w + gap
	}
	return sum - gap
}

// mapped returns a copy of t with every cell changed by f.
func (t *table) mapped(f func(column int, cell string) string) *table {
	each := func(row []string) []string {
		if row == nil {
			return nil
		}
		out := make([]string, len(row))
		for i, cell := range row {
			out[i] = f(i, cell)
		}
		return out
	}
	c := *t
	c.head, c.total, c.rows = each(t.head), each(t.total), nil
	for _, row := range t.rows {
		c.rows = append(c.rows, each(row))
	}
	return &c
}
