package legacy

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model"
)

// TestLineFromAReceiveOn: a call of BATCH is refused while every place is taken,
// until its message was received twice: it waits in line then. A call that does
// not tell its receive count is known by its key.
func TestLineFromAReceiveOn(t *testing.T) {
	for _, c := range []struct {
		name     string
		receives []string // of the calls with one key, one after the other
		codes    []int
	}{
		{"told", []string{"1", "2"}, []int{503, 200}},
		{"told, another message of the task", []string{"1", "1", "2"}, []int{503, 503, 200}},
		{"not told", []string{"", ""}, []int{503, 200}},
	} {
		synctest.Test(t, func(t *testing.T) {
			none := 0
			cfg := table(func(g *model.Legacy) { g.Concurrency, g.Backlog = 1, 5 })
			cfg.Classes[1].LegacyBacklog, cfg.Classes[1].LegacyBacklogUntil = &none, 2
			b := newBench(cfg, 1)
			defer b.Close()
			b.all.Go(func() { b.call(t.Context(), "HIGH", "first") })
			synctest.Wait()
			for i, receive := range c.receives {
				r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
				r.Header.Set(ClassHeader, "BATCH")
				r.Header.Set(KeyHeader, "task")
				r.Header.Set(ReceiveHeader, receive)
				w := httptest.NewRecorder()
				b.ServeHTTP(w, r)
				if w.Code != c.codes[i] {
					t.Errorf("%s: call %d answers %d, want %d", c.name, i+1, w.Code, c.codes[i])
				}
			}
			if took := time.Since(b.start); took != 2*time.Second {
				t.Errorf("%s: %v for a call behind another", c.name, took)
			}
			b.all.Wait()
		})
	}
}
