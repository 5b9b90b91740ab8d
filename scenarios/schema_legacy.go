package scenarios

import "penstock/model"

func slowdownForms() []form {
	return []form{
		{kind: "none"},
		{kind: "usl", needs: [][]string{{"alpha", "beta"}}},
		{kind: "sharing", needs: [][]string{{"capacity"}}},
		{kind: "threshold", needs: [][]string{{"capacity", "alpha"}}},
		{kind: "thrash", needs: [][]string{{"capacity", "alpha"}}},
	}
}

func limitForms() []form {
	return []form{
		{kind: "none"},
		{kind: "token-bucket", needs: [][]string{{"rate", "burst"}}, may: []string{"retry_after"}},
		{kind: "fixed-window", needs: [][]string{{"rate", "window"}}, may: []string{"retry_after"}},
		{kind: "sliding-window", needs: [][]string{{"rate", "window"}}, may: []string{"retry_after"}},
	}
}

func outageForms() []form {
	return []form{
		{kind: "down", needs: [][]string{{"at", "for"}}},
		{kind: "errors", needs: [][]string{{"at", "for"}}},
		{kind: "slow", needs: [][]string{{"at", "for", "factor"}}},
		{kind: "hang", needs: [][]string{{"at", "for"}}},
	}
}

// legacyEntries are the keys of [legacy].
func legacyEntries() []Entry {
	return []Entry{
		{Key: "legacy", Type: Table, Doc: "The slow system behind the worker."},
		{Key: "legacy.concurrency", Type: Count, Default: "5", Min: "1", Max: "1000000", Doc: "Calls that it works on at once.",
			ref: func(t target) any { return &t.config.Legacy.Concurrency }},
		{Key: "legacy.backlog", Type: Count, Default: "0", Min: "0", Max: "10000000", Doc: "Calls that it lets wait; it refuses those beyond.",
			ref: func(t target) any { return &t.config.Legacy.Backlog }},
		{Key: "legacy.service", Type: Distribution, Default: `{ kind = "lognormal", median = "800ms", p99 = "4s" }`,
			Doc: "Work of one call: the time that it takes when it is alone.",
			ref: func(t target) any { return &t.config.Legacy.Service }},
		{Key: "legacy.error_rate", Type: Share, Default: "0", Doc: "Share of calls that answer 500 after their service time.",
			ref: func(t target) any { return &t.config.Legacy.ErrorRate }},
		{Key: "legacy.hang_rate", Type: Share, Default: "0", Doc: "Share of calls that are never answered although the work is done.",
			ref: func(t target) any { return &t.config.Legacy.HangRate }},

		{Key: "legacy.slowdown", Type: Table, forms: slowdownForms(), Doc: "Speed at which each call advances while n are in progress."},
		{Key: "legacy.slowdown.kind", Type: Choice, Default: "none", Values: kinds(slowdownForms()),
			Doc: "Law of the speed: \"usl\" 1 / (1 + alpha(n-1) + beta n(n-1)), \"sharing\" min(1, capacity / n), \"threshold\" 1 / (1 + alpha max(0, n-capacity)), \"thrash\" min(1, capacity / n) exp(-alpha max(0, n-capacity)).",
			ref: func(t target) any { return &t.config.Legacy.Slowdown.Kind }},
		{Key: "legacy.slowdown.alpha", Type: Number, Min: "0", Max: "1000", Doc: "usl: contention; threshold, thrash: what each call beyond capacity costs.",
			ref: func(t target) any { return &t.config.Legacy.Slowdown.Alpha }},
		{Key: "legacy.slowdown.beta", Type: Number, Min: "0", Max: "1000", Doc: "usl: crosstalk.",
			ref: func(t target) any { return &t.config.Legacy.Slowdown.Beta }},
		{Key: "legacy.slowdown.capacity", Type: Number, Min: "0.001", Max: "1000000", Doc: "sharing, threshold, thrash: calls that run at full speed together.",
			ref: func(t target) any { return &t.config.Legacy.Slowdown.Capacity }},

		{Key: "legacy.rate_limit", Type: Table, forms: limitForms(), Doc: "Limit over which calls are answered 429."},
		{Key: "legacy.rate_limit.kind", Type: Choice, Default: "none", Values: kinds(limitForms()), Doc: "How calls are counted.",
			ref: func(t target) any { return &t.config.Legacy.RateLimit.Kind }},
		{Key: "legacy.rate_limit.rate", Type: Rate, Min: "0.001/h", Max: "1000000/s", Doc: "Calls allowed per time.",
			ref: func(t target) any { return &t.config.Legacy.RateLimit.Rate }},
		{Key: "legacy.rate_limit.burst", Type: Count, Min: "1", Max: "1000000000", Doc: "token-bucket: calls that may come at once after a pause.",
			ref: func(t target) any { return &t.config.Legacy.RateLimit.Burst }},
		{Key: "legacy.rate_limit.window", Type: Duration, Min: "1ms", Max: longest, Doc: "fixed-window, sliding-window: time over which calls are counted.",
			ref: func(t target) any { return &t.config.Legacy.RateLimit.Window }},
		{Key: "legacy.rate_limit.retry_after", Type: Duration, Default: "0s", Min: "0s", Max: longest, Doc: "Retry-After of the answer; \"0s\": it has none.",
			ref: func(t target) any { return &t.config.Legacy.RateLimit.RetryAfter }},

		{Key: "legacy.outage", Type: Tables, forms: outageForms(), Doc: "Spells in which the legacy system fails.",
			grow: func(t *target) {
				t.config.Legacy.Outages = append(t.config.Legacy.Outages, model.Outage{})
				t.outage = &t.config.Legacy.Outages[len(t.config.Legacy.Outages)-1]
			}},
		{Key: "legacy.outage.at", Type: Duration, Min: "0s", Max: longest, Doc: "When it starts.",
			ref: func(t target) any { return &t.outage.At }},
		{Key: "legacy.outage.for", Type: Duration, Min: "1ns", Max: longest, Doc: "How long it lasts.",
			ref: func(t target) any { return &t.outage.For }},
		{Key: "legacy.outage.kind", Type: Choice, required: true, Values: kinds(outageForms()),
			Doc: "\"down\" refuses calls and cuts those at work, \"errors\" answers 500, \"slow\" takes factor times as long, \"hang\" freezes every call until it ends.",
			ref: func(t target) any { return &t.outage.Kind }},
		{Key: "legacy.outage.factor", Type: Number, Min: "1", Max: "1000000", Doc: "slow: times as long.",
			ref: func(t target) any { return &t.outage.Factor }},
	}
}
