package selftest

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// answersCSV lists every answer of the cases that are scenarios: the case, the
// name of the answer there, the exact figure, the scenario if it is not named
// after the case, what is compared, and why nothing is. What is compared is a [[reference]] of the scenario, or an
// expression of such: then the answer follows from figures that are compared.
// An answer named "also" is compared beyond what the case lists.
//
//go:embed answers.csv
var answersCSV string

// answer is one line of the table.
type answer struct {
	id, name string
	exact    float64
	scenario string
	compared string // "" where nothing is
	why      string // key of leftOut, or ""
}

// also is the name of a comparison that the case does not ask for.
const also = "also"

// leftOut says why an answer is compared with nothing.
func leftOut() map[string]string {
	return map[string]string{
		"input":    "an input of the scenario, not an answer of the system",
		"first":    "zero whatever the model does: the first task finds the system empty",
		"customer": "the wait of the n-th task alone: the result has figures of all tasks of a run, and the mean of the first n is compared",
		"leavers":  "the quantile is of everybody's wait, those who hang up included; the result has quantiles of the wait of completed tasks, and the mean wait of all is compared",
		"receive":  "what the first receive of a message came to: the wait tells it only where looking takes no time",
		"rare":     "so rare that one percent would take hundreds of thousands of runs",
		"peak":     "when a mean is highest: the result has the level at the end of a run, and that is compared at five times",
	}
}

// answers reads the table. The error is a fault of the program.
func answers() ([]answer, error) {
	lines, err := csv.NewReader(strings.NewReader(answersCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("answers of the reference cases: %w", err)
	}
	var list []answer
	for _, l := range lines[1:] {
		exact, err := strconv.ParseFloat(l[2], 64)
		if err != nil {
			return nil, fmt.Errorf("answers of the reference cases: %s %s: %w", l[0], l[1], err)
		}
		a := answer{id: l[0], name: l[1], exact: exact, scenario: l[3], compared: l[4], why: l[5]}
		if a.scenario == "" {
			a.scenario = a.id
		}
		list = append(list, a)
	}
	return list, nil
}

// Answers counts the answers of the cases by what they are held against.
type Answers struct {
	Compared int       `json:"compared"` // with a figure of the result
	Follow   int       `json:"follow"`   // from figures that are compared
	LeftOut  []Omitted `json:"left_out"`
}

// Omitted are answers that are compared with nothing, for one reason.
type Omitted struct {
	Why     string   `json:"why"`
	Answers []string `json:"answers"` // case, blank, name
}

// tally counts the answers, and groups those that are left out in the order in
// which their reasons first come up.
func tally(list []answer) *Answers {
	var t Answers
	at := map[string]int{}
	for _, a := range list {
		switch {
		case a.name == also:
		case a.why != "":
			i, ok := at[a.why]
			if !ok {
				i = len(t.LeftOut)
				at[a.why] = i
				t.LeftOut = append(t.LeftOut, Omitted{Why: leftOut()[a.why]})
			}
			t.LeftOut[i].Answers = append(t.LeftOut[i].Answers, a.id+" "+a.name)
		case strings.Contains(a.compared, " "):
			t.Follow++
		default:
			t.Compared++
		}
	}
	return &t
}

// omitted returns how many answers are compared with nothing.
func (t *Answers) omitted() int {
	n := 0
	for _, o := range t.LeftOut {
		n += len(o.Answers)
	}
	return n
}

// text says how many answers are compared, and why the others are not.
func (t *Answers) text() string {
	var b strings.Builder
	n := t.omitted()
	fmt.Fprintf(&b, "\n%d answers of the cases: %d compared, %d follow from figures that are compared, %d left out:\n",
		t.Compared+t.Follow+n, t.Compared, t.Follow, n)
	for _, o := range t.LeftOut {
		fmt.Fprintf(&b, "  %d: %s\n", len(o.Answers), o.Why)
	}
	return b.String()
}
