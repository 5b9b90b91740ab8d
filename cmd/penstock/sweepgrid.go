package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"penstock/model"
	"penstock/model/plan"
	"penstock/model/price"
	"penstock/scenarios"
)

// sweepGrid is every point of a sweep, loaded once and checked.
type sweepGrid struct {
	source scenarios.Source
	set    []string // --set
	flags  []string // --seed and --replications, as --set takes them
	axes   plan.Grid

	head    plan.SweepHead
	hashes  []string
	invalid [][]string // by point: what is wrong with it
	classes []string
	first   model.Config // of the first point that is valid
	books   map[string]*sweepBook
}

// sweepBook is a price book with the sum of its prices.
type sweepBook struct {
	*price.Book
	sum string
}

// base are the settings that all points have.
func (g *sweepGrid) base() []string { return slices.Concat(g.set, g.flags) }

// at returns a point's scenario with its problems.
func (g *sweepGrid) at(point int) (model.Config, []scenarios.Problem) {
	return g.source.Check(append(g.base(), g.axes.Set(point)...))
}

// load reads every point and describes the sweep. What is wrong with points is
// printed; it ends the sweep unless skip is set.
func (g *sweepGrid) load(ctx context.Context, std streams, shard *plan.Shard, skip bool) error {
	n := g.axes.Len()
	g.hashes, g.invalid, g.books = make([]string, n), make([][]string, n), map[string]*sweepBook{}
	found := newSweepProblems(g, n)
	first := -1
	var name string
	var seed uint64
	for p := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		cfg, problems := g.at(p)
		found.add(p, problems)
		if scenarios.Failed(problems) {
			g.hashes[p] = "invalid " + strings.Join(g.axes.Set(p), " ")
			continue
		}
		if err := g.check(p, &cfg); err != nil {
			found.add(p, []scenarios.Problem{{File: g.source.Name(), Key: "prices", Message: err.Error()}})
			continue
		}
		if first < 0 {
			first, name, seed = p, cfg.Name, cfg.Seed
			g.first = cfg
			for _, c := range cfg.Classes {
				g.classes = append(g.classes, c.Name)
			}
		}
	}
	if err := found.print(std.err, skip); err != nil {
		return err
	}
	if err := g.twins(); err != nil {
		return errInput{err}
	}
	g.head = plan.NewSweepHead(name, version(), seed, g.axes, g.hashes, shard)
	return nil
}

// check finds the prices of a point and takes its hash.
func (g *sweepGrid) check(point int, cfg *model.Config) error {
	book, err := g.book(cfg.Prices.Book)
	if err != nil {
		return err
	}
	if err := plan.CheckPrices(cfg, book.Book); err != nil {
		return err
	}
	g.hashes[point], err = plan.PointHash(cfg, book.sum)
	return err
}

// book opens a price book once.
func (g *sweepGrid) book(name string) (*sweepBook, error) {
	if b := g.books[name]; b != nil {
		return b, nil
	}
	book, err := openBook(g.source, name)
	if err != nil {
		return nil, err
	}
	b := &sweepBook{Book: book, sum: name}
	if strings.HasSuffix(name, ".json") {
		data, err := g.source.File(name)
		if err != nil {
			return nil, err
		}
		b.sum = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	g.books[name] = b
	return b, nil
}

// twins reports two points that are the same scenario, as axes make them that
// set one key in two ways.
func (g *sweepGrid) twins() error {
	seen := make(map[string]int, len(g.hashes))
	for p, hash := range g.hashes {
		if q, twice := seen[hash]; twice {
			return fmt.Errorf("%s and %s are the same scenario: an axis has a value in two spellings, or two axes set the same key",
				strings.Join(g.axes.Set(q), " "), strings.Join(g.axes.Set(p), " "))
		}
		seen[hash] = p
	}
	return nil
}

// study returns a point, ready to run. It may be called by several goroutines.
func (g *sweepGrid) study(point int) (*model.Config, *price.Book, error) {
	cfg, problems := g.at(point)
	if !scenarios.Failed(problems) {
		book := g.books[cfg.Prices.Book]
		if book != nil {
			hash, err := plan.PointHash(&cfg, book.sum)
			if err != nil {
				return nil, nil, err
			}
			if hash == g.hashes[point] {
				return &cfg, book.Book, nil
			}
		}
	}
	return nil, nil, errInput{errors.New(g.source.Name() + " was changed while the sweep ran")}
}
