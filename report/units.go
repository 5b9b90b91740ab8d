package report

import (
	"math"
	"strconv"
	"strings"
)

// A measure says how one kind of quantity is written for people: the unit by
// its size, and how many digits.
type measure struct {
	units  []unit // in rising order of from; the first holds for everything smaller
	zero   string
	digits int  // significant digits of a value whose precision is not known
	keep   bool // keep the zeros at the end of the fraction
}

// A unit is written for magnitudes from its from on.
type unit struct {
	from           float64
	size           float64 // in the base unit
	prefix, suffix string
	least          int  // decimals that are always written
	clock          bool // minutes and seconds: 3m12s
}

// seconds writes a time in seconds: 312ms, 4.2s, 3m12s, 2.4h, 3.1d.
func seconds() measure {
	return measure{zero: "0s", digits: 2, units: []unit{
		{size: 1e-6, suffix: "µs"},
		{from: 1e-3, size: 1e-3, suffix: "ms"},
		{from: 1, size: 1, suffix: "s"},
		{from: 60, size: 1, clock: true},
		{from: 3600, size: 3600, suffix: "h"},
		{from: 2 * 86400, size: 86400, suffix: "d"},
	}}
}

// count writes a number of things: 3.42, 342, 3,420, 12.3k, 1.23M.
func count() measure {
	return measure{zero: "0", digits: 3, units: []unit{
		{size: 1},
		{from: 1e4, size: 1e3, suffix: "k"},
		{from: 1e6, size: 1e6, suffix: "M"},
		{from: 1e9, size: 1e9, suffix: "G"},
	}}
}

// money writes an amount in USD: $0.0123, $1.23, $123, $12.3k.
func money() measure {
	return measure{zero: "$0", digits: 3, keep: true, units: []unit{
		{size: 1, prefix: "$"},
		{from: 1, size: 1, prefix: "$", least: 2},
		{from: 100, size: 1, prefix: "$"},
		{from: 1e4, size: 1e3, prefix: "$", suffix: "k"},
		{from: 1e6, size: 1e6, prefix: "$", suffix: "M"},
	}}
}

// share writes a share of one as a percentage: 0.034%, 3.4%, 34%.
func share() measure {
	return measure{zero: "0%", digits: 2, units: []unit{{size: 0.01, suffix: "%"}}}
}

// value writes v with the digits of the measure.
func (m measure) value(v float64) string { return m.write(v, m.digits) }

// exact writes v with every digit that it has, up to six.
func (m measure) exact(v float64) string {
	if v == 0 {
		return m.zero
	}
	places := digitsOf(v, 6)
	u := m.unitOf(v, places)
	if u.clock && v != math.Trunc(v) {
		u = unit{size: 1, suffix: "s"}
	}
	return u.write(v, places(u), false)
}

func (m measure) write(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return none
	}
	if v == 0 {
		return m.zero
	}
	places := digitsOf(v, digits)
	u := m.unitOf(v, places)
	return u.write(v, places(u), m.keep)
}

// digitsOf returns how many decimals give v so many significant digits in a
// unit.
func digitsOf(v float64, digits int) func(unit) int {
	return func(u unit) int { return max(u.least, decimals(v/u.size, digits)) }
}

// unitOf returns the unit of v once it is rounded to the decimals that places
// gives, so that 999.7 ms is 1 s.
func (m measure) unitOf(v float64, places func(unit) int) unit {
	u := m.units[0]
	for _, next := range m.units[1:] {
		if round(math.Abs(v)/u.size, places(u))*u.size < next.from*(1-1e-12) {
			break
		}
		u = next
	}
	return u
}

// write writes v in unit u with so many decimals, those at the end that are
// zero left out unless they are to be kept.
func (u unit) write(v float64, decimals int, keep bool) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	if u.clock {
		return sign + clock(v)
	}
	s := strconv.FormatFloat(v/u.size, 'f', decimals, 64)
	for dot := strings.IndexByte(s, '.'); !keep && dot >= 0 && len(s)-dot-1 > u.least && s[len(s)-1] == '0'; {
		s = s[:len(s)-1]
	}
	s = strings.TrimSuffix(s, ".")
	return sign + u.prefix + group(s) + u.suffix
}

// clock writes seconds as 45s, 3m12s or 3m, and hours as 1h05m.
func clock(v float64) string {
	s := int64(math.Round(v))
	switch {
	case s < 60:
		return strconv.FormatInt(s, 10) + "s"
	case s >= 3600:
		return strconv.FormatInt(s/3600, 10) + "h" + twoDigits(s%3600/60) + "m"
	case s%60 == 0:
		return strconv.FormatInt(s/60, 10) + "m"
	}
	return strconv.FormatInt(s/60, 10) + "m" + twoDigits(s%60) + "s"
}

func twoDigits(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}
