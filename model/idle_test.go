package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// environments returns in which environment each call was made, and whether it
// waited for INIT.
func environments(happened []Happening) (env []int, cold []bool) {
	for _, h := range pick(happened, "called") {
		env, cold = append(env, h.Env), append(cold, h.Cold)
	}
	return env, cold
}

// The lifetimes of an environment are drawn one by one, by its number and how
// often it has been idle: whoever knows the stream knows the cold starts.
//
// Rule: FN-18
func TestEachSpellHasALifetimeOfItsOwn(t *testing.T) {
	c := plainAWS("Q")
	c.Worker.IdleLifetime = Dist{Kind: "uniform", Max: 20 * time.Second}
	var at []float64
	for i := range 300 {
		at = append(at, float64(11*i)) // a call takes a second: idle for 10 s
	}
	c.Classes[0].Arrivals = sendAt(at...)
	run, happened := watch(t, c)
	gotEnv, gotCold := environments(happened)

	w := newWorld(&c, Options{})
	law := newSampler(c.Worker.IdleLifetime, w.stream("worker.idle"))
	env, spell := 0, uint64(0)
	var wantEnv []int
	var wantCold []bool
	gone := true
	for range at {
		if gone {
			env, spell = env+1, 0
		}
		wantEnv, wantCold = append(wantEnv, env), append(wantCold, gone)
		spell++
		gone = law.job(uint64(env), spell) <= 10*time.Second
	}
	if !slices.Equal(gotEnv, wantEnv) || !slices.Equal(gotCold, wantCold) {
		t.Errorf("environments %v, cold starts %v; want\n%v, %v", gotEnv, gotCold, wantEnv, wantCold)
	}
	if n := run.Worker.ColdStarts; n < 100 || n > 200 {
		t.Errorf("%d of 300 calls were cold, half of them should be", n)
	}
}

// Two environments are idle, the older one was used last.
//
// Rule: FN-19
func TestWhichIdleEnvironmentIsReused(t *testing.T) {
	for _, law := range []Dist{always(time.Minute), {Kind: "uniform", Min: time.Minute, Max: 2 * time.Minute}} {
		for reuse, want := range map[string][]int{"last-used": {1, 2, 1, 1, 2}, "newest": {1, 2, 2, 2, 1}} {
			c := plain("a")
			c.Worker.IdleLifetime, c.Assumptions.EnvironmentReuse = law, reuse
			c.Classes[0].Arrivals = work([2]float64{0, 5}, [2]float64{1, 2}, [2]float64{7, 1}, [2]float64{9, 2}, [2]float64{10, 1})
			_, happened := watch(t, c)
			if got, _ := environments(happened); !slices.Equal(got, want) {
				t.Errorf("%s, lifetime %s: environments %v, want %v", reuse, law.Kind, got, want)
			}
		}
	}
}

// plainIdler is an idle environment, as one would note it on paper.
type plainIdler struct {
	id     int32
	number int
	ends   int64
}

// Whatever comes and goes, the same environments are idle, and the same one is
// taken, as in a plain list that is searched from end to end.
func TestIdlersAgainstAPlainList(t *testing.T) {
	for _, law := range []Dist{always(20 * time.Second), {}, {Kind: "exponential", Mean: 20 * time.Second}, {Kind: "uniform", Min: 15 * time.Second, Max: 25 * time.Second}} {
		for _, reuse := range []string{"last-used", "newest"} {
			t.Run(fmt.Sprintf("%s of %v, %s", law.Kind, law.MeanDuration(), reuse), func(t *testing.T) { againstAPlainList(t, law, reuse) })
		}
	}
}

