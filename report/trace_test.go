package report

import (
	"encoding/json"
	"testing"
	"time"

	"penstock/model"
)

func TestTraceLine(t *testing.T) {
	for _, c := range []struct {
		h    model.Happening
		want string
	}{
		{model.Happening{At: 12500 * time.Millisecond, Event: "yielded", Class: "BATCH", ID: 7, Receive: 3}, `{"t":12.5,"event":"yielded","class":"BATCH","id":7,"receive":3}`},
		{model.Happening{Event: "started", Class: "HIGH", ID: 1, Attempt: 1}, `{"t":0,"event":"started","class":"HIGH","id":1}`},
		{model.Happening{At: time.Microsecond, Event: "retried", Class: "HIGH", ID: 1, Attempt: 2}, `{"t":0.000001,"event":"retried","class":"HIGH","id":1,"attempt":2}`},
		{model.Happening{At: time.Hour, Event: "looked", Class: "BATCH", ID: 2, Receive: 1, Queue: "HIGH", Env: 4}, `{"t":3600,"event":"looked","class":"BATCH","id":2,"receive":1,"queue":"HIGH","visible":0,"in_flight":0,"env":4}`},
		{model.Happening{At: 100 * time.Millisecond, Event: "looked", Class: "BATCH", ID: 2, Queue: "HIGH", Visible: 3, InFlight: 9}, `{"t":0.1,"event":"looked","class":"BATCH","id":2,"queue":"HIGH","visible":3,"in_flight":9}`},
		{model.Happening{At: 1*time.Second + 999*time.Nanosecond, Event: "answered", Class: "HIGH", ID: 1, Status: "200"}, `{"t":1,"event":"answered","class":"HIGH","id":1,"status":"200"}`},
		{model.Happening{At: 1100001 * time.Microsecond, Event: "callback", Class: "HIGH", ID: 1}, `{"t":1.100001,"event":"callback","class":"HIGH","id":1,"accepted":false}`},
		{model.Happening{Event: "callback", Class: "HIGH", ID: 1, Accepted: true}, `{"t":0,"event":"callback","class":"HIGH","id":1,"accepted":true}`},
		{model.Happening{Event: "finished", Class: "HIGH", ID: 1, Outcome: "completed"}, `{"t":0,"event":"finished","class":"HIGH","id":1,"outcome":"completed"}`},
		{model.Happening{Event: "deleted", Class: "HIGH", ID: 1, Stale: true}, `{"t":0,"event":"deleted","class":"HIGH","id":1,"stale":true}`},
		{model.Happening{Event: "visibility_changed", Class: "HIGH", ID: 1, Receive: 2, Hidden: 30500 * time.Millisecond}, `{"t":0,"event":"visibility_changed","class":"HIGH","id":1,"receive":2,"hidden":30.5}`},
		{model.Happening{Event: "visibility_changed", Class: "HIGH", ID: 1, Receive: 2, Stale: true}, `{"t":0,"event":"visibility_changed","class":"HIGH","id":1,"receive":2,"hidden":0,"stale":true}`},
		{model.Happening{Event: "called", Class: "HIGH", ID: 1, Cold: true, Env: 1}, `{"t":0,"event":"called","class":"HIGH","id":1,"cold":true,"env":1}`},
		{model.Happening{Event: "sent", Class: "a\"b\\c\n\u2028é\xff", ID: 1}, `{"t":0,"event":"sent","class":"a\"b\\c\u000a` + "\u2028é\uFFFD" + `","id":1}`},
	} {
		got := string(TraceLine(nil, &c.h))
		if got != c.want+"\n" {
			t.Errorf("got  %swant %s", got, c.want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("not JSON: %s", got)
		}
	}
}

// Among so many times a float64 of seconds would spoil some.
func TestTraceTimeIsExact(t *testing.T) {
	for micros := int64(0); micros < 1e13; micros = micros*10001/10000 + 997 {
		line := TraceLine(nil, &model.Happening{At: time.Duration(micros) * time.Microsecond, Event: "sent"})
		var back struct {
			T json.Number `json:"t"`
		}
		if err := json.Unmarshal(line, &back); err != nil {
			t.Fatal(err)
		}
		d, err := time.ParseDuration(back.T.String() + "s")
		if err != nil || d.Microseconds() != micros {
			t.Errorf("%d µs is written %s", micros, back.T)
		}
	}
}

func TestTraceLineAllocatesNothing(t *testing.T) {
	h := model.Happening{At: 12345678 * time.Microsecond, Event: "looked", Class: "BATCH", ID: 123456, Attempt: 2, Receive: 3, Queue: "HIGH", Visible: 10, InFlight: 3, Env: 5}
	dst := make([]byte, 0, 512)
	if n := testing.AllocsPerRun(100, func() { dst = TraceLine(dst[:0], &h) }); n != 0 {
		t.Errorf("%g allocations a line", n)
	}
}
