package legacy

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model"
)

// table is a scenario with a [legacy] that takes calls of 1 s, and two classes.
func table(change func(*model.Legacy)) *model.Config {
	c := model.Default()
	c.Name, c.Horizon = "test", time.Hour
	c.Legacy = model.Legacy{Concurrency: 3, Service: model.Dist{Kind: "constant", Value: time.Second}, Slowdown: model.Slowdown{Kind: "none"}, RateLimit: model.RateLimit{Kind: "none"}}
	for _, name := range []string{"HIGH", "BATCH"} {
		k := model.DefaultClass()
		k.Name, k.Arrivals = name, []model.Arrivals{{Kind: "poisson", Rate: 1}}
		c.Classes = append(c.Classes, k)
	}
	change(&c.Legacy)
	for _, p := range c.Validate() {
		if !p.Warning {
			panic(p.Key + ": " + p.Message)
		}
	}
	return &c
}

// outcome is how one call ended, and when.
type outcome struct {
	code int // 0: the connection was lost
	at   time.Duration
	head http.Header
	body string
}

// bench calls a server from many sides, on the clock of the bubble.
type bench struct {
	*Server
	start time.Time
	all   sync.WaitGroup
}

func newBench(cfg *model.Config, speed float64) *bench {
	return &bench{Server: New(cfg, speed), start: time.Now()}
}

// call makes one call and waits for its end.
func (b *bench) call(ctx context.Context, class, key string) (o outcome) {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/orders", strings.NewReader("{}"))
	if class != "" {
		r.Header.Set(ClassHeader, class)
	}
	if key != "" {
		r.Header.Set(KeyHeader, key)
	}
	w := httptest.NewRecorder()
	defer func() {
		if e := recover(); e == http.ErrAbortHandler {
			o = outcome{0, time.Since(b.start), nil, ""}
		} else if e != nil {
			panic(e)
		}
	}()
	b.ServeHTTP(w, r)
	return outcome{w.Code, time.Since(b.start), w.Header(), w.Body.String()}
}

// at makes a call at an instant; its outcome is there once all.Wait returns.
func (b *bench) at(t time.Duration, class, key string) *outcome {
	o := new(outcome)
	b.all.Go(func() {
		time.Sleep(t - time.Since(b.start))
		*o = b.call(context.Background(), class, key)
	})
	return o
}

func expect(t *testing.T, what string, got *outcome, code int, at time.Duration) {
	t.Helper()
	if got.code != code || got.at != at {
		t.Errorf("%s: %d at %v, want %d at %v", what, got.code, got.at, code, at)
	}
}

// TestPlacesAndBacklog: three at once, one waits, the fifth is refused at once;
// of a place that falls free the one that waited has it.
func TestPlacesAndBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(table(func(g *model.Legacy) { g.Backlog = 1 }), 1)
		defer b.Close()
		var all []*outcome
		for i := range 6 {
			all = append(all, b.at(time.Duration(i)*100*time.Millisecond, "", ""))
		}
		time.Sleep(350 * time.Millisecond)
		synctest.Wait()
		if c := b.Counters(); c.Active != 3 || c.Waiting != 1 || c.Classes[0].InProgress != 4 || c.Classes[1].Calls != 0 {
			t.Errorf("%+v", c)
		}
		b.all.Wait()
		for i, want := range []struct {
			code int
			at   time.Duration
		}{{200, 1000}, {200, 1100}, {200, 1200}, {200, 2000}, {503, 400}, {503, 500}} {
			expect(t, fmt.Sprintf("call %d", i), all[i], want.code, want.at*time.Millisecond)
		}
		c := b.Counters()
		if h := c.Classes[0]; h.Calls != 6 || h.OK != 4 || h.Full != 2 || h.InProgress != 0 || h.Repeats != 0 || c.InFlightMax != 4 || c.Active != 0 {
			t.Errorf("%+v", c)
		}
	})
}

// TestConcurrencyIsNeverExceeded under a crowd that comes at once, some of whom
// leave: the work of those goes on and holds its place.
func TestConcurrencyIsNeverExceeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(table(func(g *model.Legacy) { g.Backlog = 1000 }), 1)
		defer b.Close()
		ends := map[time.Duration]int{}
		var mu sync.Mutex
		for i := range 300 {
			b.all.Go(func() {
				ctx, cancel := context.Background(), func() {}
				if i%10 == 0 {
					ctx, cancel = context.WithTimeout(ctx, 10*time.Millisecond)
				}
				defer cancel()
				if o := b.call(ctx, "", ""); o.code == 200 && i%10 != 0 {
					mu.Lock()
					ends[o.at]++
					mu.Unlock()
				}
			})
		}
		b.all.Wait()
		time.Sleep(time.Hour)
		served := 0
		for at, n := range ends {
			served += n
			if n > 3 || at%time.Second != 0 {
				t.Errorf("%d calls of 1 s ended at %v", n, at)
			}
		}
		c := b.Counters()
		if served != 270 || c.Classes[0].Left != 30 || c.Orphans != 30 || c.Active != 0 {
			t.Errorf("%d served, %+v", served, c)
		}
		if got, want := c.Utilization*c.Elapsed, 100.0; math.Abs(got-want) > 1e-6 {
			t.Errorf("the places were used for %v s, want %v: the work of those who left as well", got, want)
		}
	})
}

