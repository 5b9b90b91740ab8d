package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a scenario, and where.
type Problem struct {
	File    string // as the user named it; "--set" for an override
	Line    int    // from 1; 0 where there is no line, as with --set
	Column  int    // from 1, in characters
	Key     string // dotted, with indexes from 0; "" for the file as a whole
	Message string // what is wrong, and what is allowed
	Warning bool   // the scenario can run all the same
}

// String returns the problem on one line:
// "erp.toml:12:3: class[0].queue.visibility_timeout: 13h is out of range: 0s to 12h (SQS)".
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Warning {
		b.WriteString("warning: ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	return b.String() + p.Message
}

// Failed reports whether any of the problems is more than a warning.
func Failed(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return !p.Warning })
}

// maxProblems bounds the report of one file; a file with more is not a
// scenario with mistakes but something else.
const maxProblems = 200

// finding is a problem with the place that decides its order: a problem in a
// data file stands where the scenario names that file.
type finding struct {
	Problem
	anchor pos
}

// report collects the problems of one load.
type report struct {
	found []finding
}

func (r *report) add(at pos, key, format string, args ...any) {
	r.put(at, Problem{File: at.file, Line: at.line, Column: at.column, Key: key, Message: fmt.Sprintf(format, args...)})
}

// full reports whether no more problems are taken, so that the work of finding
// them can end.
func (r *report) full() bool { return len(r.found) > maxProblems }

func (r *report) put(anchor pos, p Problem) {
	if !r.full() {
		r.found = append(r.found, finding{p, anchor})
	}
}

// covers reports whether key, a table that holds it or a key that it holds
// already has a problem: what comes after is then a consequence.
func (r *report) covers(key string) bool {
	return slices.ContainsFunc(r.found, func(f finding) bool {
		rest, inside := strings.CutPrefix(key, f.Key)
		above := inside && f.Key != "" && (rest == "" || rest[0] == '.' || rest[0] == '[')
		return above || strings.HasPrefix(f.Key, key+".")
	})
}

// problems returns what was found in the order of the file, with the overrides
// after it.
func (r *report) problems() []Problem {
	slices.SortStableFunc(r.found, func(a, b finding) int {
		return cmp.Or(
			cmp.Compare(a.anchor.override, b.anchor.override),
			cmp.Compare(a.anchor.line, b.anchor.line),
			cmp.Compare(a.anchor.column, b.anchor.column),
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var list []Problem
	for i, f := range r.found {
		if i == maxProblems {
			f.Problem = Problem{File: f.anchor.file, Message: "and more; mend these first"}
		}
		list = append(list, f.Problem)
	}
	return list
}
