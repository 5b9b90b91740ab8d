package plan

import (
	"fmt"
	"math"
	"strings"
	"time"

	"penstock/model"
	"penstock/model/theory"
)

// Twin holds what theory says beside what was simulated.
type Twin struct {
	Rows []TwinRow `json:"rows"`
	// Why says what has no formula; "" where everything has.
	Why string `json:"why,omitempty"`
}

// TwinRow is one metric that theory knows.
type TwinRow struct {
	Metric    string   `json:"metric"` // path into the result
	Method    string   `json:"method"`
	Value     float64  `json:"value"`
	Error     float64  `json:"error"` // how far value may be off besides chance: the formula's own error, and what a finite run keeps of its start
	Exact     bool     `json:"exact"` // the formula has no error of its own
	Simulated Estimate `json:"simulated"`
	Agrees    string   `json:"agrees"` // "yes", "no" or "not applicable"
}

// The outcomes of a comparison with the twin.
const (
	Agrees        = "yes"
	Disagrees     = "no"
	NotApplicable = "not applicable"
)

// falseAlarm is the probability with which a right simulation of a right
// formula is flagged, over all rows of a result.
const falseAlarm = 0.01

// twin puts what theory says of a scenario beside the result. A row agrees where
// the simulated value lies within the row's error and a Student-t interval
// around it that is so wide that all rows together raise a false alarm in one
// result in a hundred. Every disagreement is a warning.
func (s *study) twin(r *Result, warmup time.Duration) (Twin, error) {
	says := theory.Predict(s.cfg, warmup)
	t := Twin{Rows: []TwinRow{}, Why: says.Why}
	for _, p := range says.Predictions {
		e, err := r.Lookup(p.Metric)
		if err != nil {
			return t, err
		}
		row := TwinRow{Metric: p.Metric, Method: p.Method, Value: round9(p.Value), Error: round9(p.Error), Exact: p.Exact, Simulated: e}
		row.Agrees = agreement(p, e, r.Confidence, 1-falseAlarm/float64(len(says.Predictions)))
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// agreement compares an estimate at some confidence with a prediction.
func agreement(p theory.Prediction, e Estimate, confidence, certain float64) string {
	if e.Value == nil || e.Low == nil || e.High == nil || math.IsInf(p.Value, 0) {
		return NotApplicable
	}
	chance := e.StandardError(confidence) * studentT(e.N, certain)
	if math.Abs(*e.Value-p.Value) <= p.Error+chance {
		return Agrees
	}
	return Disagrees
}

// flagged returns one sentence for each row that disagrees.
func (t *Twin) flagged(classes []string) []string {
	var all []string
	for _, row := range t.Rows {
		if row.Agrees == Disagrees {
			unit := ""
			if m, _, ok := model.FindMetric(classes, row.Metric); ok && m.Unit == model.Seconds {
				unit = " s"
			}
			all = append(all, fmt.Sprintf("%s is %s%s (%s to %s), where %s says %s ± %s: more than chance and the formula's known error explain",
				row.Metric, short(*row.Simulated.Value), unit, short(*row.Simulated.Low), short(*row.Simulated.High),
				method(row.Method), short(row.Value), short(row.Error)))
		}
	}
	return all
}

// method names a formula in a sentence.
func method(m string) string { return strings.Split(m, ",")[0] }
