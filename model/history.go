package model

// history remembers a queue's counts for as long as GetQueueAttributes lags
// behind them.
type history struct {
	lag  int64    // ns; 0: keep nothing
	ring []counts // as long as a power of two
	from int      // index of the oldest entry
	n    int
}

// counts are what a queue showed from an instant on.
type counts struct {
	at                int64
	visible, inFlight int64
}

// record notes the counts at now, which never goes back.
func (h *history) record(now, visible, inFlight int64) {
	if h.n > 0 {
		last := &h.ring[h.at(h.n-1)]
		if last.at == now {
			last.visible, last.inFlight = visible, inFlight
			return
		}
		h.forget(now)
	}
	if h.n == len(h.ring) {
		h.grow()
	}
	h.ring[h.at(h.n)] = counts{now, visible, inFlight}
	h.n++
}

// read returns the counts as they were lag before now; all 0 before the first.
func (h *history) read(now int64) (visible, inFlight int64) {
	h.forget(now)
	if h.n == 0 || h.ring[h.from].at > now-h.lag {
		return 0, 0
	}
	c := h.ring[h.from]
	return c.visible, c.inFlight
}

// forget drops entries that a later one has replaced lag or more before now.
func (h *history) forget(now int64) {
	for h.n > 1 && h.ring[h.at(1)].at <= now-h.lag {
		h.from = (h.from + 1) % len(h.ring)
		h.n--
	}
}

func (h *history) grow() {
	bigger := make([]counts, max(64, 2*len(h.ring)))
	for i := range h.n {
		bigger[i] = h.ring[h.at(i)]
	}
	h.ring, h.from = bigger, 0
}

// at returns where the i-th entry from the oldest stands in the ring.
func (h *history) at(i int) int { return (h.from + i) & (len(h.ring) - 1) }
