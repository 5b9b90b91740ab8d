package model

// inGroups makes the tasks of a source come several at a time, and no more
// than so many in all, where the source asks for it.
func inGroups(a *Arrivals, of gaps) gaps {
	if a.Kind != "poisson" && a.Kind != "renewal" || a.Size <= 1 && a.Count == 0 {
		return of
	}
	left := a.Count
	if left == 0 {
		left = maxTasks + 1 // beyond what Validate allows
	}
	return &groups{of: of, size: max(1, a.Size), left: left}
}

// groups repeats every instant of another source.
type groups struct {
	of   gaps
	size int
	more int   // tasks that still come at this instant
	left int   // tasks that may still come
	at   int64 // the instant
}

func (g *groups) next() (at, service int64, ok bool) {
	if g.left == 0 {
		return 0, 0, false
	}
	if g.more == 0 {
		if g.at, _, ok = g.of.next(); !ok {
			return 0, 0, false
		}
		g.more = g.size
	}
	g.more--
	g.left--
	return g.at, -1, true
}
