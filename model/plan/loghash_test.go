package plan

import (
	"context"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// noted lets a world take a course of its own in each replication, and another
// one in the one given.
func noted(simulate simulateFunc, other int) simulateFunc {
	return func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r, ok := simulate(cfg, opt)
		r.LogHash = uint64(opt.Replication) + 1
		if opt.Replication == other {
			r.LogHash = 0xbad
		}
		return r, ok
	}
}

// courses is the hash of n replications of such a world.
func courses(n, other int) string {
	runs := make([]model.Run, n)
	for i := range runs {
		r, _ := noted(func(*model.Config, model.Options) (model.Run, bool) { return model.Run{}, true }, other)(nil, model.Options{Replication: i})
		runs[i].LogHash = r.LogHash
	}
	return logHash(runs)
}

// TestAnswersCarryTheHashOfTheirRuns: every answer that rests on runs says by a
// hash which they were. It changes with any of them, and is that of its parts.
func TestAnswersCarryTheHashOfTheirRuns(t *testing.T) {
	const never = -1
	for name, answer := range map[string]func(t *testing.T, other int) (whole string, parts []string){
		"compare": func(t *testing.T, other int) (string, []string) {
			c := mustCompare(t, pairOf(1, 2), Options{}, noted(shifted, other))
			if want := courses(c.Replications, other); c.Base.LogHash != want {
				t.Errorf("compare: the base has %s, want %s", c.Base.LogHash, want)
			}
			return c.LogHash, []string{c.Base.LogHash, c.Others[0].LogHash}
		},
		"limit": func(t *testing.T, other int) (string, []string) {
			r := limitOf(t, valued(1, 1, 100, Resolution{By: 10}), waitAtMost(50.5), LimitOptions{First: 5, Most: 5}, noted(disturbed(0, 0, false), other))
			var parts []string
			for _, p := range r.Probes {
				if want := courses(p.Replications, other); p.LogHash != want {
					t.Errorf("limit: %s has %s, want %s", p.Text, p.LogHash, want)
				}
				parts = append(parts, p.LogHash)
			}
			return r.LogHash, parts
		},
		"tournament": func(t *testing.T, other int) (string, []string) {
			var entrants []Entrant
			for _, kind := range []policy.Kind{policy.None, policy.Yield} {
				own := *promised()
				own.Policy.Kind = kind
				entrants = append(entrants, Entrant{Policy: string(kind), Config: &own})
			}
			r, err := runTournament(context.Background(), promised(), entrants, usEast(t), TournamentOptions{First: 5, Most: 5}, noted(made, other))
			if err != nil {
				t.Fatal(err)
			}
			var parts []string
			for _, s := range r.Standings {
				if want := courses(s.Replications, other); s.LogHash != want {
					t.Errorf("tournament: %s has %s, want %s", s.Policy, s.LogHash, want)
				}
				parts = append(parts, s.LogHash)
			}
			return r.LogHash, parts
		},
		"tune": func(t *testing.T, other int) (string, []string) {
			cfg, space := slotProblem(5, 12)
			r := mustTune(t, context.Background(), cfg, space, TuneOptions{First: 5, Most: 5}, noted(slots, other))
			var parts []string
			for _, s := range r.Tried {
				if want := hashTogether([]string{courses(s.Replications, other)}); s.LogHash != want {
					t.Errorf("tune: %d has %s, want %s", s.Point, s.LogHash, want)
				}
				parts = append(parts, s.LogHash)
			}
			return r.LogHash, parts
		},
		"sweep": func(t *testing.T, other int) (string, []string) {
			s, err := swept(t, nil, Options{}, noted(made, other)).Sweep()
			if err != nil {
				t.Fatal(err)
			}
			var parts []string
			for _, p := range s.Results {
				if p.Result != nil {
					parts = append(parts, p.Result.LogHash)
				}
			}
			return s.LogHash, parts
		},
	} {
		as, parts := answer(t, never)
		again, _ := answer(t, never)
		changed, _ := answer(t, 1)
		if as != again || as == changed || as != hashTogether(parts) {
			t.Errorf("%s: %s, again %s, with another course %s, of its parts %s", name, as, again, changed, hashTogether(parts))
		}
	}
}

// TestDrainCarriesTheHashOfItsRuns: those without an outage and those of every
// cell.
func TestDrainCarriesTheHashOfItsRuns(t *testing.T) {
	c := drained()
	c.Replications = 2
	cells := DrainOptions{Outages: []time.Duration{time.Minute, 2 * time.Minute}, Loads: []float64{0.3, 0.5}, Within: 10 * time.Minute}
	var maps []*DrainMap
	for _, seed := range []uint64{1, 1, 2} {
		c.Seed = seed
		m, err := Drain(context.Background(), c, cells, Options{})
		if err != nil {
			t.Fatal(err)
		}
		maps = append(maps, m)
	}
	if maps[0].LogHash != maps[1].LogHash || maps[0].LogHash == maps[2].LogHash || len(maps[0].LogHash) != 16 {
		t.Errorf("%s, again %s, with another seed %s", maps[0].LogHash, maps[1].LogHash, maps[2].LogHash)
	}
	seen := map[string]bool{}
	for i := range maps[0].Cells {
		seen[maps[0].Cells[i].LogHash] = true
	}
	if len(seen) != 4 || seen[""] {
		t.Errorf("hashes of the cells: %v", seen)
	}
}
