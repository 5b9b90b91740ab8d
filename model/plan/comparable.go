package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"penstock/model"
)

// Comparable says why scenarios cannot be compared replication by replication:
// all reasons at once, nil if they can. They have to ask the same question of
// the same time and of the same classes, with the same random numbers. Arrivals,
// queues, worker, policy, legacy system and prices may differ: that is what is
// compared.
func Comparable(list []Contender) error {
	if len(list) < 2 {
		return errors.New("a comparison takes two scenarios or more")
	}
	var errs []error
	base := &list[0]
	for i := 1; i < len(list); i++ {
		other := &list[i]
		differs := func(key, a, b string) {
			if a != b {
				errs = append(errs, fmt.Errorf("%s: %s is %s, and %s in %s; pairs need one: --set %s=%s gives it to all",
					other.Label, key, b, a, base.Label, key, a))
			}
		}
		a, b := base.Config, other.Config
		differs("seed", fmt.Sprint(a.Seed), fmt.Sprint(b.Seed))
		differs("study", string(a.Study), string(b.Study))
		differs("horizon", model.DurationText(a.Horizon), model.DurationText(b.Horizon))
		differs("drain", drainText(a.Drain), drainText(b.Drain))
		if a.Study == model.Steady {
			differs("warmup", warmupText(a.Warmup), warmupText(b.Warmup))
		}
		differs("precision.confidence", model.NumberText(a.Precision.Confidence), model.NumberText(b.Precision.Confidence))
		if a.Replications != b.Replications {
			errs = append(errs, fmt.Errorf("%s: replications is %s, and %s in %s; pairs need one: --replications=N gives it to all",
				other.Label, countText(b.Replications), countText(a.Replications), base.Label))
		}
		if from, to := classNames(a), classNames(b); !sameSet(from, to) {
			errs = append(errs, fmt.Errorf("%s: its classes are %s, those of %s are %s; pairs need the same classes, by name",
				other.Label, strings.Join(to, ", "), base.Label, strings.Join(from, ", ")))
		}
	}
	return errors.Join(errs...)
}

func drainText(d model.Drain) string {
	if d.UntilEmpty {
		return "until-empty"
	}
	return model.DurationText(d.For)
}

func warmupText(w model.Warmup) string {
	if w.Auto {
		return "auto"
	}
	return model.DurationText(w.For)
}

// countText writes a number of replications; 0 is left to [precision].
func countText(n int) string {
	if n == 0 {
		return "left to [precision]"
	}
	return fmt.Sprint(n)
}

func classNames(cfg *model.Config) []string {
	var names []string
	for i := range cfg.Classes {
		names = append(names, cfg.Classes[i].Name)
	}
	return names
}

// sameSet reports whether both have the same names, in any order: a priority
// may be what is compared.
func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// naming says which scenario an error is about; a fault of the program says so
// itself.
func naming(label string, err error) error {
	var internal *InternalError
	if errors.As(err, &internal) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%s: %w", label, err)
}
