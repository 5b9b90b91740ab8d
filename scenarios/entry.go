package scenarios

import (
	"strings"
	"sync"

	"penstock/model"
)

// Type is what a key of a scenario takes.
type Type string

// The types.
const (
	Duration     Type = "duration"     // "250ms", "6m", "1h30m", "4d"
	Rate         Type = "rate"         // "20/s", "300/min", "5/h", "100/d"
	Size         Type = "size"         // "400B", "4KiB", "256MB"
	Count        Type = "whole number" // 5
	Number       Type = "number"       // 0.5
	Share        Type = "share"        // 0..1
	Bool         Type = "true or false"
	Text         Type = "text"
	Texts        Type = "list of texts"
	Choice       Type = "choice"       // one of Values
	Distribution Type = "distribution" // "1s" or { kind = …, … }
	Bound        Type = "bound"        // of an assert: a duration, or a number
	Table        Type = "table"
	Tables       Type = "list of tables"
	Knobs        Type = "table of knobs" // [tune]: the keys are keys of the scenario
	Links        Type = "table of URLs"  // the keys are names of classes
)

// Entry is one key of a scenario: what it takes, what it means, and where it
// goes in a model.Config. The schema, the loader, overrides and explanations
// all read this one table.
type Entry struct {
	Key     string // dotted, without indexes or class names: "class.queue.delay"
	Type    Type
	Default string   // as a scenario would write it, without quotes; "" for none
	Values  []string // the words allowed: all that a Choice takes, beside a duration or distribution otherwise
	Min     string   // least value allowed; "" for the least of the type
	Max     string   // largest value allowed; "" for none
	Also    string   // a value outside Min and Max that is allowed too: "0"
	Source  string   // who sets the range, such as "SQS"; "" for this program
	Doc     string   // one sentence: meaning, unit, source

	required bool
	forms    []form             // tables with a kind: what each kind takes
	ref      func(t target) any // where the value goes
	grow     func(t *target)    // list of tables: append an element
}

// form is what a table with a kind takes when it is of that kind.
type form struct {
	kind  string
	needs [][]string // one of these groups has to be there
	may   []string
}

func (f form) takes() []string {
	var names []string
	for _, group := range f.needs {
		names = append(names, group...)
	}
	return append(names, f.may...)
}

// Takes returns what the table of the key takes when it is of a kind: one of
// the groups of needs has to be there, whatever is in may can be. Both are nil
// for a table without kinds, or a kind that it does not have.
func (e Entry) Takes(kind string) (needs [][]string, may []string) {
	for _, f := range e.forms {
		if f.kind == kind {
			return f.needs, f.may
		}
	}
	return nil, nil
}

// target is the part of a Config that is being read.
type target struct {
	config    *model.Config
	class     *model.Class
	arrivals  *model.Arrivals
	point     *model.Point
	state     *model.RateState
	outage    *model.Outage
	redrive   *model.Redrive
	change    *model.PolicyChange
	assert    *model.Assert
	reference *model.Reference
	dist      *model.Dist
	part      *model.Part
	deploy    *Deploy
}

// Scalar reports whether the key takes a single value, so that it can be swept.
func (e Entry) Scalar() bool {
	switch e.Type {
	case Table, Tables, Texts, Knobs, Links, Distribution:
		return false
	}
	return true
}

// Allowed returns the values that the key takes, for a message or a manual:
// "0s to 12h (SQS)". It is "" where every value of the type will do.
func (e Entry) Allowed() string {
	var parts []string
	for _, w := range e.Values {
		parts = append(parts, `"`+w+`"`)
	}
	if e.Also != "" {
		parts = append(parts, e.Also)
	}
	switch {
	case e.Min == "1ns":
		parts = append(parts, "more than 0s, at most "+e.Max)
	case e.Min != "" && e.Max != "":
		parts = append(parts, e.Min+" to "+e.Max)
	case e.Min != "":
		parts = append(parts, "at least "+e.Min)
	case e.Max != "":
		parts = append(parts, "at most "+e.Max)
	case e.Type == Share:
		parts = append(parts, "0 to 1")
	}
	s := strings.Join(parts, " or ")
	if e.Type == Choice {
		s = strings.Join(parts, ", ")
	}
	if s != "" && e.Source != "" {
		s += " (" + e.Source + ")"
	}
	return s
}

// book is the schema with its index. It is built once and never changed.
type book struct {
	entries []Entry
	byKey   map[string]int
	inside  map[string][]int // table → its keys, in order
}

var schema = sync.OnceValue(func() *book {
	b := &book{byKey: map[string]int{}, inside: map[string][]int{}}
	for _, rows := range [][]Entry{
		runEntries(), classEntries(), arrivalEntries(), queueEntries(), objectiveEntries(),
		workerEntries(), policyEntries(), taskEntries(), legacyEntries(),
		timingEntries(), assumptionEntries(), faultEntries(), plannedEntries(), studyEntries(), deployEntries(), distributionEntries(),
	} {
		b.entries = append(b.entries, rows...)
	}
	for i, e := range b.entries {
		b.byKey[e.Key] = i
		parent, _ := cutLast(e.Key)
		b.inside[parent] = append(b.inside[parent], i)
	}
	return b
})

// entry returns the row of a key.
func (b *book) entry(key string) (Entry, bool) {
	i, ok := b.byKey[key]
	if !ok {
		return Entry{}, false
	}
	return b.entries[i], true
}

// names returns the keys of a table, in order; distributions and mixtures
// share the keys of "distribution".
func (b *book) names(table string) []string {
	var names []string
	for _, i := range b.inside[table] {
		_, name := cutLast(b.entries[i].Key)
		if table != "" || name != distribution { // not a key, but what others take
			names = append(names, name)
		}
	}
	return names
}

// distribution is the name under which the schema describes distributions.
const distribution = "distribution"

func cutLast(key string) (table, name string) {
	if i := strings.LastIndexByte(key, '.'); i >= 0 {
		return key[:i], key[i+1:]
	}
	return "", key
}
