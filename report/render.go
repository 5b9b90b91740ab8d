package report

import (
	"html"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// rule is what the lines between head, rows and total are made of.
const rule = "─"

// terminal renders the table for a terminal, no wider than width.
func (t *table) terminal(width int, p paint) string {
	narrow()
	var b strings.Builder
	for _, part := range t.fit(width) {
		if part.title != "" {
			for _, line := range wrap(part.title, width) {
				b.WriteString(p.bold(line) + "\n")
			}
		}
		w := part.writer(func(cell string) string { return p.outcome(cell) })
		w.SetStyle(quiet())
		for line := range strings.Lines(w.Render() + "\n") {
			line = strings.TrimRight(line, " \n")
			if strings.HasPrefix(line, rule) {
				line = strings.TrimSuffix(line, strings.Repeat(rule, gap)) // the padding of the last column
			}
			b.WriteString(line + "\n")
		}
		for _, note := range part.notes {
			b.WriteString(strings.Join(wrap(plain(note), width), "\n") + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// markdown renders the table in GitHub's Markdown, the notes below it.
func (t *table) markdown() string {
	var b strings.Builder
	if t.title != "" {
		b.WriteString("**" + escape(t.title) + "**\n\n")
	}
	cells := t.mapped(func(_ int, cell string) string { return escape(cell) })
	if cells.total != nil {
		for i, cell := range cells.total {
			if cell != "" {
				cells.total[i] = "**" + cell + "**"
			}
		}
	}
	b.WriteString(cells.writer(func(cell string) string { return cell }).RenderMarkdown() + "\n")
	for _, note := range t.notes {
		b.WriteString("\n" + escape(note) + "\n")
	}
	return b.String()
}

// writer fills a table of the library; cell is applied to every body cell.
func (t *table) writer(cell func(string) string) pretty.Writer {
	w := pretty.NewWriter()
	w.AppendHeader(row(t.head, func(s string) string { return s }))
	for _, cells := range t.rows {
		w.AppendRow(row(cells, cell))
	}
	if t.total != nil {
		w.AppendFooter(row(t.total, cell))
	}
	var columns []pretty.ColumnConfig
	for i, a := range t.align {
		side := text.AlignLeft
		if a == 'r' {
			side = text.AlignRight
		}
		columns = append(columns, pretty.ColumnConfig{Number: i + 1, Align: side, AlignHeader: side, AlignFooter: side})
	}
	w.SetColumnConfigs(columns)
	return w
}

func row(cells []string, f func(string) string) pretty.Row {
	var r pretty.Row
	for _, cell := range cells {
		r = append(r, f(cell))
	}
	return r
}

// quiet is a style with one rule below the head and blanks between columns.
func quiet() pretty.Style {
	s := pretty.StyleLight
	s.Box.PaddingLeft = ""
	s.Box.PaddingRight = strings.Repeat(" ", gap)
	s.Options = pretty.Options{SeparateHeader: true, SeparateFooter: true}
	s.Format = pretty.FormatOptions{}
	return s
}

// escape makes s plain text in Markdown, also inside a table; the library
// escapes the bars between cells by itself.
func escape(s string) string {
	s = html.EscapeString(plain(s))
	s = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&gt;", ">").Replace(s)
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`).Replace(s)
}

// paint says whether a terminal takes colours.
type paint bool

func (p paint) bold(s string) string { return p.code("1", s) }

// outcome colours the outcome of an assert, or a verdict.
func (p paint) outcome(s string) string {
	switch s {
	case "met", "stable":
		return p.code("32", s)
	case "not met", "saturated":
		return p.code("31", s)
	case "undecided":
		return p.code("33", s)
	}
	return s
}

func (p paint) code(code, s string) string {
	if !p {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
