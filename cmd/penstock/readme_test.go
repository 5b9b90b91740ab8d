package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"penstock/model/plan"
	"penstock/model/price"
	"penstock/report"
	"penstock/scenarios"
)

var update = flag.Bool("update", false, "rewrite what the README shows")

const (
	readmePath  = "../../README.md"
	picturePath = "../../.docs/erp-orders-latency.svg"
)

// TestReadme keeps what the README shows real: the output, the picture and the
// list of scenarios. Run it with -update after a change that is meant.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	result := study(t, "erp-orders")
	want := fill(t, string(text), "output of erp-orders: ", func(arg string) string {
		return "```\n" + sections(t, result, strings.Split(arg, " | ")) + "```\n"
	})
	want = fill(t, want, "scenarios", func(string) string { return scenarioTable(t) })
	same(t, readmePath, text, []byte(want))

	picture, _ := os.ReadFile(picturePath)
	same(t, picturePath, picture, latencyFigure(t, result))
}

// study runs a shipped scenario as the command does.
func study(t *testing.T, name string) *plan.Result {
	t.Helper()
	source, err := scenarios.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	cfg, problems := source.Load(nil)
	if scenarios.Failed(problems) {
		t.Fatal(problems)
	}
	book, err := price.Open(cfg.Prices.Book)
	if err != nil {
		t.Fatal(err)
	}
	// The README outlives versions, so it names none.
	result, err := plan.Execute(context.Background(), &cfg, book, plan.Options{Version: "…"})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// fill replaces what stands between <!-- head… --> and <!-- end -->.
func fill(t *testing.T, text, head string, with func(arg string) string) string {
	t.Helper()
	block := regexp.MustCompile(`(?s)(<!-- ` + regexp.QuoteMeta(head) + `([^\n]*?) ?-->\n).*?(<!-- end -->)`)
	m := block.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("the README has no block %q", head)
	}
	return strings.Replace(text, m[0], m[1]+with(m[2])+m[3], 1)
}

// sections returns the parts of the printed tables whose titles begin so.
func sections(t *testing.T, r *plan.Result, titles []string) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Text(&out, r, 100); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, part := range strings.Split(out.String(), "\n\n") {
		for _, title := range titles {
			if strings.HasPrefix(part, title) {
				found = append(found, strings.TrimRight(part, "\n"))
			}
		}
	}
	if len(found) != len(titles) {
		t.Fatalf("of the tables %q the output has %d", titles, len(found))
	}
	return strings.Join(found, "\n\n") + "\n"
}

// scenarioTable lists the shipped scenarios with the first sentence of their
// descriptions.
func scenarioTable(t *testing.T) string {
	t.Helper()
	b := "| scenario | what it shows |\n| --- | --- |\n"
	for _, name := range scenarios.Names() {
		source, err := scenarios.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		cfg, _ := source.Load(nil)
		sentence, _, _ := strings.Cut(cfg.Description, ". ")
		b += fmt.Sprintf("| [%s](scenarios/%s.toml) | %s |\n", name, name, strings.TrimSuffix(sentence, "."))
	}
	return b
}

func latencyFigure(t *testing.T, r *plan.Result) []byte {
	t.Helper()
	figures, err := report.Figures(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if f.Name == "latency" {
			var out bytes.Buffer
			if err := f.WriteSVG(&out); err != nil {
				t.Fatal(err)
			}
			return out.Bytes()
		}
	}
	t.Fatal("there is no figure of the latency")
	return nil
}

func same(t *testing.T, path string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s no longer shows what the program prints; if the change is meant, run go test ./cmd/penstock -run Readme -update", path)
}
