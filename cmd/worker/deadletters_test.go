package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"penstock/worker"
	"penstock/worker/fake"
)

// The same function is the consumer of its dead-letter queues: it knows them by
// their names, fails the tasks, and keeps what it cannot tell anybody of.
func TestLambdaDeadLetters(t *testing.T) {
	f := newFunction(t)
	token, body := f.task(1)
	gone, goneBody := f.task(2)
	f.site.fake.Steps.Abort(gone)
	got := f.invoke(batch(t, record("a", f.dead, body), record("b", f.dead, goneBody), record("c", f.dead, "no JSON")), 10*time.Second)
	expect(t, got, failures("c"))
	if s := f.site.fake.Steps.Task(token); s.Status != fake.Failed || !strings.Contains(s.Cause, "NORMAL") {
		t.Errorf("the task is %+v", s)
	}
	if f.called() != "" {
		t.Errorf("a dead letter called the legacy system: %s", f.called())
	}
	// A batch of both is nobody's: the whole of it is kept.
	_, third := f.task(3)
	if got := f.invoke(batch(t, record("a", f.normal, third), record("b", f.dead, body)), 10*time.Second); !strings.Contains(got.failure, "messages and dead letters") {
		t.Errorf("a mixed batch came to %+v", got)
	}
}

// The function of a service's scenario takes dead letters and nothing else.
func TestLambdaOfAService(t *testing.T) {
	s := fakeSite(t)
	url, dead := s.queue(t, "high", time.Minute, 5)
	normal, normalDead := s.queue(t, "normal", time.Minute, 5)
	file := s.scenario(t, pollingOfTwo, "http://127.0.0.1:1", url, dead, normal, normalDead)
	r := newRuntime(t, func(address string) *process {
		return start(t, nil, "AWS_LAMBDA_RUNTIME_API="+address, "PENSTOCK_SCENARIO="+file)
	})
	token := s.fake.Steps.StartTask(0, 0)
	body := `{"token":"` + token + `","execution":"e","state":"s","input":1}`
	expect(t, r.invoke(batch(t, record("a", dead, body)), 10*time.Second), failures())
	if task := s.fake.Steps.Task(token); task.Status != fake.Failed {
		t.Errorf("the task is %+v", task)
	}
	if got := r.invoke(batch(t, record("a", url, body)), 10*time.Second); !strings.Contains(got.failure, `this is a Lambda function: what was simulated is not what would run`) {
		t.Errorf("a message came to %+v", got)
	}
}

func TestDeadLettersOfAService(t *testing.T) {
	s := fakeSite(t)
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	high, highDead := s.queue(t, "high", 30*time.Second, 5)
	normal, normalDead := s.queue(t, "normal", 30*time.Second, 5)
	file := s.scenario(t, pollingOfTwo, server.URL, high, highDead, normal, normalDead)
	token := s.fake.Steps.StartTask(0, 0)
	s.send(t, normalDead, `{"token":"`+token+`","execution":"e","state":"s","input":1}`)
	w := start(t, []string{"-dead-letters", file})
	eventually(t, 20*time.Second, func() string {
		if task, d := s.fake.Steps.Task(token), s.depth(t, normalDead); task.Status != fake.Failed || d != "0+0" {
			return d + " " + w.log.String()
		}
		return ""
	})
	w.stop(t)

	// Redrive: what is there goes back.
	s.send(t, highDead, "one")
	for _, c := range []struct {
		arguments []string
		code      int
		says      string
	}{
		{[]string{"-redrive", "HIHG", "-rate", "5", file}, 3, `did you mean "HIGH"?`},
		{[]string{"-redrive", "HIGH", file}, 3, "needs -rate, 1 to 500"},
		{[]string{"-check", "-rate", "5", file}, 3, "usage: worker"},
		{[]string{"-check", "-dead-letters", file}, 3, "usage: worker"},
		{[]string{"-redrive", "HIGH", "-rate", "501", file}, 3, "needs -rate, 1 to 500"},
		{[]string{"-redrive", "HIGH", "-rate", "5", file}, 0, "the dead letters of HIGH go back, 5 a second"},
	} {
		p := start(t, c.arguments)
		if code := p.exit(t); code != c.code || !strings.Contains(p.log.String(), c.says) {
			t.Errorf("%v: exit code %d:\n%s", c.arguments, code, p.log)
		}
	}
	eventually(t, 20*time.Second, func() string {
		if s.depth(t, high) != "1+0" || s.depth(t, highDead) != "0+0" {
			return s.depth(t, high) + " and " + s.depth(t, highDead)
		}
		return ""
	})
}

// counter writes down what is counted.
type counter struct {
	worker.Meter
	said []string
}

func (c *counter) Count(m worker.Measure, class int, n int64) {
	c.said = append(c.said, fmt.Sprint(m, " ", class, " ", n))
}

// Where some classes have no dead-letter queue, dead letters still count for the
// class that is theirs.
func TestDeadLettersCountForTheirClass(t *testing.T) {
	c := &counter{}
	d, err := worker.NewDeadLetters(worker.Config{Classes: []string{"NORMAL", "BATCH"}, Meter: some{c, []int{1, 3}}}, nil, worker.DryRun(worker.Ports{}).Tasks)
	if err != nil {
		t.Fatal(err)
	}
	body := `{"token":"t","execution":"e","state":"s","input":1}`
	if _, err := d.Handle(t.Context(), []worker.Message{{ID: "a", Class: 1, Body: body}, {ID: "b", Class: 0, Body: body}}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.said, ", "); got != "dead_lettered 3 1, dead_lettered 1 1" {
		t.Error(got)
	}
}
