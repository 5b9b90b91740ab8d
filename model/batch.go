package model

// result notes what became of a message of a running batch.
func (m *mapping) result(id int32, i int, done bool, cause Cause) {
	p := &m.pollers[id]
	p.done[i] = done
	if !p.any || usefulness(cause) > usefulness(p.best) {
		p.best, p.any = cause, true
	}
}

// usefulness orders causes: a call that served several messages is counted for
// the most useful of them.
func usefulness(c Cause) int {
	switch c {
	case CauseWork:
		return 3
	case CauseRetry:
		return 2
	case CauseYield:
		return 1
	}
	return 0
}

// cause returns what the batch was for.
func (m *mapping) cause(id int32) Cause {
	if p := &m.pollers[id]; p.any {
		return p.best
	}
	return CauseRetry
}

// returned ends a batch whose invocation returned: the messages that it did
// not list are deleted, ten a request.
func (m *mapping) returned(id int32) {
	p := &m.pollers[id]
	n := int64(0)
	for _, done := range p.done {
		if done {
			n++
		}
	}
	if n == 0 {
		m.free(id)
		return
	}
	if len(p.batch) > 1 {
		m.w.touch(touchBatchDelete)
		if m.w.cfg.Assumptions.BatchDelete {
			n = (n + 9) / 10
		}
	}
	m.w.usage.Add(SQSDelete, p.best, n)
	p.deleting = true
	m.w.after(m.w.latency.of(touchDelete), evDelete, m.class, int64(id))
}

// onDelete deletes the messages that were done.
func (m *mapping) onDelete(id int32) {
	p := &m.pollers[id]
	m.w.audit.made.Add(SQSDelete, CauseWork, m.deletes(p))
	for i := range p.batch {
		if p.done[i] {
			m.w.deleteFor(m.class, &p.batch[i])
		}
	}
	m.free(id)
}

// deletes counts the requests that delete what is done of a batch: for the
// audit, which holds what was billed against it.
func (m *mapping) deletes(p *poller) (requests int64) {
	together := len(p.batch) > 1 && m.w.cfg.Assumptions.BatchDelete
	deleted := 0
	for _, done := range p.done {
		if !done {
			continue
		}
		if !together || deleted%10 == 0 {
			requests++
		}
		deleted++
	}
	return requests
}

// crashed ends a batch whose invocation was killed: every message comes back
// when its visibility timeout has run out, those that were done as well.
func (m *mapping) crashed(id int32) {
	p := &m.pollers[id]
	for i := range p.batch {
		m.w.steps.enter(m.class, &p.batch[i], PartBackoff)
	}
	m.trouble()
	m.free(id)
}

// free bills the receives of a batch that is over, and polls again.
func (m *mapping) free(id int32) {
	p := &m.pollers[id]
	m.w.usage.Add(SQSReceive, m.cause(id), p.requests)
	*p = poller{batch: p.batch[:0], done: p.done[:0], polled: p.polled}
	if !m.w.ideal {
		m.poll(id)
		return
	}
	if m.q.visible > 0 && m.got(id) {
		m.q.wake() // one receive takes ten at most
		return
	}
	m.park(id)
}

// ramp sees to it that the mapping grows while messages remain.
func (m *mapping) ramp() {
	if m.ramping || m.limit >= m.most || m.w.ideal {
		return
	}
	m.ramping = true
	m.w.after(rampEvery, evRamp, m.class, 0)
}

// onRamp lets a mapping with a backlog have more concurrent batches.
func (m *mapping) onRamp() {
	m.ramping = false
	if m.q.visible == 0 {
		return
	}
	if m.waiting.Len() == 0 && m.calm() {
		m.w.touch(touchRampGrain)
		perMinute := rampPerMinute
		if m.cfg.ProvisionedPollers.Max > 0 {
			perMinute = provisionedUp
		}
		m.ramps++ // whole batches only, and not one too many in a minute
		m.limit = min(m.limit+perMinute*m.ramps/60-perMinute*(m.ramps-1)/60, m.most)
		for m.active < m.limit {
			m.poll(m.unpark())
		}
		m.countUnits()
	}
	m.ramp()
}

// countUnits meters the pollers of provisioned mode.
func (m *mapping) countUnits() {
	p := m.cfg.ProvisionedPollers
	if p.Max == 0 {
		return
	}
	n := min(max((m.limit+loopsPerPoller-1)/loopsPerPoller, p.Min), p.Max)
	m.units.Set(m.w.engine.Now(), int64(n))
}

// pollerSeconds returns what provisioned mode is billed for up to now.
func (m *mapping) pollerSeconds(now int64) int64 {
	hi, lo := m.units.Area(now)
	return int64(span{hi, lo}.seconds() + 0.5)
}
