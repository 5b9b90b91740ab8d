package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"penstock/model"
)

// span writes an exact duration.
func span(d time.Duration) string { return seconds().exact(d.Seconds()) }

// rate writes a rate per second, minute or hour, whichever is at least 1.
func rate(perSecond float64) string {
	switch {
	case perSecond == 0 || perSecond >= 1:
		return count().write(perSecond, 4) + "/s"
	case perSecond*60 >= 1:
		return count().write(perSecond*60, 4) + "/min"
	}
	return count().write(perSecond*3600, 4) + "/h"
}

func arrivalsWords(c *model.Class) string {
	var parts []string
	for _, a := range c.Arrivals {
		parts = append(parts, sourceWords(a))
	}
	if c.InitialBacklog > 0 {
		parts = append(parts, strconv.Itoa(c.InitialBacklog)+" waiting at the start")
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, " + ")
}

func sourceWords(a model.Arrivals) string {
	switch a.Kind {
	case "poisson", "constant":
		return a.Kind + " " + rate(a.Rate)
	case "renewal":
		return "renewal, gap " + distWords(a.Gap)
	case "burst":
		s := fmt.Sprintf("burst of %s at %s", count().exact(float64(a.Count)), span(a.At))
		if a.Over > 0 {
			s += " over " + span(a.Over)
		}
		if a.Every > 0 {
			s += ", again every " + span(a.Every)
		}
		return s
	case "schedule":
		low, high := 0.0, 0.0
		for i, p := range a.Points {
			if i == 0 {
				low, high = p.Rate, p.Rate
			}
			low, high = min(low, p.Rate), max(high, p.Rate)
		}
		return fmt.Sprintf("schedule of %s, %s to %s", plural(len(a.Points), "point"), rate(low), rate(high))
	case "mmpp":
		return "mmpp of " + plural(len(a.States), "state")
	case "closed":
		return fmt.Sprintf("closed, population %d, think time %s", a.Population, distWords(a.Think))
	case "trace":
		return "trace " + plain(a.Trace.File)
	}
	return plain(a.Kind)
}

func distWords(d model.Dist) string {
	switch {
	case d.Kind == "" || d.Kind == "constant":
		return span(d.Value)
	case d.Median > 0:
		return fmt.Sprintf("%s (median %s, p99 %s)", d.Kind, span(d.Median), span(d.P99))
	case d.Mean > 0:
		return fmt.Sprintf("%s (mean %s)", d.Kind, span(d.Mean))
	case d.Max > 0:
		return fmt.Sprintf("%s (%s to %s)", d.Kind, span(d.Min), span(d.Max))
	case d.File != "":
		return d.Kind + " from " + plain(d.File)
	}
	return plain(d.Kind)
}

func receivesWords(q model.Queue) string {
	if q.MaxReceiveCount == 0 {
		return "no limit"
	}
	return strconv.Itoa(q.MaxReceiveCount)
}

func mappingWords(m model.Mapping) string {
	s := "batch " + strconv.Itoa(m.BatchSize)
	if m.MaximumConcurrency > 0 {
		s += ", at most " + strconv.Itoa(m.MaximumConcurrency) + " at once"
	}
	if m.ProvisionedPollers.Max > 0 {
		s += fmt.Sprintf(", %d to %d provisioned pollers", m.ProvisionedPollers.Min, m.ProvisionedPollers.Max)
	}
	return s
}

func objectiveWords(o model.Objective) string {
	var parts []string
	for _, b := range o.Latency {
		parts = append(parts, plain(b.Metric)+" ≤ "+span(b.AtMost))
	}
	if o.DeadLetters >= 0 {
		parts = append(parts, "dead-lettered ≤ "+share().exact(o.DeadLetters))
	}
	if o.TimedOut >= 0 {
		parts = append(parts, "timed out ≤ "+share().exact(o.TimedOut))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func policyWords(p model.Policy) string {
	s := string(p.Kind)
	if p.Look != "" {
		s += ", looks at " + string(p.Look)
	}
	if p.EscalateAt > 0 {
		s += ", escalates at receive " + strconv.Itoa(p.EscalateAt)
	}
	return plain(s)
}

func legacyWords(l model.Legacy) string {
	s := fmt.Sprintf("%s at once, %s may wait, service %s", plural(l.Concurrency, "call"), strconv.Itoa(l.Backlog), distWords(l.Service))
	if l.RateLimit.Kind != "" && l.RateLimit.Kind != "none" {
		s += ", rate limit " + rate(l.RateLimit.Rate) + " (" + l.RateLimit.Kind + ")"
	}
	if l.ErrorRate > 0 {
		s += ", " + share().exact(l.ErrorRate) + " errors"
	}
	if l.HangRate > 0 {
		s += ", " + share().exact(l.HangRate) + " hang"
	}
	for _, o := range l.Outages {
		s += fmt.Sprintf(", %s at %s for %s", o.Kind, span(o.At), span(o.For))
	}
	return plain(s)
}
