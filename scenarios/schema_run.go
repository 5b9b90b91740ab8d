package scenarios

// longest is the limit of every duration that nobody else limits: far beyond
// any study, and far from the 292 years at which durations overflow.
const longest = "3660d"

// runEntries are the keys at the top of the file, and [precision].
func runEntries() []Entry {
	return []Entry{
		{Key: "name", Type: Text, Doc: "Name of the scenario in every report; the name of the file when left out.",
			ref: func(t target) any { return &t.config.Name }},
		{Key: "description", Type: Text, Doc: "One paragraph: what the scenario shows and where its numbers come from.",
			ref: func(t target) any { return &t.config.Description }},
		{Key: "seed", Type: Count, Default: "1", Doc: "Seed of every random stream; the same file, seed and version give the same bytes.",
			ref: func(t target) any { return &t.config.Seed }},
		{Key: "study", Type: Choice, Default: "terminating", Values: []string{"terminating", "steady"},
			Doc: "Question of the runs: \"terminating\" watches a day, a burst or an outage from start to end, \"steady\" the long run without its warm-up.",
			ref: func(t target) any { return &t.config.Study }},
		{Key: "horizon", Type: Duration, Default: "8h", Min: "1ns", Max: longest, Doc: "Simulated time for which tasks arrive.",
			ref: func(t target) any { return &t.config.Horizon }},
		{Key: "drain", Type: Duration, Default: "until-empty", Values: []string{"until-empty"}, Min: "0s", Max: longest,
			Doc: "How long a run goes on after the horizon, when nothing arrives: until every task has ended, or this long; \"0s\" cuts at the horizon.",
			ref: func(t target) any { return &t.config.Drain }},
		{Key: "warmup", Type: Duration, Default: "auto", Values: []string{"auto"}, Min: "0s", Max: longest,
			Doc: "Opening part of a steady study that is not counted: measured by the MSER-5 rule, or this long.",
			ref: func(t target) any { return &t.config.Warmup }},
		{Key: "replications", Type: Count, Min: "1", Max: "1000000",
			Doc: "Number of independent runs; when left out, as many as [precision] asks for.",
			ref: func(t target) any { return &t.config.Replications }},
		{Key: "precision", Type: Table, Doc: "How narrow the intervals have to be when replications is left out."},
		{Key: "precision.confidence", Type: Number, Default: "0.95", Min: "0.5", Max: "0.9999",
			Doc: "Confidence of every reported interval, as a share.",
			ref: func(t target) any { return &t.config.Precision.Confidence }},
		{Key: "precision.mean", Type: Number, Default: "0.05", Min: "0.0001", Max: "1",
			Doc: "Half-width that the interval of a mean, a median, a count or a share may have, relative to it.",
			ref: func(t target) any { return &t.config.Precision.Mean }},
		{Key: "precision.tail", Type: Number, Default: "0.1", Min: "0.0001", Max: "1",
			Doc: "Half-width that the interval of a p90, p95, p99 or largest value may have, relative to it.",
			ref: func(t target) any { return &t.config.Precision.Tail }},
		{Key: "precision.time_floor", Type: Duration, Default: "10ms", Min: "0s", Max: longest,
			Doc: "Half-width of a time that is narrow enough, however small the time is.",
			ref: func(t target) any { return &t.config.Precision.TimeFloor }},
		{Key: "precision.share_floor", Type: Number, Default: "0.001", Min: "0", Max: "1",
			Doc: "Half-width of a share that is narrow enough, however small the share is.",
			ref: func(t target) any { return &t.config.Precision.ShareFloor }},
		{Key: "precision.count_floor", Type: Number, Default: "0.5", Min: "0", Max: "1000000",
			Doc: "Half-width of a number of things per replication, or per message, that is narrow enough, however small the number is.",
			ref: func(t target) any { return &t.config.Precision.CountFloor }},
		{Key: "precision.max_replications", Type: Count, Default: "400", Min: "2", Max: "1000000",
			Doc: "Runs after which the search for that precision ends; what is not as precise by then is marked.",
			ref: func(t target) any { return &t.config.Precision.MaxReplications }},
	}
}
