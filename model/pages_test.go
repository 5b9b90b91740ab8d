package model

import "testing"

// A page is made when the one before it is full, and none before that.
func TestPagesAreMadeWhenNeeded(t *testing.T) {
	var p pages[int64]
	for i := range int32(3*pageLen + 1) {
		if id := p.grow(); id != i {
			t.Fatalf("the %d-th has the index %d", i, id)
		}
		*p.at(i) = int64(i)
		if want := int(i)/pageLen + 1; len(p.page) != want {
			t.Fatalf("%d pages for %d items, want %d", len(p.page), i+1, want)
		}
	}
	for i := range int32(3*pageLen + 1) {
		if *p.at(i) != int64(i) {
			t.Fatalf("item %d is %d", i, *p.at(i))
		}
	}
}
