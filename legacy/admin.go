package legacy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"penstock/model"
)

//go:embed admin.html
var adminPage string

// Admin shows what the server is doing: /admin for people, renewed every two
// seconds, and /admin/counters as JSON, the same as Counters.
func (s *Server) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /admin", s.showAdmin)
	mux.HandleFunc("GET /admin/counters", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(s.Counters()) // whoever has gone needs none
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, fmt.Sprintf("%s %s is no call: calls are POSTs, to any path; the counters are at /admin and /admin/counters", r.Method, r.URL.Path), http.StatusNotFound)
	})
	return mux
}

// page is what the template shows.
type page struct {
	Counters
	State   string   // in a few words
	Trouble bool     // an outage is on
	Table   []string // what [legacy] says, a line each
	Since   string
}

func (s *Server) showAdmin(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	c := s.Counters()
	p := page{Counters: c, Since: model.DurationText(time.Duration(c.Elapsed * 1e9).Round(time.Second)), Table: s.table()}
	p.State, p.Trouble = state(&c)
	_ = adminTemplate().Execute(w, p) // whoever has gone needs none
}

func adminTemplate() *template.Template {
	return template.Must(template.New("admin").Funcs(template.FuncMap{
		"percent": func(x float64) string { return fmt.Sprintf("%.1f%%", 100*x) },
		"seconds": func(x float64) string {
			return model.DurationText(time.Duration(x * 1e9).Round(100 * time.Millisecond))
		},
		"tenth": func(x float64) string { return fmt.Sprintf("%.1f", x) },
	}).Parse(adminPage))
}

// state says what the system is doing, and whether that is an outage.
func state(c *Counters) (text string, trouble bool) {
	switch {
	case c.Down:
		return "down: connections are refused", true
	case c.Failing:
		return "in trouble: every call that comes now answers 500", true
	case c.Slowed:
		return "in trouble: work is slowed down or stands still", true
	case c.Active == 0:
		return "idle", false
	case c.Active < c.Concurrency:
		return "at work", false
	case c.Waiting < c.Backlog:
		return "every place is taken, calls wait", false
	}
	return "full: further calls are refused", false
}

// table says what [legacy] makes of calls.
func (s *Server) table() []string {
	g := &s.cfg.Legacy
	lines := []string{fmt.Sprintf("%d calls at once, %d may wait", g.Concurrency, g.Backlog)}
	if g.Slowdown.Kind != "none" {
		lines = append(lines, fmt.Sprintf("slow-down %s: all at once run at %.0f%% of the speed of one", g.Slowdown.Kind, 100*g.Slowdown.Speed(g.Concurrency)))
	}
	if l := g.RateLimit; l.Kind != "none" {
		lines = append(lines, fmt.Sprintf("rate limit %s, %s", l.Kind, model.RateText(l.Rate)))
	}
	if g.ErrorRate > 0 || g.HangRate > 0 {
		lines = append(lines, fmt.Sprintf("%.3g%% answer 500, %.3g%% hang", 100*g.ErrorRate, 100*g.HangRate))
	}
	for _, o := range g.Outages {
		lines = append(lines, fmt.Sprintf("outage %q from %s for %s", o.Kind, model.DurationText(o.At), model.DurationText(o.For)))
	}
	return lines
}
