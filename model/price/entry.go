package price

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// price reads one entry of the list of prices; false means that it has no key
// to file it under.
func (r *reader) price(at string, raw json.RawMessage) (Price, bool) {
	fields, ok := object(raw)
	if !ok {
		r.problem(at, "must be an object")
		return Price{}, false
	}
	key := r.text(at, fields, "key", true)
	if key == "" {
		return Price{}, false
	}
	at = key
	r.members(at, fields, "key", "unit", "tiers", "free", "source", "url", "seen", "grade", "note")
	p := Price{
		Key:    key,
		Unit:   r.text(at, fields, "unit", true),
		Source: r.text(at, fields, "source", true),
		URL:    r.text(at, fields, "url", false),
		Seen:   r.text(at, fields, "seen", true),
		Grade:  r.text(at, fields, "grade", true),
		Note:   r.text(at, fields, "note", false),
	}
	if member(fields, "free") != nil {
		p.Free = r.amount(at, fields, "free")
	}
	r.checkEntry(p)
	p.Tiers = r.tiers(at, member(fields, "tiers"))
	return p, true
}

// checkEntry checks what an entry says of its price.
func (r *reader) checkEntry(p Price) {
	var names []string
	unit := ""
	for _, k := range keys() {
		names = append(names, k.key)
		if k.key == p.Key {
			unit = k.unit
		}
	}
	switch {
	case unit == "":
		r.unknown(p.Key, "price", p.Key, names)
	case p.Unit != "" && p.Unit != unit:
		r.problem(p.Key, "\"unit\" is %q: the bill counts it in %q", p.Unit, unit)
	}
	if p.URL != "" && !strings.HasPrefix(p.URL, "https://") {
		r.problem(p.Key, "\"url\" is %q: it must begin with https://", p.URL)
	}
	r.date(p.Key, "seen", p.Seen, "2006", "2006-01", "2006-01-02")
	if p.Grade != "" && !slices.Contains([]string{"A", "B", "C", "D"}, p.Grade) {
		r.problem(p.Key, "\"grade\" is %q: it must be A, B, C or D", p.Grade)
	}
}

// tiers reads the tiers of one price. They rise, and only the last may be open;
// one that is not open says that dearer or cheaper use is not known.
func (r *reader) tiers(at string, raw json.RawMessage) []Tier {
	entries, ok := list(raw)
	if !ok || len(entries) == 0 {
		r.problem(at, "\"tiers\" must be a list with one tier or more")
		return nil
	}
	var tiers []Tier
	for i, raw := range entries {
		where := fmt.Sprintf("%s: tiers[%d]", at, i)
		fields, ok := object(raw)
		if !ok {
			r.problem(where, "must be an object")
			continue
		}
		r.members(where, fields, "up_to", "usd")
		t := Tier{Open: member(fields, "up_to") == nil}
		if member(fields, "usd") == nil {
			r.problem(where, "\"usd\" is missing")
		} else {
			t.USD = r.amount(where, fields, "usd")
		}
		switch {
		case t.Open && i < len(entries)-1:
			r.problem(where, "\"up_to\" is missing: only the last tier may be without end")
		case !t.Open:
			t.UpTo = r.amount(where, fields, "up_to")
			r.rises(where, tiers, t)
		}
		tiers = append(tiers, t)
	}
	return tiers
}

// rises checks that a tier ends above the one before it.
func (r *reader) rises(where string, before []Tier, t Tier) {
	var end Amount
	if n := len(before); n > 0 {
		end = before[n-1].UpTo
	}
	if t.UpTo.text == "" {
		return // no number, and reported as that
	}
	if t.UpTo.rat().Cmp(end.rat()) <= 0 {
		r.problem(where, "\"up_to\" is %s: it must be more than %s, where the tier begins", t.UpTo, end)
	}
}
