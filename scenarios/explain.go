package scenarios

import (
	"path"
	"slices"
	"strings"

	"penstock/model"
)

// Keys returns every key of a scenario, in the order of the manual. The keys
// under "distribution" stand for those of every distribution.
func Keys() []Entry { return slices.Clone(schema().entries) }

// Explain returns the entry of a key. Classes and elements may be named:
// "class.BATCH.queue.delay", "class[0].queue.delay" and "class.queue.delay"
// are the same, and "legacy.service.median" is "distribution.median".
func Explain(key string) (Entry, bool) {
	b := schema()
	at := ""
	var e Entry
	list := steps(key)
	for i := 0; i < len(list); i++ {
		next, known := b.lookup(at, list[i].name)
		if list[i].index >= 0 || key == distribution || at == "" && list[i].name == distribution {
			next, known = b.entry(distribution)
			known = known && list[i].name == distribution
		}
		if !known {
			return Entry{}, false
		}
		e, at = next, next.Key
		if e.Type == Distribution {
			at = distribution
		}
		if e.Type == Tables && i+1 < len(list) {
			_, known := b.lookup(at, list[i+1].name)
			if list[i+1].index >= 0 || list[i+1].name == "*" || e.Key == "class" && !known {
				i++ // which one does not matter
			}
		}
	}
	return e, at != ""
}

// Match returns the entries that a pattern means: the key itself with all that
// is below it, keys that fit the wildcards * and ?, or else keys of which the
// pattern is a part. The order is that of Keys.
func Match(pattern string) []Entry {
	if e, ok := Explain(pattern); ok {
		return below(e.Key)
	}
	var found []Entry
	for _, e := range schema().entries {
		if strings.ContainsAny(pattern, "*?") {
			// dots separate, as slashes do for path.Match
			fits, err := path.Match(strings.ReplaceAll(pattern, ".", "/"), strings.ReplaceAll(e.Key, ".", "/"))
			if err == nil && fits {
				found = append(found, e)
			}
		} else if pattern != "" && strings.Contains(e.Key, strings.ToLower(pattern)) {
			found = append(found, e)
		}
	}
	return found
}

func below(key string) []Entry {
	var found []Entry
	for _, e := range schema().entries {
		if e.Key == key || strings.HasPrefix(e.Key, key+".") {
			found = append(found, e)
		}
	}
	return found
}

// Near returns the keys that an unknown one may have been meant to be, those of
// the same table first; there may be none.
func Near(key string) []string {
	table, last := cutLast(key)
	home, _ := Explain(table)
	var here, elsewhere, keys []string
	for _, e := range schema().entries {
		keys = append(keys, e.Key)
		in, name := cutLast(e.Key)
		switch near := model.Nearest(last, []string{name}) != ""; {
		case near && in == home.Key:
			here = append(here, e.Key)
		case near:
			elsewhere = append(elsewhere, e.Key)
		}
	}
	found := append(here, elsewhere...)
	if near := model.Nearest(key, keys); len(found) == 0 && near != "" {
		found = append(found, near)
	}
	return found
}
