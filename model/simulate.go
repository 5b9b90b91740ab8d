package model

import (
	"time"

	"penstock/sim"
)

// Simulate runs one replication of the scenario. The Config must have passed
// Validate. The same Config, replication and warm-up give the same Run on any
// machine. The second result is false if opt.Cancelled stopped the run.
func Simulate(cfg *Config, opt Options) (Run, bool) {
	w := newWorld(cfg, opt)
	if !w.play() {
		return Run{}, false
	}
	return w.result(), true
}

// glance is how many events pass between two looks at the world outside.
const glance = 1 << 16

// play runs the events up to the end; false if it was cancelled.
func (w *world) play() bool {
	quarters := w.quarters()
	end := int64(w.cfg.Horizon)
	for _, at := range quarters {
		if !w.batchesUntil(at) || !w.until(at) {
			return false
		}
	}
	switch {
	case !w.cfg.Drain.UntilEmpty:
		return w.until(end + int64(w.cfg.Drain.For))
	default:
		return w.until(sim.Forever)
	}
}

// quarters returns when the backlog is read: at every quarter of the counted
// time up to the horizon.
func (w *world) quarters() [4]int64 {
	var at [4]int64
	span := int64(w.cfg.Horizon) - w.warm
	for i := range at {
		at[i] = w.warm + span/4*int64(i+1)
	}
	at[3] = int64(w.cfg.Horizon)
	return at
}

// until runs the events before end; past the horizon it also stops as soon as
// nothing is left to wait for. False if the run was cancelled.
func (w *world) until(end int64) bool {
	draining := end > int64(w.cfg.Horizon)
	if draining && w.empty() {
		return true
	}
	if !w.advance(end) {
		return false
	}
	if !draining {
		w.markBacklog(end)
	}
	return true
}

// advance runs the events before end, and past the horizon only as long as there
// is something to wait for. False if the run was cancelled.
func (w *world) advance(end int64) bool {
	draining := end > int64(w.cfg.Horizon)
	for ev, ok := w.engine.Next(end); ok; ev, ok = w.engine.Next(end) {
		w.events++
		w.hash = (w.hash ^ uint64(ev.At()) ^ uint64(ev.Kind)<<56 ^ uint64(uint32(ev.A))<<24 ^ uint64(ev.B)*0x9e3779b97f4a7c15) * 0x100000001b3
		if w.opt.Log != nil {
			w.opt.Log(LoggedEvent{ev.At(), ev.B, ev.Kind, ev.A})
		}
		w.handle(ev)
		if draining && w.empty() {
			return true
		}
		if w.events%glance == 0 && !w.report() {
			return false
		}
	}
	return true
}

// report tells the outside how far the run is, and asks whether to go on.
func (w *world) report() bool {
	if w.opt.Progress != nil {
		w.opt.Progress(min(1, float64(w.engine.Now())/float64(w.cfg.Horizon)))
	}
	return w.opt.Cancelled == nil || !w.opt.Cancelled()
}

// result collects what the run has measured.
func (w *world) result() Run {
	w.steps.cut()
	if w.batchLen > 0 {
		w.closeBatch()
	}
	w.settle()
	w.conclude()
	now := w.engine.Now()
	if w.cfg.Study != Steady {
		w.levels = w.measureLevels(now)
	}
	run := Run{
		Replication: w.opt.Replication,
		End:         time.Duration(now),
		Counted:     time.Duration(max(0, now-w.warm)),
		Metered:     w.standby(),
		Drained:     w.open == 0,
		Events:      w.events,
		Backlog:     w.backlog,
		Touched:     w.touchedNames(),
		LogHash:     w.hash,
		Series:      w.series.series(),
	}
	for i := range w.classes {
		run.Classes = append(run.Classes, w.classes[i].result(w.queues[i]))
	}
	run.Worker = w.workerRun()
	run.Legacy = w.legacyRun()
	run.Steps = w.steps.run
	run.Steps.StartDelayMean = w.steps.delay.mean(w.steps.run.Started)
	run.Steps.StartDelayMax = float64(w.steps.slowest) / 1e9
	w.meterStandby()
	run.Usage = w.usage
	return run
}

