package report

import (
	"fmt"

	"penstock/model"
)

// scenarioTables describes the scenario: its classes and its settings.
func scenarioTables(cfg *model.Config) []*table {
	classes := &table{head: []string{"class", "arrivals", "visibility", "receives", "mapping", "objective"}, align: "lwrrww"}
	for _, c := range cfg.Classes {
		classes.add(plain(c.Name), arrivalsWords(&c), span(c.Queue.VisibilityTimeout), receivesWords(c.Queue), mappingWords(c.Mapping), objectiveWords(c.Objective))
	}
	settings := &table{head: []string{"part", "setting"}, align: "lw"}
	w, l, s := cfg.Worker, cfg.Legacy, cfg.StepFunctions
	settings.add("worker", fmt.Sprintf("%s, concurrency %d, %d MiB, invocation timeout %s, call timeout %s", w.Driver, w.Concurrency, w.Memory>>20, span(w.Timeout), span(w.CallTimeout)))
	settings.add("policy", policyWords(cfg.Policy))
	settings.add("legacy system", legacyWords(l))
	retry := "no retry"
	if s.Retry.MaxAttempts > 0 {
		retry = fmt.Sprintf("%d retries, the first after %s", s.Retry.MaxAttempts, span(s.Retry.Interval))
	}
	settings.add("Step Functions", fmt.Sprintf("%d states, task timeout %s, %s", s.States, span(s.Timeout), retry))
	settings.add("timing", "profile "+plain(cfg.Timing.Profile))
	settings.add("prices", plain(cfg.Prices.Book)+map[bool]string{true: ", free tier deducted", false: ", no free tier"}[cfg.Prices.FreeTier])
	return []*table{classes, settings}
}
