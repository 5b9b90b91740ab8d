package scenarios

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"penstock/model"
)

// read returns the value of a key that takes a single one: a time.Duration, a
// float64 (per second, for rates), an int64 (bytes, for sizes), a bool or a
// string. The second result says what is wrong, or is "".
func (e Entry) read(n *node) (any, string) {
	if n.kind == text && e.Type != Text && contains(e.Values, n.text) {
		return n.text, ""
	}
	switch e.Type {
	case Duration:
		return quantity(n, "duration", "s", e, parseDuration)
	case Rate:
		return quantity(n, "rate", "/s", e, parseRate)
	case Size:
		return quantity(n, "size", "B", e, parseSize)
	case Count:
		return readCount(n)
	case Number, Share:
		return readNumber(n, e.Type == Share)
	case Bound:
		if n.kind == text {
			return quantity(n, "duration", "s", e, parseDuration)
		}
		return readNumber(n, false)
	case Bool:
		if n.kind != boolean {
			return nil, fmt.Sprintf("%s is needed, without quotes, not %s", boolean, n.shown())
		}
		return n.text == "true", ""
	case Choice:
		return nil, e.wrongChoice(n)
	}
	if n.kind != text {
		return nil, fmt.Sprintf("%s is needed, in quotes, not %s", text, n.shown())
	}
	return n.text, ""
}

func (e Entry) wrongChoice(n *node) string {
	if n.kind != text {
		return fmt.Sprintf("%s is needed, in quotes, not %s", text, n.shown())
	}
	return fmt.Sprintf("%s is not known%s Allowed: %s", n.shown(), model.Meant(n.text, e.Values), e.Allowed())
}

