// Package price turns what a run was metered for into money: dated price books,
// which are data, and the bill, which is counted units times prices. No price
// stands in the code, and a price that a book does not have is never guessed.
package price

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed books/*.json
var books embed.FS

// Book is a list of prices of one AWS region at one date, in USD before tax.
// It does not change once it is loaded, and may be used by several goroutines.
type Book struct {
	Name   string // what [prices].book names: a region for the shipped books
	Region string // the name that AWS gives the region
	Date   string // the day on which the prices were put together, 2006-01-02
	Base   string // the shipped book that this one changes; "": it stands alone
	File   string // the file it was read from; "": it ships with the program

	prices []Price // in the order of the file, those of the base first
}

// Price is the price of one billing unit, with where it was found.
type Price struct {
	Key    string // "sqs.request"
	Unit   string // "request", "GB-s", …
	Tiers  []Tier // by growing use; the first is the list price
	Free   Amount // units a month that the free tier covers; 0: none
	Source string // the document
	URL    string // "": none known
	Seen   string // the date of that document: 2006, 2006-01 or 2006-01-02
	Grade  string // of the first tier: A AWS today, B AWS of old or a quotation, C hearsay, D memory
	Note   string // what a reader of the bill should know
}

// Tier is a span of monthly use with one price. Tiers count all use of the
// month from 0, also the part that the free tier covers, as the price tables of
// AWS do ("from 1 million to 100 billion requests").
type Tier struct {
	UpTo Amount // units a month at which it ends
	Open bool   // it never ends, and UpTo is 0
	USD  Amount // of one unit
}

// Names returns the names of the shipped books in alphabetical order.
func Names() []string {
	entries, err := books.ReadDir("books") // sorted by file name
	if err != nil {
		panic("price: " + err.Error())
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".json"))
	}
	return names
}

// Open returns the shipped book of that name. A user's own file is read by the
// caller and given to Parse.
func Open(name string) (*Book, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("no price book %q: the shipped books are %s; any other book is a file",
			name, strings.Join(Names(), ", "))
	}
	data, err := books.ReadFile("books/" + name + ".json")
	if err != nil {
		panic("price: " + err.Error())
	}
	b, err := Parse("", data)
	if err != nil {
		panic("price: shipped book " + name + ": " + err.Error())
	}
	return b, nil
}

// Prices lists the book in the order of its file. The tiers are shared with the
// book and must not be changed.
func (b *Book) Prices() []Price { return slices.Clone(b.prices) }

// Price returns the price of one key.
func (b *Book) Price(key string) (Price, bool) {
	i := slices.IndexFunc(b.prices, func(p Price) bool { return p.Key == key })
	if i < 0 {
		return Price{}, false
	}
	return b.prices[i], true
}

// Missing lists the keys that some bill may need and this book has no price
// for, in the order of the meters.
func (b *Book) Missing() []string {
	var missing []string
	for _, k := range keys() {
		if _, ok := b.Price(k.key); !ok {
			missing = append(missing, k.key)
		}
	}
	return missing
}

// refuse says that a price is wanting, and how to supply it.
func (b *Book) refuse(format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if b.File != "" {
		return fmt.Errorf("price file %s: %s: add it to that file, with its source", b.File, what)
	}
	return fmt.Errorf("price book %q: %s: write a price file with \"base\": %q and this key, and name it in prices.book",
		b.Name, what, b.Name)
}
