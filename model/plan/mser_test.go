package plan

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// startUp is reference case ST-05: a series of 200 values with a start-up. Its
// answers were computed from the definition of MSER-5, d = 0 … ⌊m/2⌋, first
// minimum.
func startUp() []float64 {
	return []float64{
		23.003099, 21.29056, 23.163902, 21.447467, 21.653432, 20.868086, 20.021471, 17.478008, 16.434878, 16.843971,
		18.313338, 16.224938, 14.648626, 14.506668, 13.670762, 13.758763, 13.56747, 14.570352, 15.459311, 14.182578,
		12.48855, 14.465228, 12.190532, 10.597, 12.629284, 10.711289, 9.789551, 11.954248, 10.302303, 10.66407,
		9.516062, 10.448687, 12.768395, 12.272708, 12.764811, 11.357229, 11.435336, 12.432206, 9.606496, 8.948028,
		9.872433, 9.383435, 10.293813, 10.69791, 10.469128, 9.162087, 10.094705, 10.573676, 12.350401, 9.694385,
		11.596975, 9.805068, 10.232863, 9.055027, 10.09774, 10.069494, 8.776792, 11.192386, 8.484591, 11.602884,
		10.791603, 12.091215, 9.136639, 10.131083, 10.798407, 11.899192, 10.004295, 11.969525, 11.940471, 9.81895,
		10.255296, 8.224115, 9.216685, 9.659767, 9.699109, 11.849794, 9.200954, 11.610063, 10.057865, 9.032343,
		11.538219, 10.117991, 10.329897, 8.737288, 11.456269, 9.744555, 11.476077, 11.713154, 12.305871, 12.572435,
		9.122493, 9.045337, 10.720372, 11.476852, 10.52804, 11.170796, 11.538615, 9.702918, 10.563386, 8.667925,
		8.375182, 8.810068, 9.381176, 10.434016, 9.005057, 10.078424, 9.777669, 9.023943, 11.350568, 9.804445,
		10.265251, 8.404437, 11.137429, 9.074094, 11.163304, 9.797374, 11.207792, 8.612527, 10.609447, 11.832529,
		8.582391, 8.312046, 8.681844, 7.665043, 9.942853, 9.071717, 11.129124, 11.343672, 12.038117, 10.357308,
		11.355694, 10.622131, 11.719492, 10.329104, 8.881497, 9.203814, 9.658714, 10.320795, 8.622244, 10.434728,
		9.813515, 10.286029, 8.319753, 10.164012, 9.438084, 9.703093, 8.07161, 11.121409, 12.178524, 10.10536,
		11.787735, 9.130031, 9.64724, 10.998052, 10.722314, 9.407305, 10.000229, 9.896571, 10.136065, 10.057744,
		10.162676, 8.715812, 9.783169, 8.422096, 10.763212, 9.29168, 8.68049, 7.844485, 10.558119, 10.651405,
		12.146087, 11.360588, 8.90894, 7.903314, 7.512171, 7.927911, 7.589094, 8.780042, 9.762671, 8.230489,
		9.880711, 11.075083, 8.664584, 8.54244, 9.614572, 9.122734, 8.8554, 11.589688, 11.526643, 9.358489,
		10.42743, 8.486757, 9.301949, 11.544933, 11.77752, 11.582269, 9.216192, 10.329383, 10.073623, 10.602253,
	}
}

func TestMSER5Reference(t *testing.T) {
	xs := startUp()
	got := mser5(xs)
	if got.batches != 7 || got.of != 40 || !got.settled {
		t.Errorf("cut %d of %d groups, settled %v; want 7 of 40, settled", got.batches, got.of, got.settled)
	}
	near(t, "mser at the cut", got.mser, 0.012103309013257088, 1e-6)
	near(t, "mser at 0", mserByDefinition(xs)[0], 0.15773658878118108, 1e-6)
	near(t, "mean after the cut", meanOf(xs[got.batches*batch:]), 10.067695684848482, 1e-6)
	near(t, "mean of all", meanOf(xs), 10.929200930000006, 1e-6)
}

// mserByDefinition evaluates the sum of the definition for every d <= m/2.
func mserByDefinition(xs []float64) []float64 {
	var z []float64
	for i := 0; i+batch <= len(xs); i += batch {
		z = append(z, meanOf(xs[i:i+batch]))
	}
	var all []float64
	for d := range len(z)/2 + 1 {
		center, sum := meanOf(z[d:]), 0.0
		for _, x := range z[d:] {
			sum += (x - center) * (x - center)
		}
		all = append(all, sum/float64(len(z)-d)/float64(len(z)-d))
	}
	return all
}

func TestMSER5AgreesWithDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for trial := range 200 {
		xs := make([]float64, 10+rng.IntN(300))
		for i := range xs {
			xs[i] = 5*math.Exp(-float64(i)/20) + rng.NormFloat64()
		}
		want := mserByDefinition(xs)
		d := slices.Index(want, slices.Min(want))
		got := mser5(xs)
		if got.batches != d {
			t.Fatalf("trial %d, %d values: cut %d groups, want %d", trial, len(xs), got.batches, d)
		}
		near(t, "mser", got.mser, want[d], 1e-9)
	}
}

func TestMSER5Edges(t *testing.T) {
	rising := make([]float64, 100)
	for i := range rising {
		rising[i] = float64(i)
	}
	for _, tt := range []struct {
		name string
		xs   []float64
		want cutAt
	}{
		{"nothing", nil, cutAt{}},
		{"one group", make([]float64, 9), cutAt{of: 1}},
		{"constant: the first of equals", make([]float64, 100), cutAt{of: 20, settled: true}},
		{"step after three groups", append(make([]float64, 15), slices.Repeat([]float64{1}, 85)...), cutAt{batches: 3, of: 20, settled: true}},
		{"ever rising", rising, cutAt{batches: 10, of: 20, mser: mserByDefinition(rising)[10]}},
		{"incomplete last group", append(make([]float64, 100), 1e9, 1e9), cutAt{of: 20, settled: true}},
	} {
		got := mser5(tt.xs)
		near(t, tt.name, got.mser, tt.want.mser, 1e-9)
		got.mser, tt.want.mser = 0, 0
		if got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
