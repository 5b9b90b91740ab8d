package plan

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"penstock/model"
	"penstock/model/theory"
)

// DrainMap says how long a system takes to recover from an outage, over the
// length of the outage and the load.
type DrainMap struct {
	Scenario     string  `json:"scenario"`
	Seed         uint64  `json:"seed"`
	ConfigHash   string  `json:"config_hash"`
	LogHash      string  `json:"log_hash"` // of the runs without an outage, by load, and then of those of the cells
	Version      string  `json:"version"`
	Replications int     `json:"replications"`
	Confidence   float64 `json:"confidence"`
	// Capacity is how many calls at full speed can be open at a time: a load of 1
	// keeps as many in progress.
	Capacity float64   `json:"capacity"`
	WithinS  float64   `json:"within_s"` // how long after the outage it was watched
	StepS    float64   `json:"step_s"`   // the coarsest grain of the times
	OutagesS []float64 `json:"outages_s"`
	Loads    []float64 `json:"loads"`
	// Calm is, by load, the verdict on the same runs without an outage: what does
	// not keep up then never recovers from one.
	Calm  []string    `json:"without_outage"`
	Cells []DrainCell `json:"cells"` // by outage, then load
	// Interrupted: ctx ended, and the loads are those that were finished by then.
	Interrupted bool `json:"interrupted,omitempty"`
}

// DrainCell is one outage at one load.
type DrainCell struct {
	OutageS float64 `json:"outage_s"`
	Load    float64 `json:"load"`
	// Fluid is the time in which a fluid would drain, seconds; null where it
	// never does.
	Fluid *float64 `json:"fluid_s"`
	// Drain is the time from the end of the outage until no more tasks are open
	// than without it, seconds. It has no value where a replication did not
	// recover while it was watched.
	Drain     Estimate `json:"drain_s"`
	Recovered int      `json:"recovered"` // replications that did
	// Lost are the tasks of a replication whose messages were dead-lettered or
	// expired, beyond those without the outage: a backlog also goes by losing it.
	Lost    Estimate `json:"lost"`
	Verdict string   `json:"verdict"`            // "recovers", "never recovers" or "undecided"
	LogHash string   `json:"log_hash,omitempty"` // hash of every event of every replication with the outage; "": it was not run
}

// The verdicts on a cell: all replications recovered, none did, or some. What is
// saturated without an outage never recovers.
const (
	Recovers = "recovers"
	Never    = "never recovers"
)

// DrainOptions are the cells of a drain map.
type DrainOptions struct {
	Outages []time.Duration
	Loads   []float64
	Within  time.Duration // how long after the outage it is watched; less, where all has recovered
}

// settleBefore is how long a run goes on before its outage begins: long enough to
// be at work, not to be steady at a load near 1, since what counts is the
// difference to the same run without an outage.
const settleBefore = 30 * time.Minute

// drainRoom is how much longer than a fluid a system may take at once: messages
// that failed in the outage are hidden when it ends.
const drainRoom = 30 * time.Minute

// Drain runs, for each load and each length of an outage, the scenario with
// Poisson arrivals of its classes' mean rates, scaled to the load, and one outage
// of kind "down"; and beside it, on the same random numbers, the same without
// the outage. It has recovered when no more tasks are open than there.
//
// What does not keep up even without an outage is not run with one. If ctx ends
// once a load is finished, the finished ones are returned, Interrupted, and no
// error; else the error is as that of Execute. Outages of the scenario are left
// out.
func Drain(ctx context.Context, cfg *model.Config, cells DrainOptions, opt Options) (*DrainMap, error) {
	hash, err := ConfigHash(cfg)
	if err != nil {
		return nil, err
	}
	d := &drainStudy{cells: cells, capacity: theory.Throughput(cfg)}
	d.study = study{cfg: cfg, opt: opt, simulate: model.Simulate}
	n := cfg.Replications
	if n == 0 {
		n = firstStage
	}
	d.progress = newProgress(opt.Progress, n*len(cells.Loads)*(1+len(cells.Outages)))
	d.estimator = newEstimator(make([]model.Run, n), cfg.Precision.Confidence)
	m := &DrainMap{
		Scenario: cfg.Name, Seed: cfg.Seed, ConfigHash: hash, Version: opt.Version, Replications: n, Confidence: round9(d.confidence),
		Capacity: round9(d.capacity), WithinS: cells.Within.Seconds(),
	}
	if m.Version == "" {
		m.Version = BuildVersion()
	}
	for _, o := range cells.Outages {
		m.OutagesS = append(m.OutagesS, o.Seconds())
	}
	var rows [][]DrainCell
	for i, load := range cells.Loads {
		row, err := d.row(ctx, m, load)
		if err != nil && (ctx.Err() == nil || i == 0) {
			return nil, err
		}
		if err != nil {
			m.Interrupted = true
			break
		}
		rows = append(rows, row)
		m.Loads = append(m.Loads, load)
		d.progress.expect(n * ((i+1)*(1+len(cells.Outages)) - d.saved + (len(cells.Loads)-i-1)*(1+len(cells.Outages))))
	}
	for k := range cells.Outages {
		for _, row := range rows {
			m.Cells = append(m.Cells, row[k])
		}
	}
	for i := range m.Cells {
		if m.Cells[i].LogHash != "" { // else it was not run
			d.logs = append(d.logs, m.Cells[i].LogHash)
		}
	}
	m.LogHash = hashTogether(d.logs)
	d.progress.finish()
	return m, nil
}