func againstAPlainList(t *testing.T, law Dist, reuse string) {
	c := plain("a")
	c.Horizon = 1000 * time.Hour
	c.Worker.IdleLifetime, c.Assumptions.EnvironmentReuse = law, reuse
	w := newWorld(&c, Options{})
	p, r := &w.function.idle, rand.New(rand.NewPCG(1, 2))
	lifetimes := newSampler(law, w.stream("worker.idle"))
	spells, numbers := map[int]uint64{}, map[int32]int{}
	var list []plainIdler // in the order in which they became idle
	var free []int32
	for id := range int32(60) {
		free = append(free, id)
	}
	made, now, died := 0, int64(0), 0
	for step := range 20_000 {
		now += r.Int64N(int64(2 * time.Second))
		advance(w, time.Duration(now))
		list = slices.DeleteFunc(list, func(x plainIdler) bool {
			if x.ends <= now {
				free, died = append(free, x.id), died+1
				delete(numbers, x.id)
			}
			return x.ends <= now
		})
		if len(list) != int(p.count.Value()) {
			t.Fatalf("step %d: %d are idle, want %d", step, p.count.Value(), len(list))
		}
		if r.IntN(3) == 0 {
			want := none
			if best := theNext(list, reuse); best >= 0 {
				want = list[best].id
				list = slices.Delete(list, best, best+1)
				free = append(free, want)
			}
			if got := p.take(); got != want {
				t.Fatalf("step %d: seat %d is taken, want %d", step, got, want)
			}
			continue
		}
		if len(free) == 0 {
			continue
		}
		k := r.IntN(len(free))
		id := free[k]
		free = slices.Delete(free, k, k+1)
		if numbers[id] == 0 { // made anew on this seat
			made++
			numbers[id] = made
		}
		n := numbers[id]
		spells[n]++
		list = append(list, plainIdler{id, n, now + int64(lifetimes.job(uint64(n), spells[n]))})
		p.add(id, n)
	}
	if died < 1000 || made < 1000 {
		t.Errorf("only %d of %d were reclaimed", died, made)
	}
}

// theNext returns which of the idle ones is taken, -1 if none is idle.
func theNext(list []plainIdler, reuse string) int {
	best := len(list) - 1
	if reuse == "newest" {
		for i, x := range list {
			if x.number > list[best].number {
				best = i
			}
		}
	}
	return best
}

// What was idle during the warm-up does not count.
func TestIdleMeanLeavesTheWarmupOut(t *testing.T) {
	c := plain("a")
	c.Study, c.Horizon = Steady, 100*time.Second
	c.Worker.IdleLifetime = always(50 * time.Second)
	c.Classes[0].Arrivals = work([2]float64{0, 10}) // idle from 10 to 60 s
	run := simulate(t, c, Options{Warmup: 40 * time.Second})
	if got, want := run.Worker.IdleMean, 20./60; math.Abs(got-want) > 1e-9 {
		t.Errorf("%v are idle on average, want %v", got, want)
	}
}

// An environment that comes and goes costs no memory, nor does the event of its
// lifetime.
func TestIdlersAllocateNothing(t *testing.T) {
	for _, law := range []Dist{always(20 * time.Second), {Kind: "exponential", Mean: 20 * time.Second}} {
		for _, reuse := range []string{"last-used", "newest"} {
			c := plain("a")
			c.Horizon = 1000 * time.Hour
			c.Worker.IdleLifetime, c.Assumptions.EnvironmentReuse = law, reuse
			w := newWorld(&c, Options{})
			p, now := &w.function.idle, time.Duration(0)
			for id := range int32(500) {
				p.add(id, int(id)+1)
			}
			cycle := func() {
				now += 50 * time.Millisecond
				advance(w, now)
				id := max(p.take(), 0)
				p.add(id, int(id)+1)
			}
			for range 5000 {
				cycle()
			}
			if n := testing.AllocsPerRun(5000, cycle); n >= 1 {
				t.Errorf("lifetime %s, %s: %v allocations a time", law.Kind, reuse, n)
			}
			if n := w.engine.Pending(); n > 150 { // a spell of 50 ms, 20 s long: one each would be 400
				t.Errorf("lifetime %s, %s: %d events are pending", law.Kind, reuse, n)
			}
		}
	}
}
