package scenarios

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"penstock/model"
)

// TestRewritten: the text with overrides in it is the scenario with the
// overrides, for every shipped one; what is read from files beside it as well.
func TestRewritten(t *testing.T) {
	for _, name := range Names() {
		s, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		set := []string{"worker.concurrency=3", "seed = 9", "class.*.queue.visibility_timeout=2m", "class[0].payload=\"1KiB\"", "legacy.service.mean=3s",
			"legacy.service.kind=exponential", "policy.check_token=false", "stepfunctions.retry.backoff=3", "deploy.region=eu-west-1", "deploy.metrics=none"}
		want, d, problems := s.LoadDeploy(set)
		if Failed(problems) { // where a median is in the way
			set = slices.Delete(set, 4, 6)
			want, d, problems = s.LoadDeploy(set)
		}
		if Failed(problems) {
			t.Fatal(problems)
		}
		text, err := s.Rewritten(set)
		if err != nil {
			t.Fatal(err)
		}
		got, gotDeploy, problems := s.With(text).LoadDeploy(nil)
		for _, c := range []*model.Config{&got, &want} { // the order of keys is lost
			c.Tune = nil
			for i := range c.Classes {
				slices.SortFunc(c.Classes[i].Objective.Latency, func(a, b model.Bound) int { return strings.Compare(a.Metric, b.Metric) })
			}
		}
		if Failed(problems) || !reflect.DeepEqual(got, want) || !reflect.DeepEqual(d, gotDeploy) {
			t.Errorf("%s: %v\n%s", name, problems, text)
		}
	}
	s, _ := Open("minimal")
	text, err := s.Rewritten([]string{`legacy.service={ kind = "exponential", mean = "3s" }`})
	if err != nil || !strings.Contains(string(text), "exponential") {
		t.Errorf("%v\n%s", err, text)
	}
	same, _ := s.Text()
	if text, err := s.Rewritten(nil); err != nil || string(text) != string(same) {
		t.Error("without overrides the text is not the same")
	}
}
