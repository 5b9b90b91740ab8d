package model

// backlogLimit says how many calls, of any class, may wait at the legacy system
// for it to let a call of one class wait as well.
type backlogLimit struct {
	most  int   // below the receive count until
	until int32 // 0: most holds for every receive
	then  int   // from until on
}

func newBacklogLimit(l *Legacy, c *Class) backlogLimit {
	if c.LegacyBacklog == nil {
		return backlogLimit{most: l.Backlog}
	}
	return backlogLimit{*c.LegacyBacklog, int32(c.LegacyBacklogUntil), l.Backlog}
}

// at returns the limit for a call at a receive count of its message.
func (b *backlogLimit) at(receive int32) int {
	if b.until > 0 && receive >= b.until {
		return b.then
	}
	return b.most
}

// waits reports whether any call of the class can ever wait.
func (b *backlogLimit) waits() bool { return b.most > 0 || b.until > 0 && b.then > 0 }