// TestLimits: what the rate limit refuses says when to come again.
func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(table(func(g *model.Legacy) {
			g.Concurrency = 100
			g.RateLimit = model.RateLimit{Kind: "token-bucket", Rate: 1, Burst: 2, RetryAfter: 90 * time.Second}
		}), 60) // a minute of the scenario in a second
		defer b.Close()
		codes := map[int]int{}
		for range 5 {
			o := b.call(context.Background(), "BATCH", "")
			codes[o.code]++
			if after := o.head.Get("Retry-After"); o.code == 429 && after != "2" {
				t.Errorf("Retry-After: %q, want the 1.5 s as 2", after)
			}
		}
		// Each 200 takes 1 s of the scenario, 1/60 s of the clock: the bucket has one
		// more by then.
		if codes[200] != 5 {
			t.Errorf("one after another: %v", codes)
		}
		var all []*outcome
		for range 5 {
			all = append(all, b.at(time.Since(b.start), "BATCH", ""))
		}
		b.all.Wait()
		for _, o := range all {
			codes[o.code]++
			if after := o.head.Get("Retry-After"); o.code == 429 && after != "2" {
				t.Errorf("Retry-After: %q, want the 1.5 s as 2", after)
			}
		}
		if codes[200] != 7 || codes[429] != 3 || b.Counters().Classes[1].Limited != 3 {
			t.Errorf("%v", codes)
		}
	})
}

// TestOutages: each kind does what the table says, when it says it.
func TestOutages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(table(func(g *model.Legacy) {
			for i, kind := range []string{"down", "errors", "slow", "hang"} {
				o := model.Outage{Kind: kind, At: time.Duration(i+1) * time.Minute, For: 10 * time.Second}
				if kind == "slow" {
					o.Factor = 4
				}
				g.Outages = append(g.Outages, o)
			}
		}), 1)
		defer b.Close()
		type try struct {
			what     string
			at, ends time.Duration
			code     int
			got      *outcome
		}
		tries := []*try{
			{"cut off", 59500 * time.Millisecond, time.Minute, 0, nil},
			{"down", 61 * time.Second, 61 * time.Second, 503, nil},
			{"up again", 70 * time.Second, 71 * time.Second, 200, nil},
			{"begun before the errors", 119500 * time.Millisecond, 120500 * time.Millisecond, 200, nil},
			{"errors", 121 * time.Second, 122 * time.Second, 500, nil},
			{"slow", 181 * time.Second, 185 * time.Second, 200, nil},
			{"hanging through the outage", 239500 * time.Millisecond, 250500 * time.Millisecond, 200, nil},
		}
		for _, c := range tries {
			c.got = b.at(c.at, "", "")
		}
		time.Sleep(65 * time.Second)
		if c := b.Counters(); !c.Down || c.Classes[0].Cut != 1 || c.Classes[0].Down != 1 {
			t.Errorf("%+v", c)
		}
		b.all.Wait()
		for _, c := range tries {
			expect(t, c.what, c.got, c.code, c.ends)
		}
	})
}

// TestHangsAndErrors: shares of the calls, and those that hang end only when the
// client leaves.
func TestHangsAndErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(table(func(g *model.Legacy) { g.Concurrency, g.ErrorRate, g.HangRate = 10_000, 0.2, 0.1 }), 1)
		defer b.Close()
		const n = 5000
		for range n {
			b.all.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
				defer cancel()
				b.call(ctx, "", "")
			})
		}
		b.all.Wait()
		c := b.Counters().Classes[0]
		within := func(what string, got int64, p float64) {
			if z := (float64(got) - n*p) / math.Sqrt(n*p*(1-p)); math.Abs(z) > 4 {
				t.Errorf("%d of %d calls %s, want %v", got, n, what, p)
			}
		}
		within("failed", c.Errors, 0.2)
		within("hung", c.Left, 0.1)
		if c.OK+c.Errors+c.Left != n || b.Counters().Orphans != 0 {
			t.Errorf("%+v", c)
		}
	})
}

