package model

// orders is a small scenario in the shape of the pattern.
func orders() Config {
	c := Default()
	c.Name = "orders"
	for i, name := range []string{"HIGH", "NORMAL", "BATCH"} {
		k := DefaultClass()
		k.Name = name
		k.Arrivals = []Arrivals{{Kind: "poisson", Rate: []float64{1, 1, 0.5}[i]}}
		c.Classes = append(c.Classes, k)
	}
	return c
}