// Cell returns the cell of an outage and a load, by their indexes.
func (m *DrainMap) Cell(outage, load int) *DrainCell { return &m.Cells[outage*len(m.Loads)+load] }

// WriteJSON writes the map as one JSON document.
func (m *DrainMap) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(m)
}

// drainStudy is one Drain on its way.
type drainStudy struct {
	study
	*estimator
	cells    DrainOptions
	capacity float64
	logs     []string // hashes of the runs without an outage, by load
	saved    int      // studies of cells that were not needed; below 0: more were
}

// row runs one load: once without an outage, and with each. It is watched for
// somewhat longer than a fluid would need to drain after the longest outage, and
// if that is too short, for as long as was asked for.
func (d *drainStudy) row(ctx context.Context, m *DrainMap, load float64) ([]DrainCell, error) {
	longest := slices.Max(d.cells.Outages)
	watch := d.cells.Within
	if t := theory.DrainTime(longest.Seconds(), load, 1); t < watch.Seconds() {
		watch = min(watch, time.Duration(1.2*t*1e9)+drainRoom)
	}
	for {
		calm, err := d.run(ctx, load, 0, watch)
		if err != nil {
			return nil, err
		}
		keeps, _ := newEstimator(calm, d.confidence).verdict(model.Terminating, d.scaled(load, watch).Horizon)
		row, all, err := d.hits(ctx, load, watch, calm, keeps == Saturated)
		if err != nil {
			return nil, err
		}
		if keeps == Saturated && watch == d.cells.Within {
			d.saved += len(d.cells.Outages)
		}
		if all || watch == d.cells.Within {
			m.StepS = max(m.StepS, round9(calm[0].Series.Step.Seconds()))
			m.Calm = append(m.Calm, keeps)
			d.logs = append(d.logs, logHash(calm))
			return row, nil
		}
		d.saved -= 1 + len(d.cells.Outages)
		watch = d.cells.Within
	}
}

// hits runs a load with each outage, and reports whether every replication
// recovered from each.
func (d *drainStudy) hits(ctx context.Context, load float64, watch time.Duration, calm []model.Run, saturated bool) (row []DrainCell, all bool, err error) {
	all = true
	for _, length := range d.cells.Outages {
		if saturated {
			row, all = append(row, d.never(load, length)), false
			continue
		}
		hit, err := d.run(ctx, load, length, watch)
		if err != nil {
			return nil, false, err
		}
		c := d.cell(load, length, calm, hit)
		c.LogHash = logHash(hit)
		row, all = append(row, c), all && c.Verdict == Recovers
	}
	return row, all, nil
}

// never is the cell of a load that is too much even without an outage: it is not
// run.
func (d *drainStudy) never(load float64, length time.Duration) DrainCell {
	none := d.none("the system does not keep up with this load even without an outage")
	return DrainCell{OutageS: length.Seconds(), Load: load, Fluid: fluid(length, load), Drain: none, Lost: none, Verdict: Never}
}

// fluid is the time in which a fluid drains; nil: never.
func fluid(length time.Duration, load float64) *float64 {
	t := theory.DrainTime(length.Seconds(), load, 1)
	if math.IsInf(t, 1) {
		return nil
	}
	return figure(t)
}

// run runs all replications at a load, with an outage of a length or none.
func (d *drainStudy) run(ctx context.Context, load float64, length, watch time.Duration) ([]model.Run, error) {
	cfg := d.scaled(load, watch)
	if length > 0 {
		cfg.Legacy.Outages = []model.Outage{{At: settleBefore, For: length, Kind: "down"}}
	}
	options := make([]model.Options, len(d.runs))
	for i := range options {
		options[i] = model.Options{Replication: i, Unchecked: d.opt.Unchecked}
	}
	out, err := d.replicate(ctx, cfg, options, nil)
	if err != nil {
		return nil, err
	}
	runs := make([]model.Run, len(out))
	for i := range out {
		runs[i] = out[i].run
	}
	return runs, nil
}

