package model

import (
	"time"

	"penstock/sim"
)

// recorder samples the levels of a run for plots. It begins with steps of
// 1/960 of the horizon, and when the run goes on so long that there are 1,920,
// it joins them in pairs and goes on with steps twice as long.
type recorder struct {
	w     *world
	step  int64 // ns
	count int   // steps so far
	out   Series
	last  []span // by column: area of the level at the last sample
}

const (
	stepsPerHorizon = 960
	mostSteps       = 1920
)

func newRecorder(w *world) *recorder {
	r := &recorder{w: w, step: max(int64(w.cfg.Horizon)/stepsPerHorizon, 1)}
	n := len(w.cfg.Classes)
	r.out.Depth, r.out.Flight, r.out.Oldest = make([][]float64, n), make([][]float64, n), make([][]float64, n)
	r.last = make([]span, 2*n+2)
	return r
}

func (r *recorder) start() {
	r.w.engine.Schedule(r.step, sim.Sample, evSample, 0, 0)
}

// onSample notes the step that ends now.
func (r *recorder) onSample() {
	n := len(r.w.queues)
	for i, q := range r.w.queues {
		r.put(&r.out.Depth[i], i, &q.depth)
		r.put(&r.out.Flight[i], n+i, &q.held)
		r.out.Oldest[i] = append(r.out.Oldest[i], float64(q.age())/1e9)
	}
	r.put(&r.out.Busy, 2*n, &r.w.busy().Level)
	r.put(&r.out.Calls, 2*n+1, &r.w.legacy.present.Level)
	r.out.Peak = append(r.out.Peak, float64(r.w.legacy.peak))
	r.w.legacy.peak = r.w.legacy.present.Value()
	if r.count++; r.count == mostSteps {
		r.join()
	}
	r.w.engine.Schedule(min(r.w.engine.Now()+r.step, sim.Forever), sim.Sample, evSample, 0, 0)
}

// put appends the mean of a level over the step. A level that was reset
// meanwhile starts from nothing.
func (r *recorder) put(col *[]float64, i int, l *sim.Level) {
	now := r.w.engine.Now()
	hi, lo := l.Area(now)
	area := span{hi, lo}
	before := r.last[i].seconds()
	if area.seconds() < before {
		before = 0
	}
	*col = append(*col, max(0, area.seconds()-before)/(float64(r.step)/1e9))
	r.last[i] = area
}

// join halves the number of steps.
func (r *recorder) join() {
	mean := func(a, b float64) float64 { return (a + b) / 2 }
	later := func(_, b float64) float64 { return b }
	for i := range r.out.Depth {
		pairs(&r.out.Depth[i], mean)
		pairs(&r.out.Flight[i], mean)
		pairs(&r.out.Oldest[i], later)
	}
	pairs(&r.out.Busy, mean)
	pairs(&r.out.Calls, mean)
	pairs(&r.out.Peak, func(a, b float64) float64 { return max(a, b) })
	r.step *= 2
	r.count /= 2
}

func pairs(col *[]float64, f func(a, b float64) float64) {
	c := *col
	for i := range len(c) / 2 {
		c[i] = f(c[2*i], c[2*i+1])
	}
	*col = c[:len(c)/2]
}

// series returns what was recorded.
func (r *recorder) series() Series {
	r.out.Step = time.Duration(r.step)
	return r.out
}

// busy returns the level of running invocations or busy slots.
func (w *world) busy() *gauge {
	if w.function != nil {
		return &w.function.busy
	}
	return &w.service.busy
}
