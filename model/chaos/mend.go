package chaos

import (
	"slices"
	"time"

	"penstock/model"
	"penstock/scenarios"
)

// inner returns a table of a table, made if it is not there.
func inner(t table, name string) table {
	if in, ok := t[name].(table); ok {
		return in
	}
	in := table{}
	t[name] = in
	return in
}

// at returns the value at a dotted key, or nil.
func at(t table, names ...string) any {
	var v any = t
	for _, n := range names {
		in, ok := v.(table)
		if !ok {
			return nil
		}
		v = in[n]
	}
	return v
}

// length reads a duration of the document; what is not there is so long as
// otherwise says.
func length(v any, otherwise time.Duration) time.Duration {
	s, ok := v.(string)
	if !ok {
		return otherwise
	}
	x, err := seconds.Number(s)
	if err != nil {
		return otherwise
	}
	return time.Duration(x * float64(time.Second))
}

// whole reads a whole number of the document.
func whole(v any, otherwise int64) int64 {
	if n, ok := v.(int64); ok {
		return n
	}
	return otherwise
}

// mend makes a drawn document keep what binds keys to each other, by the rules
// of the loader: what it would refuse is no scenario.
func (d *drawer) mend(doc table) {
	ideal := at(doc, "timing", "profile") == "ideal"
	worker := inner(doc, "worker")
	if n := whole(worker["concurrency"], 10); whole(worker["provisioned_concurrency"], 0) > n {
		worker["provisioned_concurrency"] = n
	}
	steps := inner(doc, "stepfunctions")
	if timeout := length(steps["timeout"], 24*time.Hour); length(steps["heartbeat"], 0) >= timeout {
		steps["heartbeat"] = model.DurationText(timeout / 2)
	}
	d.mendClasses(doc, ideal)
	d.mendPolicy(doc, worker)
	if ideal {
		d.mendIdeal(doc)
	}
	for _, name := range []string{"worker", "stepfunctions"} {
		if len(doc[name].(table)) == 0 {
			delete(doc, name)
		}
	}
	mendEndless(doc)
}

// mendEndless lets messages that may come back for ever expire soon: days of
// that would tell nothing new.
func mendEndless(doc table) {
	cfg, problems := scenarios.Written("chaos.toml", write(doc), data).Load(nil)
	if scenarios.Failed(problems) || unbounded(&cfg) == "" && cfg.StepFunctions.Timeout <= time.Hour { // else for a day
		return
	}
	for i, k := range doc["class"].([]any) {
		if q := &cfg.Classes[i].Queue; q.MaxReceiveCount == 0 && q.Retention > 10*time.Minute {
			inner(k.(table), "queue")["retention"] = "10m"
		}
	}
}

func (d *drawer) mendClasses(doc table, ideal bool) {
	for _, k := range doc["class"].([]any) {
		k := k.(table)
		if k["legacy_backlog"] == nil {
			delete(k, "legacy_backlog_until")
		}
		m, ok := k["mapping"].(table)
		if !ok {
			continue
		}
		if whole(m["batch_size"], 1) > 10 && length(m["batch_window"], 0) < time.Second {
			m["batch_window"] = "1s"
		}
		if p, ok := m["provisioned_pollers"].(table); ok {
			for _, end := range []string{"min", "max"} {
				if p[end] == nil {
					p[end] = d.number("class.mapping.provisioned_pollers." + end)
				}
			}
			if !ideal { // Lambda takes one or the other
				delete(m, "maximum_concurrency")
			}
		}
	}
}

// mendIdeal keeps time passing where nothing takes any: a message must not come
// back, and a batch not be tried, for ever at one instant.
func (d *drawer) mendIdeal(doc table) {
	if at(doc, "assumptions", "throttled_batch") == "retry" && length(at(doc, "timing", "esm_retry"), 0) == 0 {
		if _, law := at(doc, "timing", "esm_retry").(table); !law {
			inner(doc, "timing")["esm_retry"] = "1s"
		}
	}
	for _, k := range doc["class"].([]any) {
		q := inner(k.(table), "queue")
		if whole(q["max_receive_count"], 10) == 0 {
			q["max_receive_count"] = int64(1 + d.r.IntN(10))
		}
		if len(q) == 0 {
			delete(k.(table), "queue")
		}
	}
}

// faults draws the table [faults]: one seed in four has none. All of them end,
// so that everything has to drain.
func (d *drawer) faults(doc table) {
	if d.chance(0.25) {
		return
	}
	f := table{}
	d.fill(f, "faults", func(key string) bool { return key != "faults.until" })
	for _, name := range []string{"redrive", "policy"} {
		e, _ := scenarios.Explain("faults." + name)
		if !d.off[e.Key] && d.chance(0.4) {
			f[name] = d.list(e)
		}
	}
	if d.chance(0.5) { // the clock is on one side
		delete(f, "clock_ahead")
	} else {
		delete(f, "clock_behind")
	}
	f["until"] = d.number("faults.until")
	d.repeats(f)
	if len(f) > 1 {
		doc["faults"] = f
	}
}

// repeats makes jobs of some of the redrives, which come again and again. Their
// times are of no law from a file: a scenario that was given has no such file.
func (d *drawer) repeats(f table) {
	redrives, _ := f["redrive"].([]any)
	for _, r := range redrives {
		if d.chance(0.5) {
			every := ranges["faults.redrive.every"]
			mean := durationText(max(1, d.stretch) * d.between(every.low(seconds), every.high(seconds)))
			r.(table)["every"] = mean
			if d.chance(0.5) {
				r.(table)["every"] = table{"kind": "exponential", "mean": mean}
			}
			r.(table)["count"] = d.number("faults.redrive.count")
		}
	}
}

// mendJobs gives the tasks of a scenario with a job that redrives a timeout of
// minutes: letters that fail each time come back until their task has timed out,
// and the default is a day.
func (d *drawer) mendJobs(doc table) {
	redrives, _ := at(doc, "faults", "redrive").([]any)
	jobs := slices.ContainsFunc(redrives, func(r any) bool { return r.(table)["every"] != nil })
	if jobs && at(doc, "stepfunctions", "timeout") == nil {
		inner(doc, "stepfunctions")["timeout"] = d.number("stepfunctions.timeout")
	}
}