// scaled is the scenario with Poisson arrivals that make a load, cut when it has
// been watched for long enough after the longest outage.
func (d *drainStudy) scaled(load float64, watch time.Duration) *model.Config {
	cfg := *d.cfg
	offered := 0.0
	for i := range cfg.Classes {
		offered += meanRate(d.cfg, i) * theory.MeanService(d.cfg, i)
	}
	cfg.Classes = append([]model.Class{}, cfg.Classes...)
	for i := range cfg.Classes {
		c := &cfg.Classes[i]
		c.InitialBacklog = 0
		c.Arrivals = []model.Arrivals{{Kind: "poisson", Rate: meanRate(d.cfg, i) * load * d.capacity / offered}}
	}
	cfg.Study, cfg.Drain, cfg.Legacy.Outages = model.Terminating, model.Drain{}, nil
	cfg.Horizon = settleBefore + slices.Max(d.cells.Outages) + watch
	return &cfg
}

// meanRate is the mean number of tasks of a class per second.
func meanRate(cfg *model.Config, class int) float64 {
	sum := float64(cfg.Classes[class].InitialBacklog) / cfg.Horizon.Seconds()
	for _, a := range cfg.Classes[class].Arrivals {
		sum += a.MeanRate(cfg.Horizon)
	}
	return sum
}

// cell compares the replications with an outage with those without.
func (d *drainStudy) cell(load float64, length time.Duration, calm, hit []model.Run) DrainCell {
	c := DrainCell{OutageS: length.Seconds(), Load: load, Fluid: fluid(length, load), Verdict: Undecided}
	times, lost := make([]float64, len(hit)), make([]float64, len(hit))
	for i := range hit {
		at, ok := recovery(&calm[i], &hit[i], settleBefore+length, d.cells.Within, d.cfg.Worker.Concurrency)
		if ok {
			c.Recovered++
		}
		times[i] = at.Seconds()
		lost[i] = gone(&hit[i]) - gone(&calm[i])
	}
	c.Lost = d.estimate(lost, nonNegative)
	switch c.Recovered {
	case len(hit):
		c.Drain, c.Verdict = d.estimate(times, nonNegative), Recovers
	case 0:
		c.Drain, c.Verdict = d.none("no replication recovered within %s", model.DurationText(d.cells.Within)), Never
	default:
		c.Drain = d.none("%d of %d replications did not recover within %s", len(hit)-c.Recovered, len(hit), model.DurationText(d.cells.Within))
	}
	return c
}

// gone counts the tasks whose messages a run lost.
func gone(r *model.Run) float64 {
	var n int64
	for i := range r.Classes {
		n += r.Classes[i].DeadLettered + r.Classes[i].Expired
	}
	return float64(n)
}

// recovery returns how long after the end of an outage a run has, for the first
// time, no more messages open than the same run without it, but for as many as
// the worker has slots: to the end of the step of the series in which that is so.
// False: not while it was watched.
func recovery(calm, hit *model.Run, end, within time.Duration, slots int) (time.Duration, bool) {
	step := hit.Series.Step
	for i := int((end + step - 1) / step); ; i++ {
		more, ok := 0.0, true
		for c := range hit.Classes {
			h, f := hit.Series.Depth[c], hit.Series.Flight[c]
			if ok = i < len(h) && i < len(calm.Series.Depth[c]); !ok {
				break
			}
			more += h[i] + f[i] - calm.Series.Depth[c][i] - calm.Series.Flight[c][i]
		}
		at := time.Duration(i+1)*step - end
		if !ok || at > within {
			return within, false
		}
		if more <= float64(slots) {
			return at, true
		}
	}
}

// CheckDrain says what keeps a scenario from a drain map; nil if nothing does.
func CheckDrain(cfg *model.Config) error {
	load := 0.0
	for i := range cfg.Classes {
		for k, a := range cfg.Classes[i].Arrivals {
			if a.Kind == "closed" {
				return fmt.Errorf("class %s, arrivals[%d]: a closed load slows itself down during an outage, and has no load to set", cfg.Classes[i].Name, k)
			}
		}
		load += meanRate(cfg, i) * theory.MeanService(cfg, i)
	}
	if !(load > 0) || math.IsInf(load, 0) {
		return fmt.Errorf("nothing arrives, or its calls take no time: there is no load to set")
	}
	return nil
}
