package model

// Batches of a run: the counted time up to the horizon, cut into equal parts. A
// study of one long run has no other way to tell how far its means are off.

// splitBatches prepares a run whose options ask for batches.
func (w *world) splitBatches() {
	if w.opt.Batches < 2 {
		return
	}
	w.batchLen = (int64(w.cfg.Horizon) - w.warm) / int64(w.opt.Batches)
	for i := range w.classes {
		for _, o := range w.classes[i].times() {
			o.batch = &observations{}
		}
	}
}

// batchesUntil runs the events up to the last end of a batch that comes before
// at, and closes the batches. The last one stays open: it takes what ends after
// the horizon. False if the run was cancelled.
func (w *world) batchesUntil(at int64) bool {
	for ; w.batchLen > 0 && w.batched+1 < w.opt.Batches; w.batched++ {
		end := w.warm + w.batchLen*int64(w.batched+1)
		if end > at {
			break
		}
		if !w.advance(end) {
			return false
		}
		w.closeBatch()
	}
	return true
}

func (w *world) closeBatch() {
	for i := range w.classes {
		for _, o := range w.classes[i].times() {
			o.closeBatch()
		}
	}
}

// closeBatch keeps what the batch observed, without its histogram, and begins
// the next one.
func (o *observations) closeBatch() {
	s := o.batch.sample()
	s.Hist = nil
	o.batches = append(o.batches, s)
	hist, most := o.batch.hist, o.batch.most
	if hist != nil {
		hist.Reset()
	}
	*o.batch = observations{hist: hist, most: most}
}
