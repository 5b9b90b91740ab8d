package legacy

import (
	"penstock/model"
	"penstock/model/policy"
)

// ClassCounters is what the calls of one class came to.
type ClassCounters struct {
	Calls      int64 `json:"calls"`       // in all
	OK         int64 `json:"ok"`          // 200
	Limited    int64 `json:"limited"`     // 429
	Full       int64 `json:"full"`        // 503, every place taken
	Down       int64 `json:"down"`        // refused in an outage, connections that were refused apart
	Errors     int64 `json:"errors"`      // 500
	Cut        int64 `json:"cut"`         // lost in an outage
	Left       int64 `json:"left"`        // the client gave up; the work went on
	Repeats    int64 `json:"repeats"`     // work begun again for a key that had it begun before
	InProgress int64 `json:"in_progress"` // without an answer so far, those that hang included
}

// count adds an answer.
func (c *ClassCounters) count(a model.LegacyAnswer) {
	switch {
	case a.Code == 200:
		c.OK++
	case a.Code == 429:
		c.Limited++
	case a.Code == 500:
		c.Errors++
	case a.Code == 503:
		c.Full++
	case a.Status == policy.Rejected:
		c.Down++
	default:
		c.Cut++
	}
}

func (c *ClassCounters) repeat(again bool) {
	if again {
		c.Repeats++
	}
}

// Repeat is a key whose work was begun more than once.
type Repeat struct {
	Key   string  `json:"key"`
	Class string  `json:"class"`
	Calls int64   `json:"calls"` // whose work was begun
	First float64 `json:"first"` // when the key first came, seconds since the start
	Last  float64 `json:"last"`  // when its work was last begun

	class int
}

// NamedCounters are the counters of a class, with its name.
type NamedCounters struct {
	Class string `json:"class"`
	ClassCounters
}

// Counters is what the server is doing, and what it has done since its start.
// Times are the scenario's, in seconds.
type Counters struct {
	Scenario    string          `json:"scenario"`
	Seed        uint64          `json:"seed"`
	Elapsed     float64         `json:"elapsed"`
	Speed       float64         `json:"speed"` // seconds of the scenario in a second
	Concurrency int             `json:"concurrency"`
	Backlog     int             `json:"backlog"`
	Active      int             `json:"active"`  // calls at work
	Waiting     int             `json:"waiting"` // calls in the backlog
	Down        bool            `json:"down"`
	Failing     bool            `json:"failing"`
	Slowed      bool            `json:"slowed"`      // by an outage
	Utilization float64         `json:"utilization"` // share of the places, 0..1
	InFlight    float64         `json:"in_flight"`   // calls at work or waiting, mean
	InFlightMax int64           `json:"in_flight_max"`
	Orphans     int64           `json:"orphans"` // calls whose work went on after the client had gone
	Classes     []NamedCounters `json:"classes"`
	Keys        int             `json:"keys"`      // remembered
	Forgotten   int64           `json:"forgotten"` // too old to be remembered
	Repeated    int             `json:"repeated"`  // keys whose work was begun more than once
	Repeats     []Repeat        `json:"repeats"`   // the hundred with the most calls
}

// Counters returns the counters of this moment.
func (s *Server) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	st := s.system.State()
	c := Counters{
		Scenario: s.cfg.Name, Seed: s.cfg.Seed, Elapsed: s.now().Seconds(), Speed: s.speed,
		Concurrency: s.cfg.Legacy.Concurrency, Backlog: s.cfg.Legacy.Backlog,
		Active: st.Active, Waiting: st.Waiting, Down: st.Down, Failing: st.Failing, Slowed: st.Slowed,
		Utilization: st.Counts.Utilization, InFlight: st.Counts.InFlightMean, InFlightMax: st.Counts.InFlightMax,
		Orphans: st.Counts.OrphanCalls,
		Keys:    len(s.keys.known), Forgotten: s.keys.forgotten, Repeated: len(s.keys.repeated), Repeats: s.keys.worst(100),
	}
	for i := range s.classes {
		c.Classes = append(c.Classes, NamedCounters{s.cfg.Classes[i].Name, s.classes[i]})
	}
	for _, t := range s.open {
		c.Classes[t.class].InProgress++
	}
	for i := range c.Repeats {
		c.Repeats[i].Class = s.cfg.Classes[c.Repeats[i].class].Name
	}
	return c
}
