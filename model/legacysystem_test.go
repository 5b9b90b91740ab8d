package model

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"penstock/model/policy"
)

// caller drives a LegacySystem as a server would: it wakes it when it says so.
type caller struct {
	*LegacySystem
	now   time.Duration
	ended []LegacyAnswer
	at    []time.Duration // of each answer
}

func (c *caller) to(t time.Duration) {
	for next, ok := c.Next(); ok && next <= t; next, ok = c.Next() {
		c.step(next)
	}
	c.step(t)
}

func (c *caller) step(t time.Duration) {
	c.now = t
	n := len(c.ended)
	c.ended = c.Advance(t, c.ended)
	for range c.ended[n:] {
		c.at = append(c.at, t)
	}
}

// TestLegacySystemIsThatOfTheRun: called at the same instants with the same
// tasks, it answers as the one inside a run, whatever slows it down.
func TestLegacySystemIsThatOfTheRun(t *testing.T) {
	for _, slow := range []Slowdown{{Kind: "none"}, {Kind: "usl", Alpha: 0.1, Beta: 0.02}, {Kind: "sharing", Capacity: 2}} {
		c := plain("A", "B")
		c.Horizon = 20 * time.Minute
		c.Policy.OnError, c.Policy.OnRejected = policy.FailTask, policy.FailTask
		c.Legacy = Legacy{
			Concurrency: 3, Backlog: 2, Service: Dist{Kind: "lognormal", Median: 800 * time.Millisecond, P99: 4 * time.Second},
			Slowdown: slow, RateLimit: RateLimit{Kind: "token-bucket", Rate: 5, Burst: 5}, ErrorRate: 0.1,
			Outages: []Outage{
				{At: 4 * time.Minute, For: time.Minute, Kind: "down"}, {At: 8 * time.Minute, For: time.Minute, Kind: "errors"},
				{At: 12 * time.Minute, For: time.Minute, Kind: "slow", Factor: 3}, {At: 16 * time.Minute, For: time.Minute, Kind: "hang"},
			},
		}
		for i := range c.Classes {
			c.Classes[i].Arrivals = []Arrivals{{Kind: "poisson", Rate: 1.5}}
		}
		run, all := watch(t, c)

		system := &caller{LegacySystem: NewLegacySystem(&c)}
		calls := map[int32]int{} // call → number of the task's call
		type ending struct {
			at   time.Duration
			code string
		}
		var want, got []ending
		open := map[[2]int64]int{}
		collect := func() {
			for i, a := range system.ended {
				code := map[int]string{200: "200", 429: "429", 500: "500", 503: "503"}[a.Code]
				if code == "" {
					code = map[policy.Status]string{policy.Rejected: "refused", policy.Failed: "cut"}[a.Status]
				}
				got[calls[a.Call]] = ending{system.at[i], code}
			}
			system.ended, system.at = system.ended[:0], system.at[:0]
		}
		for _, h := range all {
			key := [2]int64{int64(slices.Index([]string{"A", "B"}, h.Class)), h.ID}
			system.to(h.At)
			collect()
			switch h.Event {
			case "called":
				open[key] = len(want)
				want, got = append(want, ending{}), append(got, ending{})
				calls[system.Call(int(key[0]), h.ID, int32(h.Receive), int32(h.Receive))] = open[key]
				system.step(h.At)
				collect()
			case "answered":
				want[open[key]] = ending{h.At, h.Status}
			}
		}
		if len(want) < 1000 || !reflect.DeepEqual(got, want) {
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("%s: call %d of %d answered %v, in the run %v", slow.Kind, i, len(want), got[i], want[i])
					break
				}
			}
		}
		st := system.State().Counts
		if st.Calls != run.Legacy.Calls || st.Rejected != run.Legacy.Rejected || st.Errors != run.Legacy.Errors || st.InFlightMax != run.Legacy.InFlightMax {
			t.Errorf("%s: %+v, in the run %+v", slow.Kind, st, run.Legacy)
		}
	}
}

