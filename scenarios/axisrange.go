package scenarios

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// span lists the values of a range as --set takes them: from, then step by
// step, for as long as they are not beyond to. A step "x2" multiplies. Without
// a step, whole numbers count by one. Where all three are written in one unit
// the values are too, so that 1m..10m:1m gives minutes.
func (e Entry) span(from, to, step string) (values []string, wrong string) {
	if step == "" {
		if e.Type != Count {
			return nil, fmt.Sprintf("a range of this key needs a step, for example %s..%s:%s", clip(from), clip(to), clip(from))
		}
		step = "1"
	}
	for _, s := range []string{from, to} {
		if _, err := e.Number(s); err != nil {
			return nil, strings.TrimPrefix(err.Error(), e.Key+": ")
		}
	}
	low, _ := e.Number(from)
	high, _ := e.Number(to)
	if low > high {
		return nil, fmt.Sprintf("a range counts up: %s..%s", clip(to), clip(from))
	}
	if factor, times := strings.CutPrefix(step, "x"); times {
		return e.multiply(from, low, high, factor)
	}
	by, err := e.Number(step)
	switch {
	case err != nil:
		return nil, "the step: " + strings.TrimPrefix(err.Error(), e.Key+": ")
	case !(by > 0):
		return nil, "the step has to be more than 0"
	case (high-low)/by >= maxAxis:
		return nil, tooMany
	}
	if values, ok := sameUnit(from, to, step); ok {
		return values, ""
	}
	n := int(math.Floor((high-low)/by*(1+1e-12) + 1e-9))
	for i := range n + 1 {
		values = append(values, e.Text(low+float64(float64(i)*by)))
	}
	return values, ""
}

// multiply lists from, from·f, from·f², … up to high.
func (e Entry) multiply(from string, low, high float64, factor string) (values []string, wrong string) {
	f, ok := plain(factor)
	switch {
	case !ok || f <= 1:
		return nil, fmt.Sprintf("a factor is a number above 1, for example x2, not %q", clip("x"+factor))
	case low <= 0:
		return nil, "a range with a factor starts above 0"
	case math.Log(high/low)/math.Log(f) >= maxAxis:
		return nil, tooMany
	}
	first, unit, rest := cutQuantity(from)
	scale, inUnit := plain(first)
	for x := 1.0; low*x <= high*(1+1e-9); x *= f {
		value := e.Text(low * x)
		if inUnit && rest == "" {
			value = strconv.FormatFloat(rounded(scale*x), 'f', -1, 64) + unit
		}
		if _, err := e.Number(value); err != nil {
			return nil, fmt.Sprintf("the value %s: %s", value, strings.TrimPrefix(err.Error(), e.Key+": "))
		}
		values = append(values, value)
	}
	return values, ""
}

// rounded cuts the digits that a product leaves behind.
func rounded(x float64) float64 {
	s := strconv.FormatFloat(x, 'g', 12, 64)
	x, _ = strconv.ParseFloat(s, 64)
	return x
}

// sameUnit steps in decimal, without rounding, where from, to and step are
// plain numbers in one unit: 0.1..0.3:0.1 ends with 0.3.
func sameUnit(from, to, step string) (values []string, ok bool) {
	places, unit := 0, ""
	var parts [3]string
	for i, s := range []string{from, to, step} {
		n, u, rest := cutQuantity(s)
		_, fraction, _ := strings.Cut(n, ".")
		if _, number := plain(n); !number || rest != "" || i > 0 && u != unit || len(n) > 12 {
			return nil, false
		}
		parts[i], unit, places = n, u, max(places, len(fraction))
	}
	var scaled [3]int64
	for i, n := range parts {
		whole, fraction, _ := strings.Cut(n, ".")
		v, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
		if err != nil {
			return nil, false
		}
		scaled[i] = v
	}
	for v := scaled[0]; v <= scaled[1]; v += scaled[2] {
		digits := fmt.Sprintf("%0*d", places+1, v)
		s := digits[:len(digits)-places]
		if fraction := strings.TrimRight(digits[len(s):], "0"); fraction != "" {
			s += "." + fraction
		}
		values = append(values, s+unit)
	}
	return values, true
}
