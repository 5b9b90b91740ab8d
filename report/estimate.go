package report

import (
	"math"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// none stands for a figure that the sample cannot carry.
const none = "–"

// lopsided is the ratio of the sides of an interval from which on it is
// written out instead of as a half-width, which would misplace it.
const lopsided = 1.5

// estimate writes an estimate: 4.21s ±0.13 with its half-width in the same
// unit, 4.21s [3.90–5.20] where the interval leans to one side, and – where
// there is no value. A value known without error stands alone.
func (m measure) estimate(e plan.Estimate) string {
	if e.Value == nil {
		return none
	}
	v := *e.Value
	if e.Low == nil || e.High == nil || *e.Low == *e.High {
		return m.value(v)
	}
	low, high := *e.Low, *e.High
	half := (high - low) / 2
	if !(half > 0) || math.IsInf(half, 0) || math.IsNaN(v) || math.IsInf(v, 0) {
		return m.value(v)
	}
	places := func(u unit) int {
		d := halfDecimals(half / u.size)
		if math.Abs(v) > half { // more than four digits of it is more than is known
			d = min(d, max(decimals(v/u.size, 4), 1))
		}
		return max(u.least, d)
	}
	u := m.unitOf(math.Max(math.Abs(v), half), places)
	d := places(u)
	if leans(low, v, high) {
		return u.write(v, d, v != 0) + " [" + u.bare(low, d) + none + u.bare(high, d) + "]"
	}
	return u.write(v, d, true) + " ±" + u.half(half, d)
}

// halfDecimals returns the decimals that a half-width deserves: two significant
// digits where the first is a 1, else one.
func halfDecimals(half float64) int {
	two := decimals(half, 2)
	if math.Round(half*math.Pow(10, float64(two))) < 20 {
		return two
	}
	return decimals(half, 1)
}

// leans tells whether one side of the interval is much longer than the other.
func leans(low, v, high float64) bool {
	below, above := v-low, high-v // one is negative where v lies outside
	return math.Max(below, above) > lopsided*math.Min(below, above)
}

// bare writes v like write, without the unit except on a clock.
func (u unit) bare(v float64, decimals int) string {
	if u.clock {
		return u.write(v, 0, true)
	}
	s := u.write(v, decimals, v != 0)
	return strings.Replace(strings.TrimSuffix(s, u.suffix), u.prefix, "", 1)
}

// half writes a half-width, and never as nothing.
func (u unit) half(half float64, decimals int) string {
	step := math.Pow(10, -float64(decimals)) * u.size
	if u.clock {
		step = 1
	}
	return u.bare(math.Max(half, step), decimals)
}

// notes gathers why figures are missing, for the foot of a table.
type notes struct {
	whys   []string
	places [][]string
}

// write writes an estimate and notes why it is missing.
func (n *notes) write(m measure, e plan.Estimate, place string) string {
	if e.Value == nil {
		n.add(e.Why, place)
	}
	return m.estimate(e)
}

func (n *notes) add(why, place string) {
	if why == "" {
		why = "no figure"
	}
	for i, w := range n.whys {
		if w == why {
			n.places[i] = append(n.places[i], place)
			return
		}
	}
	n.whys = append(n.whys, why)
	n.places = append(n.places, []string{place})
}

// lines returns one line for each reason.
func (n *notes) lines() []string {
	var lines []string
	for i, why := range n.whys {
		places := n.places[i]
		at := strings.Join(places[:min(len(places), 4)], ", ")
		if more := len(places) - 4; more > 0 {
			at += " and " + strconv.Itoa(more) + " more"
		}
		lines = append(lines, none+" "+at+": "+why)
	}
	return lines
}