// TestLegacySystemLeave: who gives a call up hears no more of it, its work goes
// on, and its number serves the next.
func TestLegacySystemLeave(t *testing.T) {
	c := plain("A")
	c.Legacy.Concurrency, c.Legacy.HangRate = 1, 0
	s := NewLegacySystem(&c)
	call := s.Call(0, 1, 1, 1)
	s.Advance(500*time.Millisecond, nil)
	s.Leave(call)
	again := s.Call(0, 2, 1, 1)
	if refused := s.Advance(500*time.Millisecond, nil); again != call || len(refused) != 1 || refused[0] != (LegacyAnswer{again, 503, policy.Rejected}) {
		t.Errorf("call %d, then %d: %+v; the work of the one that left holds its place", call, again, refused)
	}
	if late := s.Advance(time.Second, nil); len(late) != 0 || s.State().Active != 0 {
		t.Errorf("%+v, %+v", late, s.State())
	}
	if n := s.State().Counts; n.Timeouts != 1 || n.OrphanCalls != 1 || n.Calls != 2 {
		t.Errorf("%+v", n)
	}
	c.Legacy.HangRate = 1
	s = NewLegacySystem(&c)
	call = s.Call(0, 1, 1, 1)
	if answers := s.Advance(time.Hour, nil); len(answers) != 0 || s.State().Active != 0 {
		t.Errorf("a call that hangs is answered: %+v", answers)
	}
	s.Leave(call)
	if n := s.State().Counts; n.OrphanCalls != 0 || n.Timeouts != 1 {
		t.Errorf("%+v: its work had ended before", n)
	}
}

// A refusal that is on its way to who has left is not the answer of who comes
// next, under the same number.
func TestLegacySystemRefusesWhoLeft(t *testing.T) {
	c, own := plain("A"), 1
	c.Legacy.Concurrency = 1
	c.Classes[0].LegacyBacklog, c.Classes[0].LegacyBacklogUntil = &own, 2
	s := NewLegacySystem(&c)
	s.Call(0, 1, 1, 1)
	left := s.Call(0, 2, 2, 2) // may not wait
	s.Leave(left)
	next := s.Call(0, 3, 1, 1)
	if answers := s.Advance(0, nil); next != left || len(answers) != 0 {
		t.Errorf("call %d left, call %d is answered %+v; want the same number, and no answer", left, next, answers)
	}
	answers := s.Advance(2*time.Second, nil)
	if len(answers) != 2 || answers[1] != (LegacyAnswer{next, 200, policy.OK}) {
		t.Errorf("%+v", answers)
	}
}

// What it says of itself while it works, is slowed down, hangs and rests.
func TestLegacySystemState(t *testing.T) {
	c := plain("A")
	c.Legacy.Concurrency, c.Legacy.Service = 2, always(time.Second)
	c.Legacy.Outages = []Outage{
		{At: 10 * time.Second, For: time.Second, Kind: "slow", Factor: 3}, {At: 20 * time.Second, For: time.Second, Kind: "hang"},
	}
	s := &caller{LegacySystem: NewLegacySystem(&c)}
	s.Call(0, 1, 1, 1)
	for _, x := range []struct {
		at                time.Duration
		slowed            bool
		utilization, idle float64
	}{
		{500 * time.Millisecond, false, 0.5, 0}, {4 * time.Second, false, 0.125, 0.75},
		{10500 * time.Millisecond, true, 0.5 / 10.5, 9.5 / 10.5}, {12 * time.Second, false, 0.5 / 12, 11. / 12},
		{20500 * time.Millisecond, true, 0.5 / 20.5, 19.5 / 20.5}, {25 * time.Second, false, 0.02, 0.96},
	} {
		s.to(x.at)
		st := s.State()
		if st.Slowed != x.slowed || !near(st.Counts.Utilization, x.utilization) || !near(st.Counts.Idle, x.idle) {
			t.Errorf("at %v: slowed %v, utilization %v, idle %v; want %+v", x.at, st.Slowed, st.Counts.Utilization, st.Counts.Idle, x)
		}
	}
}
