package price

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Parse reads a price book. The error lists every problem, each with the file
// and the key. A book that names a shipped book as its "base" holds the prices
// of that book, each that the file prices too replaced whole, and the rest of
// the file after them.
func Parse(file string, data []byte) (*Book, error) {
	r := &reader{file: file}
	if err := syntaxError(data); err != nil {
		return nil, fmt.Errorf("%s:%w", r.name(), err)
	}
	fields, ok := object(data)
	if !ok {
		return nil, fmt.Errorf("%s: must be a JSON object", r.name())
	}
	b := r.book(fields)
	if err := errors.Join(r.problems...); err != nil {
		return nil, err
	}
	b.File = file
	return b, nil
}

// reader collects the problems of one file.
type reader struct {
	file     string
	problems []error
}

func (r *reader) name() string {
	if r.file == "" {
		return "price book" // shipped
	}
	return r.file
}

func (r *reader) problem(key, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s: %s: %s", r.name(), key, fmt.Sprintf(format, args...)))
}

// unknown reports a name that is not among the known ones.
func (r *reader) unknown(at, what, name string, known []string) {
	hint := ""
	if n := nearest(name, known); n != "" {
		hint = fmt.Sprintf(", did you mean %q?", n)
	}
	r.problem(at, "unknown %s %q%s", what, name, hint)
}

// members checks that an object has known names only, each at most once.
func (r *reader) members(at string, fields []field, known ...string) {
	for i, f := range fields {
		switch {
		case !slices.Contains(known, f.name):
			r.unknown(at, "key", f.name, known)
		case slices.ContainsFunc(fields[:i], func(g field) bool { return g.name == f.name }):
			r.problem(at, "%q stands twice", f.name)
		}
	}
}

// text returns the member of that name, which must be a string that is not
// empty. Without one it returns "", and reports that if the member is needed.
func (r *reader) text(at string, fields []field, name string, needed bool) string {
	raw := member(fields, name)
	if raw == nil {
		if needed {
			r.problem(at, "%q is missing", name)
		}
		return ""
	}
	s, ok := text(raw)
	if !ok || s == "" {
		r.problem(at, "%q must be a text that is not empty", name)
	}
	return s
}

// amount returns the member of that name, a number or a text with one.
func (r *reader) amount(at string, fields []field, name string) Amount {
	raw := member(fields, name)
	s, ok := text(raw)
	if !ok {
		s = string(raw)
	}
	a, err := parseAmount(s)
	if err != nil {
		r.problem(at, "%q is %s: it %v", name, strings.TrimSpace(string(raw)), err)
	}
	return a
}

// date checks a day, month or year.
func (r *reader) date(at, name, value string, layouts ...string) {
	known := slices.ContainsFunc(layouts, func(layout string) bool {
		_, err := time.Parse(layout, value)
		return err == nil
	})
	if value != "" && !known {
		r.problem(at, "%q is %q: it must be a date such as %s", name, value, strings.Join(layouts, " or "))
	}
}

func (r *reader) book(fields []field) *Book {
	r.members("book", fields, "book", "base", "region", "date", "prices")
	b := &Book{
		Name:   r.text("book", fields, "book", true),
		Base:   r.text("book", fields, "base", false),
		Region: r.text("book", fields, "region", false),
		Date:   r.text("book", fields, "date", true),
	}
	r.date("book", "date", b.Date, "2006-01-02")
	if b.Base != "" {
		base, err := Open(b.Base)
		if err != nil {
			r.problem("book", "\"base\": %v", err)
			return b
		}
		b.prices = base.prices
		if b.Region == "" {
			b.Region = base.Region
		}
	}
	entries, ok := list(member(fields, "prices"))
	if !ok {
		r.problem("book", "\"prices\" must be a list of prices")
	}
	r.prices(b, entries)
	return b
}

// prices adds the entries of the file to the book.
func (r *reader) prices(b *Book, entries []json.RawMessage) {
	var seen []string
	for i, raw := range entries {
		p, ok := r.price(fmt.Sprintf("prices[%d]", i), raw)
		if !ok {
			continue
		}
		switch at := slices.IndexFunc(b.prices, func(q Price) bool { return q.Key == p.Key }); {
		case slices.Contains(seen, p.Key):
			r.problem(p.Key, "has two prices")
		case at >= 0:
			b.prices[at] = p
		default:
			b.prices = append(b.prices, p)
		}
		seen = append(seen, p.Key)
	}
}
