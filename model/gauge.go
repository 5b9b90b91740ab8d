package model

import "penstock/sim"

// gauge is a level with a limit: it keeps how long the limit was reached, which
// means over a step or a run cannot show.
type gauge struct {
	sim.Level
	full  sim.Level // 1 while the level is at its limit
	limit int64
}

// set notes the level from now on.
func (g *gauge) set(now, n int64) {
	g.Set(now, n)
	if n >= g.limit {
		g.full.Set(now, 1)
	} else {
		g.full.Set(now, 0)
	}
}

// resetAt forgets the past but keeps the level.
func (g *gauge) resetAt(now int64) {
	g.ResetAt(now)
	g.full.ResetAt(now)
}