// TestServiceTimes: the k-th task of a class is the same work on every server of
// the seed, whoever calls in between, and the times follow the table's law.
func TestServiceTimes(t *testing.T) {
	cfg := table(func(g *model.Legacy) {
		g.Concurrency = 1000
		g.Service = model.Dist{Kind: "lognormal", Median: 800 * time.Millisecond, P99: 4 * time.Second}
	})
	times := func(key func(i int) string, between bool) (list []time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(cfg, 1)
			defer b.Close()
			for i := range 2000 {
				if between {
					b.all.Go(func() { b.call(context.Background(), "BATCH", "") })
				}
				from := time.Since(b.start)
				o := b.call(context.Background(), "HIGH", key(i))
				list = append(list, o.at-from)
			}
			b.all.Wait()
		})
		return list
	}
	alone := times(func(i int) string { return fmt.Sprint(i) }, false)
	if other := times(func(int) string { return "" }, true); !slices.Equal(alone, other) {
		t.Error("the same tasks take other times")
	}
	var logs []float64
	for _, d := range alone {
		logs = append(logs, math.Log(d.Seconds()/0.8))
	}
	mean, square := 0.0, 0.0
	for _, x := range logs {
		mean += x / float64(len(logs))
		square += x * x / float64(len(logs))
	}
	sigma := math.Log(5) / 2.3263478740408408
	n := float64(len(logs))
	if z := mean / sigma * math.Sqrt(n); math.Abs(z) > 4 {
		t.Errorf("the logarithms have mean %v, %v standard errors from that of the median", mean, z)
	}
	if z := (square/sigma/sigma - 1) / math.Sqrt(2/n); math.Abs(z) > 4 {
		t.Errorf("the logarithms have variance %v, want %v", square, sigma*sigma)
	}
}

// TestKeys: a repeated key is the same work again, told apart while the first
// lasts and after, and what was refused is no repeat.
func TestKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(table(func(g *model.Legacy) {
			g.Concurrency = 2
			g.Service = model.Dist{Kind: "exponential", Mean: 10 * time.Second}
		}), 1)
		defer b.Close()
		first := b.at(0, "HIGH", "a")
		during := b.at(time.Millisecond, "HIGH", "a")
		refused := b.at(2*time.Millisecond, "HIGH", "a")
		other := b.at(time.Hour, "BATCH", "a")
		after := b.at(2*time.Hour, "HIGH", "a")
		fresh := b.at(3*time.Hour, "HIGH", "b")
		b.all.Wait()
		took := first.at
		expect(t, "first", first, 200, took)
		expect(t, "during", during, 200, took+time.Millisecond)
		expect(t, "refused", refused, 503, 2*time.Millisecond)
		expect(t, "after", after, 200, took+2*time.Hour)
		if other.at == took+time.Hour || fresh.at == took+3*time.Hour {
			t.Error("another class, or another key, is the same work")
		}
		var r receipt
		if err := json.Unmarshal([]byte(after.body), &r); err != nil || r.Class != "HIGH" || r.Task != 1 || r.Try != 4 || math.Abs(r.Seconds-took.Seconds()) > 1e-6 {
			t.Errorf("%v %+v", err, r)
		}
		c := b.Counters()
		if c.Keys != 3 || c.Repeated != 1 || c.Classes[0].Repeats != 2 || c.Classes[1].Repeats != 0 ||
			len(c.Repeats) != 1 || c.Repeats[0].Key != "a" || c.Repeats[0].Class != "HIGH" || c.Repeats[0].Calls != 3 || c.Repeats[0].Last != 7200 {
			t.Errorf("%+v", c)
		}
	})
}

// TestBadCalls: what is no call of the scenario is told so, and counts nothing.
func TestBadCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(table(func(*model.Legacy) {}), 1)
		defer b.Close()
		for _, c := range []struct {
			method, class, key string
			size               int
			code               int
			want               string
		}{
			{"POST", "HGIH", "", 2, 400, `there is no class "HGIH"; did you mean "HIGH"? Classes: HIGH, BATCH`},
			{"POST", "", strings.Repeat("k", 256), 2, 400, "at most 255"},
			{"POST", "", "", largestBody + 1, 413, "too large"},
			{"GET", "", "", 0, 404, "/admin"},
			{"POST receive 0", "", "", 2, 400, `"0" is no receive count: 1 to`},
			{"POST receive x", "", "", 2, 400, `"x" is no receive count`},
		} {
			method, receive, _ := strings.Cut(c.method, " receive ")
			r := httptest.NewRequest(method, "/orders", strings.NewReader(strings.Repeat("x", c.size)))
			r.Header.Set(ReceiveHeader, receive)
			r.Header.Set(ClassHeader, c.class)
			r.Header.Set(KeyHeader, c.key)
			w := httptest.NewRecorder()
			b.ServeHTTP(w, r)
			if w.Code != c.code || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("%s %s: %d %s", c.method, c.class, w.Code, w.Body)
			}
		}
		if c := b.Counters(); c.Classes[0].Calls != 0 || c.Keys != 0 {
			t.Errorf("%+v", c)
		}
	})
}