func (w *world) workerRun() WorkerRun {
	r := WorkerRun{}
	if w.function != nil {
		r = w.function.run
	} else {
		r = w.service.run
	}
	r.ConcurrencyMean, r.ConcurrencyMax = w.levels.busy, w.busy().Max()
	r.Busy = r.ConcurrencyMean / float64(w.cfg.Worker.Concurrency)
	r.AtLimit = w.levels.atLimit
	r.IdleMean = w.levels.idle
	return r
}

func (w *world) legacyRun() LegacyRun {
	r := w.legacy.run
	r.Utilization = w.levels.calls / float64(w.cfg.Legacy.Concurrency)
	r.AtLimit, r.Idle, r.Slowed = w.levels.full, w.levels.unused, w.levels.slowed
	r.InFlightMean, r.InFlightMax = w.levels.present, w.legacy.present.Max()
	return r
}

// mean returns a level's mean from the end of the warm-up to the last message,
// or to the horizon or the level's last change if that is later: a long wait
// for the last task timeout would otherwise thin out what the system did while
// there was work.
func (w *world) mean(l *sim.Level, now int64) float64 {
	if l.Value() > 0 { // orphans may be at work for longer
		return w.meanUntil(l, now)
	}
	return w.meanLeft(l, now)
}

// meanLeft is mean for what may stay for ever, as dead letters do: it ends when
// the last message goes all the same.
func (w *world) meanLeft(l *sim.Level, now int64) float64 {
	if w.live == 0 {
		now = min(now, max(int64(w.cfg.Horizon), w.lastGone, l.Changed()))
	}
	return w.meanUntil(l, now)
}

// meanUntil returns a level's mean from the end of the warm-up to an instant that
// is not before its last change.
func (w *world) meanUntil(l *sim.Level, end int64) float64 {
	if end <= w.warm {
		return 0
	}
	hi, lo := l.Area(end)
	return span{hi, lo}.seconds() / (float64(end-w.warm) / 1e9)
}

// meterStandby meters capacity that is paid for whether used or not, over the
// counted time up to the horizon. Provisioned concurrency is billed in whole
// periods of 5 minutes, an event poller for at least a minute (Lambda pricing).
func (w *world) meterStandby() {
	ready := w.standby()
	worker := &w.cfg.Worker
	if w.function == nil {
		w.usage.Add(FargateCPU, CauseStandby, int64(worker.CPU*1000*ready.Seconds()+0.5))
		w.usage.Add(FargateMemory, CauseStandby, int64(float64(worker.Memory>>20)*ready.Seconds()+0.5))
		return
	}
	if n := worker.ProvisionedConcurrency; n > 0 {
		const period = 5 * time.Minute
		kept := (ready + period - 1) / period * period
		w.usage.Add(LambdaProvisioned, CauseStandby, int64(n)*w.function.megabytes()*millis(kept))
	}
	for _, m := range w.mappings {
		if m.cfg.ProvisionedPollers.Max > 0 {
			w.usage.Add(MappingPollers, CauseStandby, m.atHorizon)
		}
	}
}

// markBacklog reads the number of open tasks at the end of a quarter, and what
// provisioned pollers cost up to the horizon.
func (w *world) markBacklog(now int64) {
	w.marks++
	w.backlog[min(w.marks, 4)] = w.open - w.doomed
	if now == int64(w.cfg.Horizon) {
		if w.cfg.Study == Steady { // while it drains, nothing is steady
			w.levels = w.measureLevels(now)
		}
		for _, m := range w.mappings {
			m.atHorizon = m.pollerSeconds(now)
		}
	}
}
