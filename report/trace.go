package report

import (
	"strconv"
	"time"
	"unicode/utf8"

	"penstock/model"
)

// TraceLine appends h to dst as one JSON object and a line break, and returns
// the longer slice. The keys come in a fixed order: t, event, class, id,
// attempt, receive, queue, visible, in_flight, status, accepted, outcome,
// fault, hidden, stale, cold, env; those that do not apply are left out. t is the
// number of seconds since the start of the run, and hidden one of seconds from then
// on, both cut to the microsecond. It allocates
// only when dst has no room.
func TraceLine(dst []byte, h *model.Happening) []byte {
	dst = appendSeconds(append(dst, `{"t":`...), h.At)
	dst = appendText(dst, `,"event":`, h.Event)
	if h.Class != "" {
		dst = appendText(dst, `,"class":`, h.Class)
	}
	if h.ID > 0 {
		dst = appendInt(dst, `,"id":`, h.ID)
	}
	if h.Attempt > 1 {
		dst = appendInt(dst, `,"attempt":`, int64(h.Attempt))
	}
	if h.Receive > 0 {
		dst = appendInt(dst, `,"receive":`, int64(h.Receive))
	}
	if h.Event == "looked" {
		dst = appendText(dst, `,"queue":`, h.Queue)
		dst = appendInt(dst, `,"visible":`, h.Visible)
		dst = appendInt(dst, `,"in_flight":`, h.InFlight)
	}
	if h.Status != "" {
		dst = appendText(dst, `,"status":`, h.Status)
	}
	if h.Event == "callback" {
		dst = strconv.AppendBool(append(dst, `,"accepted":`...), h.Accepted)
	}
	if h.Outcome != "" {
		dst = appendText(dst, `,"outcome":`, h.Outcome)
	}
	if h.Fault != "" {
		dst = appendText(dst, `,"fault":`, h.Fault)
	}
	if h.Event == "visibility_changed" {
		dst = appendSeconds(append(dst, `,"hidden":`...), h.Hidden)
	}
	if h.Stale {
		dst = append(dst, `,"stale":true`...)
	}
	if h.Cold {
		dst = append(dst, `,"cold":true`...)
	}
	if h.Env > 0 {
		dst = appendInt(dst, `,"env":`, int64(h.Env))
	}
	return append(dst, '}', '\n')
}

// appendSeconds writes d in seconds by integers, so that no digit is invented:
// 12.5, 0.000001, 3600.
func appendSeconds(dst []byte, d time.Duration) []byte {
	if d < 0 {
		dst, d = append(dst, '-'), -d
	}
	micros := d.Microseconds()
	dst = strconv.AppendInt(dst, micros/1e6, 10)
	fraction := micros % 1e6
	if fraction == 0 {
		return dst
	}
	dst = append(dst, '.')
	for unit := int64(1e5); fraction > 0; unit /= 10 {
		dst = append(dst, byte('0'+fraction/unit))
		fraction %= unit
	}
	return dst
}

func appendInt(dst []byte, key string, n int64) []byte {
	return strconv.AppendInt(append(dst, key...), n, 10)
}

// appendText writes key and the JSON string of s.
func appendText(dst []byte, key, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(append(dst, key...), '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < 0x20 || c == 0x7F:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r) // what is not UTF-8 becomes U+FFFD
			i += size
			continue
		}
		i++
	}
	return append(dst, '"')
}
