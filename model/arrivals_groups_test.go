package model

import (
	"math"
	"testing"
	"time"
)

// TestGroups: a source of groups of three that ends after seven tasks.
func TestGroups(t *testing.T) {
	c := plain("A")
	c.Classes[0].Arrivals = []Arrivals{{Kind: "renewal", Gap: always(2 * time.Second), Size: 3, Count: 7}}
	_, all := watch(t, c)
	expect(t, all, "started", `
		2 started A1
		2 started A2
		2 started A3
		4 started A4
		4 started A5
		4 started A6
		6 started A7`)
}

// TestGroupsLeaveTheInstants: groups come when single tasks would.
func TestGroupsLeaveTheInstants(t *testing.T) {
	at := func(size int) (starts []time.Duration) {
		c := plain("A")
		c.Classes[0].Arrivals = []Arrivals{{Kind: "poisson", Rate: 1, Size: size}}
		c.Horizon = time.Minute
		_, all := watch(t, c)
		for i, h := range pick(all, "started") {
			if i%max(1, size) == 0 {
				starts = append(starts, time.Duration(h.At))
			}
		}
		return starts
	}
	one, four := at(0), at(4)
	if len(one) < 30 || len(one) != len(four) {
		t.Fatalf("%d single tasks, %d groups", len(one), len(four))
	}
	for i := range one {
		if one[i] != four[i] {
			t.Fatalf("group %d at %s, task at %s", i, four[i], one[i])
		}
	}
}

// TestMeanRateOfGroups counts the tasks, not the groups, and no more than there
// are.
func TestMeanRateOfGroups(t *testing.T) {
	for _, c := range []struct {
		a    Arrivals
		want float64
	}{
		{Arrivals{Kind: "poisson", Rate: 2, Size: 5}, 10},
		{Arrivals{Kind: "renewal", Gap: always(4 * time.Second), Size: 2}, 0.5},
		{Arrivals{Kind: "poisson", Rate: 2, Count: 60}, 0.6},
		{Arrivals{Kind: "poisson", Rate: 0.1, Count: 60}, 0.1},
	} {
		if got := c.a.MeanRate(100 * time.Second); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%+v: %v a second, want %v", c.a, got, c.want)
		}
	}
}

// TestGroupsAreChecked: a size or a number below 1 means nothing.
func TestGroupsAreChecked(t *testing.T) {
	c := valid()
	c.Classes[0].Arrivals = []Arrivals{{Kind: "poisson", Rate: 1, Size: -1, Count: maxBacklog + 1}}
	if p := c.Validate(); len(p) != 2 {
		t.Errorf("%v", p)
	}
}