// shown returns the value as a message quotes it, shortened.
func (n *node) shown() string {
	switch n.kind {
	case text:
		return strconv.Quote(clip(n.text))
	case table, list, moment:
		return n.kind.String()
	}
	return clip(n.text)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// quantity reads text with a unit.
func quantity[T any](n *node, what, unit string, e Entry, parse func(string) (T, string)) (any, string) {
	words := ""
	for _, w := range e.Values {
		words += fmt.Sprintf(" or %q", w)
	}
	switch {
	case n.kind == integer, n.kind == decimal:
		if s := strings.TrimLeft(n.text, "+-"); s == "nan" || s == "inf" {
			return nil, n.text + " " + written(what) + strings.Replace(words, " or", "; also", 1)
		}
		return nil, fmt.Sprintf("%s needs a unit, for example \"%s%s\"", clip(n.text), strings.TrimLeft(clip(n.text), "+-"), unit)
	case n.kind != text:
		return nil, fmt.Sprintf("a %s%s is needed, in quotes, not %s", what, words, n.shown())
	}
	v, wrong := parse(n.text)
	if wrong != "" {
		if wrong == malformed {
			wrong = written(what) + strings.Replace(words, " or", "; also", 1)
			if m := model.Meant(n.text, e.Values); m != "." {
				wrong += m
			}
		}
		if allowed := e.Allowed(); wrong == negative && allowed != "" {
			wrong += "; allowed: " + allowed
		}
		return nil, n.shown() + " " + wrong
	}
	return v, ""
}

// written says how values with a unit are written.
func written(what string) string {
	switch what {
	case "duration":
		return `is no duration; durations are written "250ms", "6m", "1h30m" or "4d"`
	case "rate":
		return `is no rate; rates are written "20/s", "300/min", "5/h" or "100/d"`
	}
	return `is no size; sizes are written "400B", "8KiB" or "512MB"`
}

// malformed stands for a text that is not of the form at all.
const malformed = "malformed"

const negative = "is negative"

// parseDuration reads what time.ParseDuration reads, without sign and with
// days: "4d", "1d12h", "1.5h". A number alone is not enough.
func parseDuration(s string) (time.Duration, string) {
	if rest, minus := strings.CutPrefix(s, "-"); minus {
		if _, wrong := parseDuration(rest); wrong == "" {
			return 0, negative
		}
		return 0, malformed
	}
	if s == "" {
		return 0, malformed
	}
	var sum time.Duration
	for s != "" {
		n, unit, rest := cutQuantity(s)
		if n == "" {
			return 0, malformed
		}
		if unit == "" {
			return 0, fmt.Sprintf("needs a unit, for example %q", n+"s")
		}
		scale := time.Duration(1)
		if unit == "d" {
			unit, scale = "h", 24
		}
		d, err := time.ParseDuration(n + unit)
		switch {
		case err != nil && strings.Trim(n, ".0123456789") == "" && isTimeUnit(unit) && strings.Count(n, ".") <= 1 && n != ".",
			err == nil && d > (math.MaxInt64-sum)/scale:
			return 0, "is too long: at most " + longest
		case err != nil:
			return 0, malformed
		}
		sum += d * scale
		s = rest
	}
	if sum > model.Longest {
		return 0, "is too long: at most " + longest
	}
	return sum, ""
}

func isTimeUnit(u string) bool {
	return contains([]string{"ns", "us", "µs", "μs", "ms", "s", "m", "h"}, u)
}

// cutQuantity splits "1.5h30m" into "1.5", "h" and "30m".
func cutQuantity(s string) (number, unit, rest string) {
	i := strings.IndexFunc(s, func(c rune) bool { return (c < '0' || c > '9') && c != '.' })
	if i < 0 {
		return s, "", ""
	}
	number, s = s[:i], s[i:]
	j := strings.IndexFunc(s, func(c rune) bool { return c >= '0' && c <= '9' || c == '.' })
	if j < 0 {
		j = len(s)
	}
	return number, s[:j], s[j:]
}

// perSecond are the units of rates in seconds.
var perSecond = map[string]float64{"s": 1, "min": 60, "h": 3600, "d": 86400}

func parseRate(s string) (float64, string) {
	s, minus := strings.CutPrefix(s, "-")
	number, unit, there := strings.Cut(s, "/")
	seconds, known := perSecond[unit]
	n, ok := plain(number)
	switch {
	case ok && !there:
		return 0, fmt.Sprintf("needs a unit, for example %q", clip(number)+"/s")
	case !ok || !known:
		return 0, malformed
	case minus:
		return 0, negative
	}
	return n / seconds, ""
}

// sizeUnits are the units of sizes in bytes. AWS writes MB and means 2^20
// bytes, so here KB, MB and GB are other names for KiB, MiB and GiB.
var sizeUnits = map[string]float64{
	"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30,
}

func parseSize(s string) (int64, string) {
	s, minus := strings.CutPrefix(s, "-")
	number, _, _ := cutQuantity(s)
	unit := s[len(number):]
	n, ok := plain(number)
	bytes, known := sizeUnits[unit]
	switch {
	case ok && unit == "":
		return 0, fmt.Sprintf("needs a unit, for example %q", clip(number)+"B")
	case !ok || !known:
		return 0, malformed
	case minus:
		return 0, negative
	case n*bytes >= 1<<50:
		return 0, "is too large"
	case n*bytes != math.Trunc(n*bytes):
		return 0, "is not a whole number of bytes"
	}
	return int64(n * bytes), ""
}

// plain reads a decimal number without sign or exponent.
func plain(s string) (float64, bool) {
	if s == "" || strings.Trim(s, ".0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

func readCount(n *node) (any, string) {
	if n.kind == integer {
		v, err := strconv.ParseInt(strings.TrimPrefix(n.text, "+"), 0, 64)
		if err != nil {
			return nil, clip(n.text) + " is too large"
		}
		return v, ""
	}
	if n.kind == text {
		return nil, fmt.Sprintf("%s is needed, without quotes, not %s", integer, n.shown())
	}
	return nil, fmt.Sprintf("%s is needed, not %s", integer, n.shown())
}

func readNumber(n *node, share bool) (any, string) {
	what, wanted := "a number", ""
	if share {
		what, wanted = "a share", ": 0 to 1"
	}
	if n.kind == text {
		return nil, fmt.Sprintf("%s is needed, without quotes, not %s", what, n.shown())
	}
	if n.kind != integer && n.kind != decimal {
		return nil, fmt.Sprintf("%s is needed, not %s", what, n.shown())
	}
	s := strings.ReplaceAll(n.text, "_", "")
	v, err := strconv.ParseFloat(s, 64)
	if i, whole := strconv.ParseInt(s, 0, 64); whole == nil && n.kind == integer {
		v, err = float64(i), nil // 0x, 0o and 0b too
	}
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
		return nil, fmt.Sprintf("%s cannot be used, a finite number is needed%s", clip(n.text), wanted)
	case share && (v < 0 || v > 1):
		return nil, fmt.Sprintf("%s is out of range%s", clip(n.text), wanted)
	}
	return v, ""
}
