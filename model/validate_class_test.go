package model

import (
	"strconv"
	"strings"
	"testing"
)

// The first and the last of each run of characters may stand in a name, those
// beside them may not, and a name has a longest length.
func TestLimitsOfNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"azAZ09_-": true, "`": false, "{": false, "@": false, "[": false, "/": false, ":": false,
		strings.Repeat("x", maxName): true, strings.Repeat("x", maxName+1): false,
	} {
		v := &validator{}
		v.name(&Config{Classes: []Class{{Name: name}}}, 0, "k")
		if ok != (len(v.problems) == 0) {
			t.Errorf("%q: %+v", name, v.problems)
		}
	}
}

func TestLimitOfClasses(t *testing.T) {
	c := plain()
	for i := range maxClasses + 1 {
		k := DefaultClass()
		k.Name = strconv.Itoa(i)
		c.Classes = append(c.Classes, k)
	}
	v := &validator{ideal: true}
	v.classes(&c)
	if len(v.problems) != 1 || v.problems[0].Key != "class" {
		t.Errorf("one class too many: %+v", v.problems)
	}
	c.Classes = c.Classes[:maxClasses]
	v = &validator{ideal: true}
	if v.classes(&c); len(v.problems) != 0 {
		t.Errorf("as many classes as there may be: %+v", v.problems)
	}
}

// A promise of no loss is one, and of less than none, which is none, says
// nothing.
func TestPromisesOfLoss(t *testing.T) {
	for x, ok := range map[float64]bool{-1: true, 0: true, 1: true, 1.001: false} {
		for _, o := range []Objective{{DeadLetters: x, TimedOut: -1}, {DeadLetters: -1, TimedOut: x}} {
			v := &validator{}
			if v.objective("k", &o); ok != (len(v.problems) == 0) {
				t.Errorf("%+v: %+v", o, v.problems)
			}
		}
	}
}
