package conformance

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"penstock/worker/fake"
)

func sqsRules() []rule {
	return slices.Concat(receiveRules, visibilityRules, deleteRules, sendRules, queueRules, deadLetterRules)
}

// TestFakeSQS holds the fake to the rules of SQS, in virtual time.
func TestFakeSQS(t *testing.T) { onFake(t, sqsRules()) }

// TestFakeSteps holds the fake to the rules of Step Functions, in virtual time.
func TestFakeSteps(t *testing.T) { onFake(t, stepsRules) }

func onFake(t *testing.T, rules []rule) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				settings := set("")
				settings.HTTPClient = fake.New().Client()
				judge(t, "fake", r, newWorld(t, settings, settings))
			})
		})
	}
}

// TestServersSQS runs the rules of SQS against the servers that
// PENSTOCK_TEST_SQS names; without it, against none.
func TestServersSQS(t *testing.T) {
	onServers(t, "PENSTOCK_TEST_SQS", sqsRules())
}

// TestServersSteps runs the rules of Step Functions, whose messages need SQS on
// the same server.
func TestServersSteps(t *testing.T) {
	onServers(t, "PENSTOCK_TEST_SFN", stepsRules)
}

func onServers(t *testing.T, variable string, rules []rule) {
	t.Parallel()
	for _, server := range strings.Fields(os.Getenv(variable)) {
		name, url, ok := strings.Cut(server, "=")
		if !ok {
			t.Fatalf("%s: %q is no NAME=URL", variable, server)
		}
		for _, d := range deviations[name] {
			if !slices.ContainsFunc(slices.Concat(sqsRules(), stepsRules), func(r rule) bool { return r.name == d.rule }) {
				t.Errorf("%s is said to deviate from %q, which is no rule", name, d.rule)
			}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, r := range rules {
				t.Run(r.name, func(t *testing.T) {
					t.Parallel() // most of a case is waiting
					settings := set(url)
					judge(t, name, r, newWorld(t, settings, settings))
				})
			}
		})
	}
}

// set is how to reach a server, with credentials that mean nothing.
func set(url string) sdk.Config {
	c := sdk.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	if url != "" {
		c.BaseEndpoint = &url
		c.HTTPClient = http.DefaultClient
	}
	return c
}

// unnamable is what the name of a queue cannot hold.
var unnamable = regexp.MustCompile(`[^A-Za-z0-9-]`)

func newWorld(t *testing.T, queues, steps sdk.Config) *world {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	prefix := fmt.Sprintf("c%d-%s", time.Now().UnixNano(), unnamable.ReplaceAllString(t.Name()[strings.LastIndex(t.Name(), "/")+1:], ""))
	return &world{ctx: ctx, sqs: sqs.NewFromConfig(queues), sfn: sfn.NewFromConfig(steps), prefix: prefix}
}

// judge tries a rule. A failure is one unless the server is known to deviate,
// and then its absence is.
func judge(t *testing.T, server string, r rule, w *world) {
	func() {
		defer func() {
			if p := recover(); p != nil && p != (stop{}) {
				panic(p)
			}
		}()
		r.try(w)
	}()
	found := strings.Join(w.failures, "\n")
	for _, d := range deviations[server] {
		if d.rule != r.name {
			continue
		}
		switch {
		case found == "":
			t.Errorf("%s no longer deviates from %q: take it out of the table", server, r.name)
		case !strings.Contains(found, d.shows):
			t.Errorf("%s deviates from %q otherwise than the table says (%q):\n%s", server, r.name, d.shows, found)
		default:
			t.Logf("deviates as listed: %s\n%s", d.means, found)
		}
		return
	}
	if found != "" {
		t.Errorf("%s does not keep the rule %q (%s):\n%s", server, r.name, r.says, found)
	}
}
