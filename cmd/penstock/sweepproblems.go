package main

import (
	"fmt"
	"io"
	"strings"

	"penstock/scenarios"
)

// mostLines is how many problems of single points are printed; a grid has more
// points than anybody reads.
const mostLines = 200

// sweepProblems collects what is wrong with the points of a grid: most of it is
// wrong with all of them, or with one value of an axis.
type sweepProblems struct {
	grid   *sweepGrid
	points int
	order  []string // by first appearance
	of     map[string]*sweepProblem
}

// sweepProblem is one problem, and the points that have it.
type sweepProblem struct {
	scenarios.Problem
	points []int
}

func newSweepProblems(g *sweepGrid, points int) *sweepProblems {
	return &sweepProblems{grid: g, points: points, of: map[string]*sweepProblem{}}
}

// add notes the problems of a point. A problem with a setting of an axis is one
// of the axis, not of a --set that nobody wrote.
func (s *sweepProblems) add(point int, problems []scenarios.Problem) {
	for _, p := range problems {
		if p.File == "--set" && !s.written(p.Key) {
			p.File = "--axis"
		}
		if !p.Warning {
			s.grid.invalid[point] = append(s.grid.invalid[point], strings.TrimPrefix(p.Key+": "+p.Message, ": "))
		}
		text := p.String()
		if s.of[text] == nil {
			s.of[text] = &sweepProblem{Problem: p}
			s.order = append(s.order, text)
		}
		s.of[text].points = append(s.of[text].points, point)
	}
}

// written reports whether a --set names the key.
func (s *sweepProblems) written(key string) bool {
	for _, set := range s.grid.set {
		if strings.HasPrefix(strings.TrimSpace(set), key) {
			return true
		}
	}
	return false
}

// print says what is wrong with all points, then what with some, and fails
// unless those can be skipped.
func (s *sweepProblems) print(w io.Writer, skip bool) error {
	var all []scenarios.Problem
	warned := map[int]bool{}
	for _, text := range s.order {
		p := s.of[text]
		switch {
		case len(p.points) == s.points:
			all = append(all, p.Problem)
		case p.Warning:
			for _, point := range p.points {
				warned[point] = true
			}
		}
	}
	printProblems(w, all, s.grid.flags)
	if scenarios.Failed(all) {
		return errExit(exitBadInput)
	}
	invalid := s.printInvalid(w)
	if len(warned) > 0 {
		fmt.Fprintf(w, "%d of %d points have warnings of their own; penstock check with --set shows those of one\n", len(warned), s.points)
	}
	switch {
	case invalid == 0:
		return nil
	case invalid == s.points:
		return errInput{fmt.Errorf("none of the %d points can be run", s.points)}
	case !skip:
		return errInput{fmt.Errorf("%d of %d points cannot be run; --skip-invalid leaves them out", invalid, s.points)}
	}
	fmt.Fprintf(w, "%d of %d points are left out\n", invalid, s.points)
	return nil
}

// printInvalid prints every problem of some points, with their settings, and
// returns how many points have one.
func (s *sweepProblems) printInvalid(w io.Writer) int {
	lines := 0
	for _, text := range s.order {
		p := s.of[text]
		if p.Warning || len(p.points) == s.points {
			continue
		}
		for _, point := range p.points {
			if lines++; lines <= mostLines {
				fmt.Fprintf(w, "%s: %s\n", strings.Join(s.grid.axes.Set(point), " "), text)
			}
		}
	}
	if lines > mostLines {
		fmt.Fprintf(w, "and %d more\n", lines-mostLines)
	}
	invalid := 0
	for _, why := range s.grid.invalid {
		if len(why) > 0 {
			invalid++
		}
	}
	return invalid
}
