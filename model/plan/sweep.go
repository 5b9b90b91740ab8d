package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strings"

	"penstock/model"
)

// Axis is a key of the scenario and the values that a sweep gives it.
type Axis struct {
	Key string `json:"key"`
	// Unit is that of Numbers: "s", "/s", "B", "share", or "" for plain numbers
	// and words.
	Unit   string   `json:"unit,omitempty"`
	Values []string `json:"values"` // as --set takes them
	// Numbers are the values in the unit; nil where they are words.
	Numbers []float64 `json:"numbers,omitempty"`
}

// Grid is every combination of the values of its axes. Points count from 0; the
// last axis goes through its values first.
type Grid []Axis

// MaxPoints is the most points of a grid.
const MaxPoints = 100_000

// Len returns the number of points, at most MaxPoints+1.
func (g Grid) Len() int {
	n := 1
	for _, a := range g {
		if n *= len(a.Values); n > MaxPoints {
			return MaxPoints + 1
		}
	}
	return n
}

// At returns which value of each axis a point has.
func (g Grid) At(point int) []int {
	at := make([]int, len(g))
	for i := len(g) - 1; i >= 0; i-- {
		n := len(g[i].Values)
		at[i], point = point%n, point/n
	}
	return at
}

// Point returns the point that has these values.
func (g Grid) Point(at []int) int {
	point := 0
	for i, a := range g {
		point = point*len(a.Values) + at[i]
	}
	return point
}

// Set returns the settings of a point as --set takes them, in order of the
// axes.
func (g Grid) Set(point int) []string {
	set := make([]string, len(g))
	for i, v := range g.At(point) {
		set[i] = g[i].Key + "=" + g[i].Values[v]
	}
	return set
}

// Settings returns the value of each axis at a point.
func (g Grid) Settings(point int) map[string]string {
	m := make(map[string]string, len(g))
	for i, v := range g.At(point) {
		m[g[i].Key] = g[i].Values[v]
	}
	return m
}

// Shard is the part of a sweep that one process runs: each Count-th point,
// from Index on, which counts from 0.
type Shard struct {
	Index int `json:"index"`
	Count int `json:"count"`
}

// String writes the shard as --shard takes it.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// SweepHead says which sweep it is: the first line of its file of points.
type SweepHead struct {
	Sweep    int    `json:"sweep"` // version of the format
	Scenario string `json:"scenario"`
	Version  string `json:"version"`
	Seed     uint64 `json:"seed"` // of the first point that can be run
	// GridHash stands for all that the points depend on, the version apart: every
	// setting of every point, their seeds and price books.
	GridHash string `json:"grid_hash"`
	Axes     Grid   `json:"axes"`
	Points   int    `json:"points"` // of the whole grid
	Shard    *Shard `json:"shard,omitempty"`
}

// sweepFormat is the version of the form of the file.
const sweepFormat = 1

// NewSweepHead describes a sweep. hashes holds the hash of each point, seed
// included, in order.
func NewSweepHead(scenario, version string, seed uint64, grid Grid, hashes []string, shard *Shard) SweepHead {
	sum := sha256.Sum256([]byte(strings.Join(hashes, "\n")))
	return SweepHead{
		Sweep: sweepFormat, Scenario: scenario, Version: version, Seed: seed,
		GridHash: hex.EncodeToString(sum[:8]), Axes: grid, Points: len(hashes), Shard: shard,
	}
}

// Own lists the points of the shard, or all.
func (h *SweepHead) Own() []int {
	first, step := 0, 1
	if h.Shard != nil {
		first, step = h.Shard.Index, h.Shard.Count
	}
	var own []int
	for p := first; p < h.Points; p += step {
		own = append(own, p)
	}
	return own
}

