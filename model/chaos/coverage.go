package chaos

import (
	"slices"
	"strings"

	"penstock/scenarios"
)

// Coverage is what the seeds have exercised.
type Coverage struct {
	Tasks  int64            `json:"tasks"`
	Events map[string]int64 `json:"events"` // lines of trace, by event
	Keys   map[string]int   `json:"keys"`   // seeds whose scenario has the key
	Words  map[string]int   `json:"words"`  // seeds whose scenario has the key with this word: "policy.kind yield"
	// Touched counts the seeds whose course depended on a rule that AWS leaves
	// open.
	Touched map[string]int `json:"touched"`
	Outcome map[string]int `json:"outcomes"` // tasks, by outcome
	// Drains is the number of seeds that had to drain; Free those that need not,
	// by the reason.
	Drains int            `json:"drains"`
	Free   map[string]int `json:"free"`
}

// seen is what one seed has exercised.
type seen struct {
	tasks   int64
	events  map[string]int64
	keys    []string
	words   []string
	touched []string
	outcome map[string]int64
	free    string
}

// look notes what a seed has exercised.
func look(doc table, v *verdict) seen {
	s := seen{events: v.watcher.counts, touched: v.run.Touched, outcome: map[string]int64{}, free: unbounded(v.cfg)}
	for _, k := range v.run.Classes {
		s.tasks += k.Arrived
		for name, n := range map[string]int64{"completed": k.Completed, "failed": k.Failed, "timed_out": k.TimedOut,
			"dead_lettered": k.DeadLettered, "expired": k.Expired, "unfinished": k.Unfinished} {
			s.outcome[name] += n
		}
	}
	walk(doc, nil, func(p path, x any) {
		e, ok := scenarios.Explain(p.String())
		if !ok {
			return
		}
		s.keys = append(s.keys, e.Key)
		if word, text := x.(string); text && slices.Contains(e.Values, word) {
			s.words = append(s.words, e.Key+" "+word)
		}
	})
	for _, list := range []*[]string{&s.keys, &s.words} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s
}

func (c *Coverage) add(s *seen) {
	if c.Events == nil {
		*c = Coverage{Events: map[string]int64{}, Keys: map[string]int{}, Words: map[string]int{}, Touched: map[string]int{},
			Outcome: map[string]int{}, Free: map[string]int{}}
	}
	c.Tasks += s.tasks
	for name, n := range s.events {
		c.Events[name] += n
	}
	for name, n := range s.outcome {
		c.Outcome[name] += int(n)
	}
	for _, k := range s.keys {
		c.Keys[k]++
	}
	for _, w := range s.words {
		c.Words[w]++
	}
	for _, t := range s.touched {
		c.Touched[t]++
	}
	if s.free == "" {
		c.Drains++
	} else {
		c.Free[s.free]++
	}
}

// unused lists keys of the schema that a drawn scenario never has, with the
// reason.
var unused = map[string]string{
	"name": "a name changes nothing", "description": "a description changes nothing",
	"study":  "a run does not depend on what is asked of it, but for the warm-up that is cut",
	"warmup": "as study", "precision": "as study", "assert": "as study", "reference": "as study", "tune": "as study", "tournament": "as study",
	"deploy":       "no run depends on it",
	"distribution": "stands for every distribution",
}

// drawable lists every key that the draws should reach, and every word.
func drawable() (keys, words []string) {
	for _, e := range scenarios.Keys() {
		top, _, _ := strings.Cut(e.Key, ".")
		if unused[e.Key] != "" || top != "distribution" && unused[top] != "" {
			continue
		}
		keys = append(keys, e.Key)
		for _, w := range e.Values {
			words = append(words, e.Key+" "+w)
		}
	}
	return keys, words
}
