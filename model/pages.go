package model

// pages is a growing array that never moves: a waiting message costs its own
// bytes and no slack, and growing copies nothing. It holds no pointers into
// itself, so an element's address stays good. The zero value is empty.
type pages[T any] struct {
	page []*[pageLen]T
	n    int
}

const (
	pageBits = 10
	pageLen  = 1 << pageBits
)

// at returns the element with this index.
func (p *pages[T]) at(id int32) *T { return &p.page[id>>pageBits][id&(pageLen-1)] }

// grow appends a zero element and returns its index.
func (p *pages[T]) grow() int32 {
	if p.n&(pageLen-1) == 0 {
		p.page = append(p.page, new([pageLen]T))
	}
	p.n++
	return int32(p.n - 1)
}
