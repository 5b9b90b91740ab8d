package model
import ("testing";"math";"penstock/sim")
func TestZZProbe(t *testing.T){
 for _,k:=range exactCases[6:]{
  for _,seed:=range []uint64{1,7,99,12345}{
  c:=k.config(); c.Seed=seed; c.Horizon=seconds(k.warmup+4*k.seconds)
  sums:=make([]sim.Tally,len(k.figures))
  for r:=range 20 { run:=simulate(t,c,Options{Replication:r,Warmup:seconds(k.warmup)}); for i,f:=range k.figures{sums[i].Add(f.of(&run))}}
  for i,f:=range k.figures{ off:=sums[i].Mean()-f.exact; se:=math.Sqrt(sums[i].Var()/20); t.Logf("%s seed %d %s: %.5g exact %.5g z %.1f", k.name,seed,f.name,sums[i].Mean(),f.exact,off/se)}
 }}
}
