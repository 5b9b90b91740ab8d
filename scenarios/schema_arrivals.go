package scenarios

import "penstock/model"

// arrivalForms are the kinds of arrivals with the keys that each takes.
func arrivalForms() []form {
	return []form{
		{kind: "poisson", needs: [][]string{{"rate"}}, may: []string{"size", "count"}},
		{kind: "constant", needs: [][]string{{"rate"}}},
		{kind: "renewal", needs: [][]string{{"gap"}}, may: []string{"size", "count"}},
		{kind: "burst", needs: [][]string{{"at", "count"}}, may: []string{"over", "every"}},
		{kind: "schedule", needs: [][]string{{"points"}}, may: []string{"shape", "period"}},
		{kind: "mmpp", needs: [][]string{{"states"}}},
		{kind: "closed", needs: [][]string{{"population", "think"}}},
		{kind: "trace", needs: [][]string{{"file", "column", "format"}}, may: []string{"bin", "scale", "service_column"}},
	}
}

func kinds(forms []form) []string {
	var names []string
	for _, f := range forms {
		names = append(names, f.kind)
	}
	return names
}

// arrivalEntries are the keys of [[class.arrivals]].
func arrivalEntries() []Entry {
	return []Entry{
		{Key: "class.arrivals", Type: Tables, forms: arrivalForms(), Doc: "Sources of tasks of the class; several add up.",
			grow: func(t *target) {
				t.class.Arrivals = append(t.class.Arrivals, model.Arrivals{})
				t.arrivals = &t.class.Arrivals[len(t.class.Arrivals)-1]
			}},
		{Key: "class.arrivals.kind", Type: Choice, Values: kinds(arrivalForms()), required: true, Doc: "Kind of the source.",
			ref: func(t target) any { return &t.arrivals.Kind }},
		{Key: "class.arrivals.rate", Type: Rate, Min: "0/s", Max: "1000000/s", Doc: "poisson, constant: mean number of tasks per time.",
			ref: func(t target) any { return &t.arrivals.Rate }},
		{Key: "class.arrivals.gap", Type: Distribution, Doc: "renewal: time between two tasks.",
			ref: func(t target) any { return &t.arrivals.Gap }},
		{Key: "class.arrivals.size", Type: Count, Min: "1", Max: "10000000", Doc: "poisson, renewal: number of tasks that come at once each time; one when left out.",
			ref: func(t target) any { return &t.arrivals.Size }},
		{Key: "class.arrivals.at", Type: Duration, Min: "0s", Max: longest, Doc: "burst: when it starts.",
			ref: func(t target) any { return &t.arrivals.At }},
		{Key: "class.arrivals.count", Type: Count, Min: "1", Max: "10000000", Doc: "burst: number of tasks; poisson, renewal: largest number of tasks in a run, without end when left out.",
			ref: func(t target) any { return &t.arrivals.Count }},
		{Key: "class.arrivals.over", Type: Duration, Default: "0s", Min: "0s", Max: longest, Doc: "burst: time over which its tasks are evenly spread; \"0s\": all at once.",
			ref: func(t target) any { return &t.arrivals.Over }},
		{Key: "class.arrivals.every", Type: Duration, Default: "0s", Min: "0s", Max: longest, Doc: "burst: time after which it comes again; \"0s\": it comes once.",
			ref: func(t target) any { return &t.arrivals.Every }},

		{Key: "class.arrivals.points", Type: Tables, Doc: "schedule: rates over time, the first at \"0s\"; after the last its rate holds on.",
			grow: func(t *target) {
				t.arrivals.Points = append(t.arrivals.Points, model.Point{})
				t.point = &t.arrivals.Points[len(t.arrivals.Points)-1]
			}},
		{Key: "class.arrivals.points.at", Type: Duration, required: true, Min: "0s", Max: longest, Doc: "schedule: from when on the rate holds, or when it is reached with shape \"linear\".",
			ref: func(t target) any { return &t.point.At }},
		{Key: "class.arrivals.points.rate", Type: Rate, required: true, Min: "0/s", Max: "1000000/s", Doc: "schedule: mean number of tasks per time.",
			ref: func(t target) any { return &t.point.Rate }},
		{Key: "class.arrivals.shape", Type: Choice, Default: "step", Values: []string{"step", "linear"}, Doc: "schedule: whether the rate jumps at each point or changes evenly between them.",
			ref: func(t target) any { return &t.arrivals.Shape }},
		{Key: "class.arrivals.period", Type: Duration, Default: "0s", Min: "0s", Max: longest, Doc: "schedule: time after which it starts over; \"0s\": never.",
			ref: func(t target) any { return &t.arrivals.Period }},

		{Key: "class.arrivals.states", Type: Tables, Doc: "mmpp: states of the source, visited in turn.",
			grow: func(t *target) {
				t.arrivals.States = append(t.arrivals.States, model.RateState{})
				t.state = &t.arrivals.States[len(t.arrivals.States)-1]
			}},
		{Key: "class.arrivals.states.rate", Type: Rate, required: true, Min: "0/s", Max: "1000000/s", Doc: "mmpp: mean number of tasks per time in the state.",
			ref: func(t target) any { return &t.state.Rate }},
		{Key: "class.arrivals.states.hold", Type: Duration, required: true, Min: "1ms", Max: longest, Doc: "mmpp: mean time in the state, exponential.",
			ref: func(t target) any { return &t.state.Hold }},

		{Key: "class.arrivals.population", Type: Count, Min: "1", Max: "1000000", Doc: "closed: number of users, each of which starts a task, waits for its end, and thinks.",
			ref: func(t target) any { return &t.arrivals.Population }},
		{Key: "class.arrivals.think", Type: Distribution, Doc: "closed: time between the end of a user's task and the start of the next.",
			ref: func(t target) any { return &t.arrivals.Think }},

		{Key: "class.arrivals.file", Type: Text, Doc: "trace: CSV file with a header line, named relative to the scenario.",
			ref: func(t target) any { return &t.arrivals.Trace.File }},
		{Key: "class.arrivals.column", Type: Text, Doc: "trace: name of its column.",
			ref: func(t target) any { return &t.arrivals.Trace.Column }},
		{Key: "class.arrivals.format", Type: Choice, Values: []string{"counts", "timestamps", "seconds"},
			Doc: "trace: what the column holds: tasks in each bin, times as RFC 3339 or \"2006-01-02 15:04:05\" (the first is the start), or seconds from the start.",
			ref: func(t target) any { return &t.arrivals.Trace.Format }},
		{Key: "class.arrivals.bin", Type: Duration, Min: "1µs", Max: longest, Doc: "trace with format \"counts\": width of a bin.",
			ref: func(t target) any { return &t.arrivals.Trace.Bin }},
		{Key: "class.arrivals.scale", Type: Number, Default: "1", Min: "0", Max: "1000000", Doc: "trace with format \"counts\": every count is multiplied by this.",
			ref: func(t target) any { return &t.arrivals.Trace.Scale }},
		{Key: "class.arrivals.service_column", Type: Text, Doc: "trace with times: name of a column that holds the work of each task's legacy call, in seconds.",
			ref: func(t target) any { return &t.arrivals.Trace.ServiceColumn }},
	}
}
