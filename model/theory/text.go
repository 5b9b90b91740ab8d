package theory

import (
	"time"

	"penstock/model"
)

// text writes seconds as a scenario does.
func text(s float64) string {
	d := time.Duration(s * 1e9)
	for _, grain := range []time.Duration{time.Minute, time.Second, time.Millisecond} {
		if d > 100*grain {
			return model.DurationText(d.Round(grain))
		}
	}
	return model.DurationText(d.Round(time.Microsecond))
}
