package report

import (
	"slices"
	"strings"
)

// fit returns the table in a form that is no wider than width: words wrap,
// then intervals go below their values, then the columns are spread over
// several tables that repeat the first ones.
func (t *table) fit(width int) []*table {
	if t.width() <= width {
		return []*table{t}
	}
	if w := t.wrapped(width); w.width() <= width {
		return []*table{w}
	}
	t = t.folded()
	s := t.mapped(func(i int, cell string) string {
		if t.align[i] == 'r' {
			return stack(cell)
		}
		return cell
	})
	if w := s.wrapped(width); w.width() <= width {
		return []*table{w}
	}
	return s.blocks(width)
}

// wrapped returns t with its columns of words wrapped to the room that the
// others leave, but to no less than a third of the width.
func (t *table) wrapped(width int) *table {
	room, words := width, 0
	for i, w := range t.widths() {
		if t.align[i] == 'w' {
			words++
			room -= gap
		} else {
			room -= w + gap
		}
	}
	if words == 0 {
		return t
	}
	room = max((room+gap)/words, width/3)
	return t.mapped(func(i int, cell string) string {
		if t.align[i] != 'w' {
			return cell
		}
		return strings.Join(wrap(cell, room), "\n")
	})
}

// folded returns t with long heads and first cells on several lines.
func (t *table) folded() *table {
	fold := func(cell string) string { return strings.Join(wrap(cell, nameWidth), "\n") }
	c := t.mapped(func(i int, cell string) string {
		if i < max(t.keys, 1) {
			return fold(cell)
		}
		return cell
	})
	for i, cell := range c.head {
		c.head[i] = fold(cell)
	}
	return c
}

// stack puts the interval of an estimate on a line of its own.
func stack(cell string) string {
	cell = strings.Replace(cell, " ±", "\n±", 1)
	cell = strings.Replace(cell, " [", "\n[", 1)
	return strings.Replace(cell, " (", "\n(", 1)
}

// blocks spreads the columns over tables that each fit the width.
func (t *table) blocks(width int) []*table {
	keys := max(t.keys, 1)
	widths := t.widths()
	key := 0
	for i := range widths {
		if i < keys {
			widths[i] = min(widths[i], width/3/keys)
			key += widths[i] + gap
		} else {
			widths[i] = min(widths[i], width-key)
		}
	}
	narrow := t.mapped(func(i int, cell string) string { return strings.Join(wrap(cell, widths[i]), "\n") })
	if len(widths) <= keys {
		return []*table{narrow}
	}
	var list []*table
	for first := keys; first < len(widths); {
		last, sum := first, key-gap
		for last < len(widths) && (last == first || sum+gap+widths[last] <= width) {
			sum += gap + widths[last]
			last++
		}
		list = append(list, narrow.columns(keys, first, last))
		first = last
	}
	for i, b := range list {
		if i > 0 {
			b.title = ""
		}
		if i < len(list)-1 {
			b.notes = nil
		}
	}
	return list
}

// columns returns the keys and the columns in [first, last).
func (t *table) columns(keys, first, last int) *table {
	cut := func(row []string) []string {
		if row == nil {
			return nil
		}
		return slices.Concat(row[:keys], row[first:last])
	}
	c := &table{title: t.title, head: cut(t.head), align: t.align[:keys] + t.align[first:last], keys: keys, total: cut(t.total), notes: t.notes}
	for _, row := range t.rows {
		c.rows = append(c.rows, cut(row))
	}
	return c
}
