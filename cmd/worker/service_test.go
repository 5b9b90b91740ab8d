package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestProfilesAreForThisMachine(t *testing.T) {
	ask := local(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for from, want := range map[string]int{
		"127.0.0.1:5000": http.StatusOK, "[::1]:5000": http.StatusOK,
		"10.1.2.3:5000": http.StatusForbidden, "[2001:db8::1]:5000": http.StatusForbidden, "": http.StatusForbidden,
	} {
		r := httptest.NewRequest(http.MethodGet, "/debug/pprof/", nil)
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		ask(w, r)
		if w.Code != want {
			t.Errorf("from %q: %d, want %d", from, w.Code, want)
		}
	}
}
