package price

import (
	"errors"
	"math/big"
	"strings"
)

// Amount is a number of dollars or of billing units, 0 or more, with every
// digit that the price file wrote. The zero value is 0.
type Amount struct{ text string }

// maxDigits keeps a hostile file from asking for huge exact arithmetic. The
// longest price of AWS has 11 digits, the largest tier 12.
const maxDigits = 30

// parseAmount reads digits with at most one point. No exponent, sign, fraction
// or separator: a price list has none, and a slip there costs a factor of ten.
func parseAmount(s string) (Amount, error) {
	if strings.HasPrefix(s, "-") {
		return Amount{}, errors.New("must not be negative")
	}
	whole, frac, point := strings.Cut(s, ".")
	if !digits(whole) || (point && !digits(frac)) || len(s) > maxDigits {
		return Amount{}, errors.New("must be a plain decimal number such as 0.0000004")
	}
	return Amount{s}, nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// String returns the number as the file writes it.
func (a Amount) String() string {
	if a.text == "" {
		return "0"
	}
	return a.text
}

// Float64 returns the nearest floating-point number.
func (a Amount) Float64() float64 {
	f, _ := a.rat().Float64()
	return f
}

// rat returns the number exactly.
func (a Amount) rat() *big.Rat {
	r, ok := new(big.Rat).SetString(a.String())
	if !ok {
		panic("price: amount " + a.text)
	}
	return r
}
