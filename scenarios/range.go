package scenarios

import (
	"fmt"
	"slices"
	"strings"
)

// List returns the values of a list of numbers of a type, and what each is in
// its base unit: durations in seconds, numbers as they are. Values are separated
// by commas; a..b:step is a range, as an axis of a sweep has it. Each value lies
// between least and most, which are written as values are. what names the list
// in the error.
func List(what string, typ Type, least, most, text string) (values []string, numbers []float64, err error) {
	e := Entry{Key: what, Type: typ, Min: least, Max: most}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		list := []string{part}
		if from, rest, isRange := strings.Cut(part, ".."); isRange {
			to, step, _ := strings.Cut(rest, ":")
			var wrong string
			if list, wrong = e.span(strings.TrimSpace(from), strings.TrimSpace(to), strings.TrimSpace(step)); wrong != "" {
				return nil, nil, fmt.Errorf("%s: %s: %s", what, clip(part), wrong)
			}
		}
		for _, v := range list {
			n, err := e.Number(v)
			if err != nil {
				return nil, nil, err
			}
			if low, _ := e.Number(least); n < low {
				return nil, nil, fmt.Errorf("%s: %s is out of range: %s", what, clip(v), e.Allowed())
			}
			if high, _ := e.Number(most); n > high {
				return nil, nil, fmt.Errorf("%s: %s is out of range: %s", what, clip(v), e.Allowed())
			}
			if slices.Contains(numbers, n) {
				return nil, nil, fmt.Errorf("%s: %s is there twice", what, v)
			}
			values, numbers = append(values, v), append(numbers, n)
		}
	}
	if len(values) > maxAxis {
		return nil, nil, fmt.Errorf("%s: %s", what, tooMany)
	}
	return values, numbers, nil
}