// Differs says in what a head is of another sweep, shards apart: "" if it is
// the same.
func (h *SweepHead) Differs(other *SweepHead) string {
	var axes []string
	for _, a := range other.Axes {
		axes = append(axes, a.Key+"="+strings.Join(a.Values, ","))
	}
	switch {
	case h.Sweep != other.Sweep:
		return fmt.Sprintf("its format is %d, not %d", other.Sweep, h.Sweep)
	case h.Scenario != other.Scenario:
		return fmt.Sprintf("its scenario is %q, not %q", other.Scenario, h.Scenario)
	case h.Version != other.Version:
		return fmt.Sprintf("it was made by version %s, not %s", other.Version, h.Version)
	case h.Seed != other.Seed:
		return fmt.Sprintf("its seed is %d, not %d", other.Seed, h.Seed)
	case !h.Axes.same(other.Axes):
		return "its axes are " + strings.Join(axes, " ")
	case h.GridHash != other.GridHash:
		return "its scenario had other settings"
	}
	return ""
}

func (g Grid) same(other Grid) bool {
	if len(g) != len(other) {
		return false
	}
	for i, a := range g {
		b := other[i]
		if a.Key != b.Key || strings.Join(a.Values, "\n") != strings.Join(b.Values, "\n") {
			return false
		}
	}
	return true
}

// SweepPoint is what came out at one point of the grid: its result, or why it
// was left out.
type SweepPoint struct {
	Point    int               `json:"point"`
	Settings map[string]string `json:"settings"`
	Invalid  []string          `json:"invalid,omitempty"`
	Result   *Result           `json:"result,omitempty"`
}

// Sweep is a finished sweep, its points in order.
type Sweep struct {
	SweepHead
	LogHash string       `json:"log_hash"` // of those of the points that were run, in order
	Results []SweepPoint `json:"results"`
}

// Estimate returns a metric at a point; a reason and no value where the point
// was left out.
func (s *Sweep) Estimate(point int, metric string) Estimate {
	p := &s.Results[point]
	if p.Result == nil {
		return Estimate{Why: "left out: " + strings.Join(p.Invalid, "; ")}
	}
	e, err := p.Result.Lookup(metric)
	if err != nil {
		return Estimate{Why: err.Error()}
	}
	return e
}

// First returns the first point that was run; nil if none was.
func (s *Sweep) First() *Result {
	for i := range s.Results {
		if r := s.Results[i].Result; r != nil {
			return r
		}
	}
	return nil
}

// WorstMetric returns the metric that a sweep is about if nobody says
// otherwise: the objective that is kept for certain at the fewest points, and
// of several such the one that is farthest above its bound on (geometric)
// average. Without objectives it is the p95 of the latency, of the class in
// which it is longest, or the mean where there is no p95.
func (s *Sweep) WorstMetric() string {
	first := s.First()
	if first == nil {
		return ""
	}
	if len(first.Objectives) == 0 {
		return s.longest(first)
	}
	worst, fewest, most := "", math.MaxInt, 0.0
	for i, o := range first.Objectives {
		met, above := 0, 0.0
		for k := range s.Results {
			r := s.Results[k].Result
			if r == nil || i >= len(r.Objectives) {
				continue
			}
			if r.Objectives[i].Outcome == Met {
				met++
			}
			if v := r.Objectives[i].Value.Value; v != nil {
				above += math.Log(max(*v, 1e-9) / max(r.Objectives[i].Bound, 1e-9))
			}
		}
		if met < fewest || met == fewest && above > most {
			worst, fewest, most = o.Metric, met, above
		}
	}
	return worst
}

// longest returns the p95 latency that is longest on average, or the mean one
// where no point has a p95.
func (s *Sweep) longest(first *Result) string {
	for _, which := range []string{".latency.p95", ".latency.mean"} {
		worst, longest := "", -1.0
		for _, name := range first.ClassOrder {
			path := "classes." + name + which
			sum, n := 0.0, 0
			for p := range s.Results {
				if e := s.Estimate(p, path); e.Value != nil {
					sum += *e.Value
					n++
				}
			}
			if n > 0 && sum > longest {
				worst, longest = path, sum
			}
		}
		if worst != "" {
			return worst
		}
	}
	return "legacy.utilization"
}

// PointHash stands for all that the result of a scenario depends on, the
// version apart: its settings, its seed, and book, which stands for its prices.
func PointHash(cfg *model.Config, book string) (string, error) {
	hash, err := ConfigHash(cfg)
	return fmt.Sprintf("%s seed %d prices %s", hash, cfg.Seed, book), err
}
