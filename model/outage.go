package model

import (
	"penstock/model/policy"
	"penstock/sim"
)

// onOutage begins or ends one spell of failure. Spells of one kind do not
// overlap: Validate saw to it.
func (l *legacy) onOutage(i int32, begins bool) {
	o := &l.cfg.Outages[i]
	switch o.Kind {
	case "down":
		l.down = begins
		if begins {
			l.cut()
		}
	case "errors":
		l.failing = begins
	case "slow":
		factor := 1.0
		if begins {
			factor = o.Factor
		}
		l.pool.slow(factor)
	case "hang":
		l.pool.freeze(begins)
	}
	l.count()
}

// cut ends every call, at work or waiting, with an error: the system has gone
// down under them, and what they had done is lost.
func (l *legacy) cut() {
	now := l.w.engine.Now()
	if l.pool != nil {
		l.pool.clear()
	}
	l.waiting, l.backlog, l.active = [2]int32{none, none}, 0, 0
	for id := range l.calls {
		c := &l.calls[id]
		if !c.present {
			continue
		}
		if c.active {
			l.w.audit.calls.leave(now, c.begun)
		}
		l.run.Errors++
		seat, gen := c.seat, c.gen
		l.release(int32(id))
		if seat == none {
			continue
		}
		l.patience.Remove(seat)
		l.w.seats[seat].call = none
		l.w.engine.Schedule(now, sim.Finish, evAnswered, seat, int64(gen)<<16|answerCut<<8|int64(policy.Failed))
	}
}
